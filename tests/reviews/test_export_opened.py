"""Who exports has seen what the file shows, no less and no more, also while people submit."""

import json
from collections.abc import Iterator

import pytest

from queues.models import ItemOpened, Queue
from queues.visibility import OPENED
from reviews.results.export import items

from .. import factories, streamed
from ..conftest import Cast
from .pages import Desk
from .racing import meanwhile
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_item_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "CHUNK", 1)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator, cast.second], items=4
    )


def start(queue: Queue, cast: Cast) -> Iterator[bytes]:
    """The lines of a long export, each read when it is asked for."""
    desk = Desk.of(queue, cast.manager)
    response = desk.client.post(desk.url("queue-export"), {"shape": "long"})
    return streamed.pieces(response)


def items_of(lines: list[bytes]) -> set[str]:
    return {json.loads(line)["item_id"] for line in lines}


def noted(cast: Cast) -> set[str]:
    found = ItemOpened.objects.filter(user=cast.manager)
    return {str(pk) for pk in found.values_list("item_id", flat=True)}


def test_a_submit_between_two_chunks_is_shown_and_noted(cast: Cast, queue: Queue) -> None:
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    lines = start(queue, cast)
    first = next(lines)
    worker.submit(hold := worker.claim(), "false")
    shown = items_of([first, *lines])
    assert str(hold.item_id) in shown
    assert noted(cast) == shown


def test_what_nobody_downloaded_is_not_noted(cast: Cast, queue: Queue) -> None:
    worker = Worker(queue, cast.annotator)
    for _ in range(2):
        worker.submit(worker.claim(), "true")
    lines = start(queue, cast)
    assert items_of([next(lines)]) == noted(cast)
    assert len(noted(cast)) == 1


def test_an_answer_is_noted_before_it_leaves(cast: Cast, queue: Queue) -> None:
    """An item that is passed over without an answer by others is not noted."""
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    lines = start(queue, cast)
    assert noted(cast) == set()
    next(lines)
    assert len(noted(cast)) == 1
    assert list(lines) == []
    assert len(noted(cast)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_submit_within_a_chunk_is_neither_shown_nor_noted(cast: Cast, queue: Queue) -> None:
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    hold = worker.claim()
    lines = start(queue, cast)
    shown = [next(lines)]
    with meanwhile(items.ANNOTATIONS, lambda: worker.submit(hold, "false")):
        shown += lines
    assert items_of(shown) == noted(cast)
    assert str(hold.item_id) not in noted(cast)


@pytest.mark.django_db(transaction=True)
def test_two_downloads_of_one_person_note_an_item_once(cast: Cast, queue: Queue) -> None:
    """PostgreSQL gives up the second, which reads its chunk again."""
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    with meanwhile(OPENED, lambda: list(start(queue, cast))):
        shown = list(start(queue, cast))
    assert len(shown) == 1
    assert noted(cast) == items_of(shown)
