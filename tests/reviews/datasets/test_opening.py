"""Whoever reads answers in a dataset has opened them, and is shown none that they are blind to."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from queues.actions.items.rounds import reopen_item
from queues.actions.people.members import add_members
from queues.models import ItemOpened, Queue
from traces.datasets import stored_rows
from traces.datasets.models import Dataset, DatasetRow

from ... import factories, streamed
from ...conftest import Cast
from ..working import Worker
from .test_dataset_pages import url
from .test_queue_dataset import choice, complete, send
from .test_queue_dataset import queue as queue

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
ANSWER = "By Amara"


@pytest.fixture
def dataset(cast: Cast, queue: Queue) -> Dataset:
    """Two rows of completed items, with every answer; nobody has read them yet."""
    complete(queue, cast, times=2)
    send(queue, cast.manager, **choice(queue, "every", "every"))
    ItemOpened.objects.all().delete()
    return Dataset.objects.get()


def readers() -> list[tuple[str, Any]]:
    rows = list(DatasetRow.objects.order_by("pk").values_list("item", flat=True))
    opened = ItemOpened.objects.order_by("pk").values_list("user__name", "item")
    return [(name, rows.index(item)) for name, item in opened]


def take(client: Client, dataset: Dataset, format: str = "jsonl") -> Any:
    return client.post(url("version-download", dataset.project, dataset), {"format": format})


def test_a_page_of_rows_and_a_row_note_who_reads_them(
    cast: Cast, browser_of: BrowserOf, dataset: Dataset
) -> None:
    client, name = browser_of(cast.viewer), cast.viewer.name
    row = dataset.rows.latest("pk")
    page = client.get(url("row-detail", cast.project, dataset, row=row.pk))
    assert ANSWER in page.content.decode()
    assert readers() == [(name, 1)]
    page = client.get(url("dataset-detail", cast.project, dataset))
    assert page.content.decode().count(ANSWER) == 2
    assert sorted(readers()) == [(name, 0), (name, 1)]
    client.get(url("dataset-detail", cast.project, dataset))
    assert len(readers()) == 2


def test_each_piece_of_a_file_notes_its_rows_as_it_leaves(
    cast: Cast, browser_of: BrowserOf, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_rows, "CHUNK", 1)
    pieces = streamed.pieces(take(browser_of(cast.viewer), dataset))
    assert readers() == []
    assert ANSWER in next(pieces).decode()
    assert readers() == [(cast.viewer.name, 0)]
    assert len(list(pieces)) == 1
    assert readers() == [(cast.viewer.name, 0), (cast.viewer.name, 1)]


def test_who_has_read_a_row_gets_no_slot_of_its_item(
    cast: Cast, browser_of: BrowserOf, queue: Queue, dataset: Dataset
) -> None:
    first = DatasetRow.objects.order_by("pk")[0]
    browser_of(cast.viewer).get(url("row-detail", cast.project, dataset, row=first.pk))
    actor = Actor.person(cast.manager)
    add_members(queue=queue, users=[cast.viewer], actor=actor, can_annotate=True)
    for item in DatasetRow.objects.order_by("pk").values_list("item", flat=True):
        assert item
        reopen_item(queue=queue, item_id=item, reason="Look again", actor=actor)
    worker, other = Worker(queue, cast.viewer), DatasetRow.objects.order_by("pk")[1]
    claimed = {worker.submit(worker.claim(), "true", "Mine").item_id for _ in range(2)}
    assert other.item in claimed
    assert first.item not in claimed


def test_ones_own_answer_and_rows_without_answers_open_nothing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(
        cast.project, by=cast.manager, fields=[factories.make_field(cast.project, name="Right")],
        annotators=[cast.manager], items=1, annotations_required=1,
    )  # fmt: skip
    worker = Worker(queue, cast.manager)
    worker.submit(worker.claim(), "true")
    send(queue, cast.manager, **choice(queue, "every"))
    send(queue, cast.manager, new_name="Bare", **choice(queue, ""))
    own, bare = Dataset.objects.get(name="Judged"), Dataset.objects.get(name="Bare")
    assert streamed.body(take(browser_of(cast.manager), own))
    assert streamed.body(take(browser_of(cast.viewer), bare))
    assert readers() == []
    assert streamed.body(take(browser_of(cast.viewer), own))
    assert ItemOpened.objects.get().user == cast.viewer


@pytest.mark.parametrize("who", ["viewer", "manager who annotates"])
def test_answers_are_hidden_while_their_item_is_annotated_again(
    cast: Cast, browser_of: BrowserOf, queue: Queue, dataset: Dataset, who: str
) -> None:
    actor, row = Actor.person(cast.manager), dataset.rows.earliest("pk")
    reader = cast.viewer if who == "viewer" else cast.manager
    if who != "viewer":
        add_members(queue=queue, users=[reader], actor=actor, can_annotate=True)
    assert row.item
    reopen_item(queue=queue, item_id=row.item, reason="Look again", actor=actor)
    client = browser_of(reader)
    page = client.get(url("dataset-detail", cast.project, dataset)).content.decode()
    assert page.count(ANSWER) == page.count("Hidden while the item is open again") == 1
    page = client.get(url("row-detail", cast.project, dataset, row=row.pk)).content.decode()
    assert ANSWER not in page
    assert "is being annotated again" in page
    refused = take(client, dataset)
    assert refused.status_code == 409
    assert "answers on 1 item that is being annotated again" in refused.content.decode()
    assert readers() == [(reader.name, 1)]


def test_a_manager_who_does_not_annotate_there_reads_them_all_the_same(
    cast: Cast, browser_of: BrowserOf, queue: Queue, dataset: Dataset
) -> None:
    row, actor = dataset.rows.earliest("pk"), Actor.person(cast.manager)
    assert row.item
    reopen_item(queue=queue, item_id=row.item, reason="Look again", actor=actor)
    text = streamed.body(take(browser_of(cast.manager), dataset)).decode()
    assert text.count(ANSWER) == 2
    assert len(readers()) == 2


def test_an_item_reopened_while_a_file_leaves_gives_no_answer(
    cast: Cast,
    browser_of: BrowserOf,
    queue: Queue,
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stored_rows, "CHUNK", 1)
    pieces = streamed.pieces(take(browser_of(cast.viewer), dataset))
    next(pieces)
    row, actor = dataset.rows.latest("pk"), Actor.person(cast.manager)
    assert row.item
    reopen_item(queue=queue, item_id=row.item, reason="Look again", actor=actor)
    assert ANSWER not in b"".join(pieces).decode()
    assert readers() == [(cast.viewer.name, 0)]
