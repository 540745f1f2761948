"""Wide exports: a column is of a field, also where two fields of a queue have one name."""

import csv
import json
from io import StringIO

import pytest

from annotate_site.projects.events import SYSTEM
from fields.actions import archive_field
from queues.actions.settings import Asked, change_fields
from queues.models import Queue
from reviews.results.export import items
from reviews.results.export.headings import Headings

from .. import factories
from ..conftest import Cast
from .judging import Judge, reviewed_queue
from .pages import Desk
from .test_export import fetch
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Asks an archived field and its successor of the same name; one item is approved."""
    old = factories.make_field(cast.project, "integer", name="=Score")
    queue = reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], fields=[old], by=cast.manager
    )
    archive_field(field=old, actor=SYSTEM)
    new = factories.make_field(cast.project, "integer", name="=Score")
    change_fields(queue=queue, fields=[Asked(new), Asked(old)], actor=SYSTEM)
    worker, judge = Worker(queue, cast.annotator), Judge(queue, cast.reviewer)
    worker.submit(worker.claim(), "2", "0")
    item = queue.items.get()
    judge.open(item)
    judge.approve(item, "5", "3")
    return queue


def test_wide_keeps_both_answers_where_two_fields_have_one_name(cast: Cast, queue: Queue) -> None:
    """The older field keeps the plain name, whatever the queue's order."""
    (row,) = csv.DictReader(StringIO(fetch(queue, cast.manager, shape="wide", format="csv")))
    who = cast.annotator.email
    assert {name: row[name] for name in row if "Score" in name} == {
        f"'=Score · {who}": "0", f"'=Score (2) · {who}": "2",
        "resolution · =Score": "3", "resolution · =Score (2)": "5",
        "consensus · =Score": "3", "consensus · =Score (2)": "5",
    }  # fmt: skip
    told = json.loads(fetch(queue, cast.manager, shape="wide"))
    assert {name: cells[who]["value"] for name, cells in told["answers"].items()} == {
        "=Score": 0, "=Score (2)": 2,
    }  # fmt: skip
    assert told["resolution"] == {"=Score": 3, "=Score (2)": 5}


def test_wide_keeps_an_answer_that_came_while_the_file_was_written(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its person had no column when the headings were written."""
    monkeypatch.setattr(items, "CHUNK", 1)
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator, cast.second], items=2,
        fields=[factories.make_field(cast.project, "text", name="Why")],
    )  # fmt: skip
    first, second = Worker(queue, cast.annotator), Worker(queue, cast.second)
    first.submit(first.claim(), "early")
    desk = Desk.of(queue, cast.manager)
    response = desk.client.post(desk.url("queue-export"), {"shape": "wide", "format": "csv"})
    pieces = iter(response.streaming_content)  # type: ignore[attr-defined]
    written = [next(pieces), next(pieces)]
    second.submit(second.claim(), "=late")
    text = b"".join([*written, *pieces]).decode()
    rows = list(csv.DictReader(StringIO(text)))
    assert [row[f"Why · {cast.annotator.email}"] for row in rows] == ["early", ""]
    assert [row["later"] for row in rows] == ["", f"Why · {cast.second.email}: '=late"]


def test_a_heading_is_taken_once() -> None:
    names = ["Tone", "Tone", "Tone (2)", "tone", "Tone"]
    headings = Headings()
    given = [headings.of(key, name) for key, name in enumerate(names)]
    assert given == ["Tone", "Tone (2)", "Tone (2) (2)", "tone", "Tone (3)"]
    assert [headings.of(key, name) for key, name in enumerate(names)] == given
