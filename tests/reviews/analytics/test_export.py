"""Each table of figures as a file."""

import csv
from collections import Counter
from io import StringIO

import pytest
from django.test import Client

from annotate_site.projects.models import Event, User
from queues.models import ItemOpened, Queue
from reviews.results.analytics.tables import TABLES

from ... import factories
from ...conftest import Cast
from ...streamed import body
from .answering import answer, page_url, queue_of

pytestmark = pytest.mark.django_db


def download(user: User, queue: Queue, **asked: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    response = client.post(page_url(queue, "analytics-export"), asked)
    streamed = response.streaming
    whole = b"".join(response) if streamed else response.content
    return response.status_code, whole.decode("utf-8-sig")


def table(user: User, queue: Queue, name: str) -> list[list[str]]:
    status, text = download(user, queue, table=name)
    assert status == 200
    return list(csv.reader(StringIO(text)))


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Five items whose two answers agree, and a sixth where they differ."""
    queue = queue_of(cast, "category", items=6)
    answer(queue, cast.annotator, *["good"] * 3, "bad", "bad", "bad")
    answer(queue, cast.second, *["good"] * 3, "bad", "bad", "unclear")
    return queue


def test_every_table_has_what_the_page_shows(cast: Cast, queue: Queue) -> None:
    mine, theirs = cast.annotator.email, cast.second.email
    assert table(cast.manager, queue, "answers") == [
        ["answer", "count", "of", "mean place", mine, theirs],
        ["Good", "6", "12", "", "3", "3"],
        ["Bad", "5", "12", "", "3", "2"],
        ["Unclear", "1", "12", "", "0", "1"],
    ]
    assert table(cast.manager, queue, "consensus")[1:] == [
        ["All answers the same", "5", "6"], ["Tie: no answer has more than half", "1", "6"],
    ]  # fmt: skip
    last = queue.items.latest("seq")
    assert table(cast.manager, queue, "disputed")[1:] == [
        [str(last.pk), last.title, mine, "Bad"], [str(last.pk), last.title, theirs, "Unclear"],
    ]  # fmt: skip
    assert table(cast.manager, queue, "met")[1:] == [
        ["Good", "3", "0", "0"], ["Bad", "0", "2", "1"], ["Unclear", "0", "0", "0"],
    ]  # fmt: skip
    [pair] = table(cast.manager, queue, "pairs")[1:]
    assert pair[:2] == [mine, theirs]
    assert float(pair[3]) <= float(pair[2]) <= float(pair[4])
    assert pair[5] == "6"
    [field] = table(cast.manager, queue, "fields")[1:]
    assert field[:5] == ["category", "category", "12", "6", "2"]
    assert float(field[5]) == pytest.approx(5 / 6)
    assert [row[1:] for row in table(cast.manager, queue, "days")[1:]] == [["12", "2", ""]]


@pytest.mark.parametrize("name", list(TABLES))
def test_a_viewer_gets_what_is_completed_and_has_opened_it(
    cast: Cast, queue: Queue, name: str
) -> None:
    table(cast.viewer, queue, name)
    assert ItemOpened.objects.filter(user=cast.viewer).count() == 6
    event = Event.objects.latest("pk")
    assert (event.attribute, event.actor) == (f"export figures {name} csv", cast.viewer)


def test_a_table_that_is_none_is_refused_in_a_sentence(cast: Cast, queue: Queue) -> None:
    for asked in ({}, {"table": "x"}, {"table": "\x00"}):
        status, text = download(cast.manager, queue, **asked)
        assert (status, text[:18]) == (400, "A table is one of ")
    assert not Event.objects.filter(attribute__startswith="export").exists()


def test_annotators_and_strangers_get_none(cast: Cast, queue: Queue) -> None:
    for user, status in ((cast.annotator, 403), (cast.member, 403), (cast.stranger, 404)):
        assert download(user, queue, table="answers")[0] == status


def test_a_label_that_a_spreadsheet_would_run_gets_a_quote(cast: Cast) -> None:
    field = factories.make_field(
        cast.project, "category", settings={"options": [{"label": "=1+1"}, {"label": "@x"}]}
    )
    queue = factories.make_queue(cast.project, fields=[field], annotators=[cast.annotator], items=1)
    answer(queue, cast.annotator, "11")
    assert [row[0] for row in table(cast.manager, queue, "answers")[1:]] == ["'=1+1", "'@x"]


def test_figures_count_what_an_export_holds(cast: Cast, queue: Queue) -> None:
    client = Client()
    client.force_login(cast.manager)
    asked = {"shape": "long", "format": "csv"}
    text = body(client.post(page_url(queue, "queue-export"), asked)).decode("utf-8-sig")
    rows = csv.DictReader(StringIO(text))
    exported = Counter((row["label"], row["annotator"]) for row in rows if row["counts"] == "true")
    headings, *counted = table(cast.manager, queue, "answers")
    assert exported == Counter(
        {(row[0], email): int(n) for row in counted
         for email, n in zip(headings[4:], row[4:], strict=True) if int(n)}
    )  # fmt: skip
