"""What annotators agree on: final value, strict majority, median, and ties that stay ties."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from queues.models import Queue
from reviews.results.consensus import Basis, Consensus, consensus, majority

from .. import factories
from ..conftest import Cast
from .test_export import fetch
from .working import Worker


@pytest.mark.parametrize(
    ("kind", "answers", "value", "basis"),
    [
        ("boolean", [False], False, "majority"),
        ("boolean", [True, False, False], False, "majority"),
        ("boolean", [True, False], None, "tie"),
        ("thumbs", ["up", "up", "down", "down", "up"], "up", "majority"),
        ("category", ["a", "b", "c"], None, "tie"),
        ("category", ["a", "a", "b", "c"], None, "tie"),
        ("categories", [["c"], ["a", "c"], ["a", "b"]], ["a", "c"], "majority"),
        ("categories", [["b"], []], None, "tie"),
        ("categories", [[], [], ["a"]], [], "majority"),
        ("integer", [0, 5, 0], 0, "median"),
        ("integer", [-1, -3], -2, "median"),
        ("integer", [2, 3], 2.5, "median"),
        ("number", [0.1, 0.2], 0.15, "median"),
        ("number", [0.0], 0.0, "median"),
        ("rating", [1, 5, 4], 4, "median"),
        ("date", ["2026-03-01", "2026-02-27"], "2026-02-28", "median"),
        ("date", ["2026-03-01", "2026-02-28"], "2026-02-28", "median"),
    ],
)
def test_consensus_by_the_scale_of_a_kind(
    kind: str, answers: list[Any], value: Any, basis: str
) -> None:
    found = consensus(kind, answers)
    assert found == Consensus(value, Basis(basis))
    assert type(found.value) is type(value)
    assert consensus(kind, answers[::-1]) == found


@pytest.mark.parametrize("final", [False, 0, ""])
def test_the_final_value_comes_first_whatever_it_is(final: Any) -> None:
    assert consensus("boolean", [True, True], final) == Consensus(final, Basis.RESOLUTION)


def test_there_is_none_of_texts_and_of_no_answers() -> None:
    assert consensus("text", ["same", "same"]) is None
    assert consensus("rating", []) is None
    assert majority([]) is None


@pytest.mark.django_db
def test_wide_exports_have_the_consensus_and_say_what_it_rests_on(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    fields = [
        factories.make_field(cast.project, kind, name=kind)
        for kind in ("boolean", "rating", "text")
    ]
    queue = factories.make_queue(
        cast.project, by=cast.manager, fields=fields, annotators=people, items=1,
        annotations_required=2,
    )  # fmt: skip
    answer(queue, cast)
    told = json.loads(fetch(queue, cast.manager, shape="wide"))
    assert told["consensus"] == {
        "boolean": {"value": None, "basis": "tie"}, "rating": {"value": 3, "basis": "median"},
    }  # fmt: skip
    (row,) = csv.DictReader(StringIO(fetch(queue, cast.manager, shape="wide", format="csv")))
    agreed = {name: text for name, text in row.items() if "(consensus)" in name}
    assert agreed == {"boolean (consensus)": "(tie)", "rating (consensus)": "3"}


def answer(queue: Queue, cast: Cast) -> None:
    for user, given in ((cast.annotator, ("true", "2")), (cast.second, ("false", "4"))):
        worker = Worker(queue, user)
        worker.submit(worker.claim(), *given, "words")
