"""Wide exports: a column is of a field, also where two fields of a queue have one name."""

import csv
import json
from io import StringIO

import pytest

from annotate_site.projects.events import SYSTEM
from fields.actions import archive_field
from queues.actions.settings import Asked, change_fields
from queues.models import Queue
from reviews.models import Score
from reviews.results.export import items
from reviews.results.export.headings import Headings
from reviews.results.export.wide import WIDE_COLUMNS

from .. import factories, streamed
from ..conftest import Cast
from .judging import Judge, reviewed_queue
from .pages import Desk
from .test_export import ALL, fetch
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
    text = fetch(queue, cast.manager, shape="wide", format="csv", extras=ALL)
    (row,) = csv.DictReader(StringIO(text))
    assert {name: row[name] for name in row if "Score" in name} == {
        "'=Score": "0", "'=Score (2)": "2",
        "'=Score (final value)": "3", "'=Score (2) (final value)": "5",
        "'=Score (consensus)": "3", "'=Score (2) (consensus)": "5",
    }  # fmt: skip
    told = json.loads(fetch(queue, cast.manager, shape="wide"))
    assert (told["=Score"], told["=Score (2)"]) == (0, 2)
    queue.items.update(required=2)  # as where each item has several annotations
    told = json.loads(fetch(queue, cast.manager, shape="wide", extras=ALL))
    who = cast.annotator.email
    assert {name: cells[who]["value"] for name, cells in told["answers"].items()} == {
        "=Score": 0, "=Score (2)": 2,
    }  # fmt: skip
    assert told["resolution"] == {"=Score": 3, "=Score (2)": 5}
    queue.items.update(required=1)


def test_wide_keeps_an_answer_that_came_while_the_file_was_written(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its person had no column when the headings were written."""
    monkeypatch.setattr(items, "CHUNK", 1)
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator, cast.second], items=2,
        annotations_required=2, fields=[factories.make_field(cast.project, "text", name="Why")],
    )  # fmt: skip
    first, second = Worker(queue, cast.annotator), Worker(queue, cast.second)
    first.submit(first.claim(), "early")
    desk = Desk.of(queue, cast.manager)
    response = desk.client.post(desk.url("queue-export"), {"shape": "wide", "format": "csv"})
    pieces = streamed.pieces(response)
    written = [next(pieces), next(pieces), next(pieces)]
    second.submit(second.pick(queue.items.order_by("seq")[1]), "=late")
    text = b"".join([*written, *pieces]).decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row[f"Why ({cast.annotator.email})"] for row in rows] == ["early", ""]
    assert "".join(row["later"] for row in rows) == f"Why ({cast.second.email}): '=late"


def test_where_one_annotation_is_needed_a_field_is_a_column_of_its_own_type(cast: Cast) -> None:
    """Labels and notes stand beside the values; numbers, booleans and lists are no text."""
    options = {"options": [{"label": "Made up"}, {"label": "Too long"}]}
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "number", name="Share"),
        factories.make_field(cast.project, "categories", name="title", settings=options),
    ]
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], items=2, fields=fields
    )
    queue.queue_fields.update(allow_note=True)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "false", "0.5", ["made-up", "too-long"])
    Score.objects.filter(field=fields[1]).update(note="a note = that matters")
    row, empty = [
        json.loads(line) for line in fetch(queue, cast.manager, shape="wide").splitlines()
    ]
    assert {name: row[name] for name in list(row)[len(WIDE_COLUMNS) :]} == {
        "annotator": cast.annotator.email,
        "Right": False, "Right label": "No", "Right note": "",
        "Share": 0.5, "Share note": "a note = that matters",
        "title (2)": ["made-up", "too-long"], "title label": "Made up, Too long", "title note": "",
        "later": "",
    }  # fmt: skip
    assert (empty["annotator"], empty["Right"]) == ("", None)
    text = fetch(queue, cast.manager, shape="wide", format="csv")
    first = next(iter(csv.DictReader(StringIO(text))))
    assert (first["Share"], first["Share note"]) == ("0.5", "a note = that matters")


def test_a_heading_is_taken_once() -> None:
    names = ["Tone", "Tone", "Tone (2)", "tone", "Tone"]
    headings = Headings()
    given = [headings.of(key, name) for key, name in enumerate(names)]
    assert given == ["Tone", "Tone (2)", "Tone (2) (2)", "tone", "Tone (3)"]
    assert [headings.of(key, name) for key, name in enumerate(names)] == given
