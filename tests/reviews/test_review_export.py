"""Exports: decisions, remarks on single answers, and final values, in both shapes."""

import csv
import json
from io import StringIO

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.items.rounds import clear_decision
from queues.models import Item, Queue
from reviews.answers import asked_fields
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .test_export import ALL, fetch

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    field = factories.make_field(cast.project, name="Right")
    return reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], items=2, fields=[field], by=cast.manager
    )


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    """Sent back with remarks, answered again, approved with a final value."""
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    judge.open(item)
    mine, field = Annotation.objects.get(item=item), asked_fields(queue)[0].field_id
    judge.reject(item, form=judge.form(item, "=Look", 0, **{f"{mine.pk}:{field}": "Here"}))
    answer(queue, cast.annotator)
    judge.open(item)
    judge.approve(item, "false")
    return item


def long_rows(cast: Cast, queue: Queue) -> list[dict[str, object]]:
    text = fetch(queue, cast.manager, shape="long", extras=ALL)
    return [json.loads(line) for line in text.splitlines()]


def test_long_has_a_row_for_each_decision_remark_and_final_value(
    cast: Cast, queue: Queue, item: Item
) -> None:
    rows = long_rows(cast, queue)
    told = [(r["record"], r["round"], r["decision"], r["about"], r["value"], r["note"])
            for r in rows if r["record"] not in ("answer", "skip")]  # fmt: skip
    assert told == [
        ("review", 1, "rejected", None, None, "=Look"),
        ("review", 2, "approved", None, None, ""),
        ("remark", 1, None, cast.annotator.email, None, "Here"),
        ("resolution", 2, None, None, False, None),
    ]
    assert {r["annotator"] for r in rows if r["record"] == "review"} == {cast.reviewer.email}
    assert [r["value"] for r in rows if r["record"] == "answer"] == [True, True]


def test_wide_has_a_column_for_each_final_value_and_false_survives(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(queue, cast.annotator)
    text = fetch(queue, cast.manager, shape="wide", format="csv", extras=ALL)
    first, second = csv.DictReader(StringIO(text))
    assert (first["Right (final value)"], first["decision"]) == ("false", "approved")
    assert (second["Right (final value)"], second["decision"]) == ("", "")
    assert (first["Right"], first["Right (consensus)"]) == ("true", "false")
    text = fetch(queue, cast.manager, shape="wide", extras=["decisions"])
    assert json.loads(text.splitlines()[0])["Right (final value)"] is False
    plain = fetch(queue, cast.manager, shape="wide", format="csv")
    assert "final value" not in plain
    assert "decision" not in plain
    assert next(iter(csv.DictReader(StringIO(plain))))["Right (consensus)"] == "false"


def test_the_default_holds_what_counts_and_a_tick_adds_each_other_kind(
    cast: Cast, queue: Queue, item: Item
) -> None:
    def records(*extras: str) -> list[tuple[str, int, bool]]:
        text = fetch(queue, cast.manager, shape="long", extras=list(extras))
        rows = [json.loads(line) for line in text.splitlines()]
        return [(row["record"], row["round"], row["counts"]) for row in rows]

    counted = [("answer", 2, True)]
    assert records() == counted
    assert records("rounds") == [("answer", 1, False), *counted]
    assert records("remarks") == [*counted, ("remark", 1, False)]
    assert records("decisions") == [
        *counted, ("review", 1, False), ("review", 2, False), ("resolution", 2, False),
    ]  # fmt: skip


def test_a_cleared_decision_is_told_as_cleared_and_its_values_are_gone(
    cast: Cast, queue: Queue, item: Item
) -> None:
    clear_decision(queue=queue, item_id=item.pk, reason="Again", actor=SYSTEM)
    rows = long_rows(cast, queue)
    assert [r["decision"] for r in rows if r["record"] == "review"] == [
        "rejected", "approved, cleared",
    ]  # fmt: skip
    assert not [r for r in rows if r["record"] == "resolution"]
    text = fetch(queue, cast.manager, shape="wide", format="csv")
    assert "final value" not in text
