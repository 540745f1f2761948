"""Exports: every row is there, zero and false survive, formulas do not run, nobody peeks."""

import csv
import json
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, User
from queues.actions.holds.ending import skip_item
from queues.actions.people.members import add_members
from queues.models import ItemOpened, Queue
from reviews.models import Score

from .. import factories, streamed
from ..conftest import Cast
from .pages import Desk
from .review_pages import read
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "integer", name="Score"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    return factories.make_queue(
        cast.project, by=cast.manager, fields=fields, annotators=[cast.annotator, cast.second],
        items=2, annotations_required=2,
    )  # fmt: skip


def answer(queue: Queue, user: User, times: int, *answers: str) -> None:
    worker = Worker(queue, user)
    for _ in range(times):
        worker.submit(worker.claim(), *answers)


ALL = ["rounds", "decisions", "remarks", "skips"]


def fetch(queue: Queue, user: User, *, extras: list[str] | None = None, **how: str) -> str:
    """The file's text, without the mark that tells spreadsheets its encoding."""
    desk = Desk.of(queue, user)
    response = desk.client.post(desk.url("queue-export"), how | {"with": extras or []})
    assert response.status_code == 200
    text = streamed.body(response).decode()
    return text.removeprefix("\ufeff")


def test_long_has_one_row_for_each_answer_and_equals_the_rows(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator, 2, "false", "0", "none")
    answer(queue, cast.second, 1, "true", "-3", "=1+1")
    rows = [json.loads(line) for line in fetch(queue, cast.manager, shape="long").splitlines()]
    assert len(rows) == Score.objects.count() == 9
    mine = [r["value"] for r in rows if r["annotator"] == cast.annotator.email]
    assert mine == [False, 0, "none"] * 2


def test_csv_keeps_zero_and_false_and_quotes_formulas(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator, 1, "false", "0", "=cmd()")
    text = fetch(queue, cast.manager, shape="long", format="csv")
    values = [row["value"] for row in csv.DictReader(StringIO(text))]
    assert values == ["false", "0", "'=cmd()"]
    desk = Desk.of(queue, cast.manager)
    response = desk.client.post(desk.url("queue-export"), {"shape": "wide", "format": "csv"})
    first = next(streamed.pieces(response))
    assert first == b"\xef\xbb\xbf"


def test_wide_has_one_row_for_each_item_and_a_column_for_field_and_annotator(
    cast: Cast, queue: Queue
) -> None:
    answer(queue, cast.annotator, 2, "false", "0", "none")
    answer(queue, cast.second, 1, "true", "-3", "some")
    rows = list(csv.DictReader(StringIO(fetch(queue, cast.manager, shape="wide", format="csv"))))
    assert len(rows) == 2
    assert rows[0][f"Right ({cast.annotator.email})"] == "false"
    assert rows[0][f"Right ({cast.annotator.email}) label"] == "No"
    assert rows[0][f"Score ({cast.second.email})"] == "-3"
    assert rows[1][f"Score ({cast.second.email})"] == ""
    assert [row["annotations"] for row in rows] == ["2", "1"]


def test_inclusion_and_stratum_of_each_item_are_exported(cast: Cast, queue: Queue) -> None:
    queue.items.filter(pk=queue.items.earliest("seq").pk).update(inclusion=0.25, stratum="error")
    answer(queue, cast.annotator, 2, "true", "1", "so")
    for shape, rows in (("long", 6), ("wide", 2)):
        text = fetch(queue, cast.manager, shape=shape, format="csv")
        found = [(row["inclusion"], row["stratum"]) for row in csv.DictReader(StringIO(text))]
        assert found == [("0.25", "error")] * (rows // 2) + [("", "")] * (rows // 2)


def test_an_exporting_manager_who_annotates_sees_completed_items_only(
    cast: Cast, queue: Queue
) -> None:
    answer(queue, cast.annotator, 2, "false", "0", "first")
    answer(queue, cast.second, 1, "true", "1", "second")
    add_members(
        queue=queue, users=[cast.manager], actor=Actor.person(cast.manager), can_annotate=True
    )
    rows = [json.loads(line) for line in fetch(queue, cast.manager, shape="long").splitlines()]
    assert {row["item_status"] for row in rows} == {"completed"}
    desk = Desk.of(queue, cast.manager)
    page = read(desk.client, reverse("queues:queue-progress", args=[queue.project.slug, queue.pk]))
    said = "You annotate here, so this file holds the 1 completed item of 2."
    assert said in " ".join(page.split())
    response = desk.client.post(desk.url("queue-export"))
    assert response.headers["Content-Disposition"].endswith('-long-completed.jsonl"')


def test_an_export_is_an_event_and_opens_the_items_to_its_reader(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator, 1, "false", "0", "none")
    fetch(queue, cast.manager, shape="wide", format="jsonl")
    assert Event.objects.filter(attribute="export wide jsonl", actor=cast.manager).count() == 1
    assert list(ItemOpened.objects.values_list("user", flat=True)) == [cast.manager.pk]


def test_skips_are_in_the_export(cast: Cast, queue: Queue) -> None:
    hold = Worker(queue, cast.annotator).claim()
    skip_item(
        queue=queue, item_id=hold.item_id, user=cast.annotator, token=hold.token, reason="unclear"
    )
    text = fetch(queue, cast.manager, shape="long", extras=["skips"])
    (row,) = [json.loads(line) for line in text.splitlines()]
    assert (row["record"], row["note"], row["counts"]) == ("skip", "unclear", False)
    assert fetch(queue, cast.manager, shape="long") == ""


def test_a_viewer_exports_completed_items(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator, 2, "false", "0", "first")
    answer(queue, cast.second, 1, "true", "1", "second")
    desk = Desk.of(queue, cast.viewer)
    response = desk.client.post(desk.url("queue-export"))
    assert response.headers["Content-Disposition"].endswith('-long-completed.jsonl"')
    rows = [json.loads(line) for line in fetch(queue, cast.viewer).splitlines()]
    assert {row["item_status"] for row in rows} == {"completed"}
    assert len(rows) == 6
    page = read(desk.client, reverse("queues:queue-progress", args=[queue.project.slug, queue.pk]))
    assert "This file holds the 1 completed item of 2." in " ".join(page.split())


@pytest.mark.parametrize("who", ["annotator", "reviewer"])
def test_who_reads_no_results_exports_none(cast: Cast, queue: Queue, who: str) -> None:
    client = Client()
    client.force_login(getattr(cast, who))
    assert client.post(Desk(client, queue).url("queue-export")).status_code == 403


def test_a_get_exports_nothing(cast: Cast, queue: Queue) -> None:
    desk = Desk.of(queue, cast.manager)
    assert desk.client.get(desk.url("queue-export")).status_code == 405
