"""Back through one's own items: whose they are, in which order, and what may be done with them."""

from typing import Any

import pytest

from fields.models import Field
from queues.models import Queue
from reviews.models import Annotation
from reviews.my_history.earlier import own_past

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer
from .pages import HTMX, Desk
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, "text", name="Why")


@pytest.fixture
def queue(cast: Cast, field: Field) -> Queue:
    return factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second], items=4,
        annotations_required=2, reviewers=[cast.reviewer],
    )  # fmt: skip


@pytest.fixture
def mine(cast: Cast, queue: Queue) -> list[Annotation]:
    """Three of the annotator's, oldest first; the second person has answered the first item."""
    worker, other = Worker(queue, cast.annotator), Worker(queue, cast.second)
    for text in ("first", "second", "third"):
        worker.submit(worker.claim(), text)
    other.submit(other.claim(), "NOT MINE")
    return list(Annotation.objects.filter(annotator=cast.annotator).order_by("pk"))


def test_back_and_forward_walk_through_ones_own_and_stop_at_the_ends(
    cast: Cast, queue: Queue, mine: list[Annotation]
) -> None:
    first, second, third = (one.pk for one in mine)

    def at(**where: int) -> Any:
        found = own_past(queue, cast.annotator, **where)
        return found and (found.annotation.pk, found.older, found.newer)

    assert at() == (third, True, False)
    assert at(before=third) == (second, True, True)
    assert at(before=second) == (first, False, True)
    assert at(before=first) is None
    assert at(after=first) == (second, True, True)
    assert at(after=third) is None


def test_it_shows_ones_own_answer_and_nobody_elses(
    cast: Cast, queue: Queue, mine: list[Annotation]
) -> None:
    desk = Desk.of(queue, cast.annotator)
    page = _past(desk, f"?before={mine[1].pk}")
    assert "first" in page
    assert "NOT MINE" not in page
    assert "<html" not in page


def test_another_persons_annotation_is_no_place_to_walk_from(
    cast: Cast, queue: Queue, mine: list[Annotation]
) -> None:
    theirs = Annotation.objects.get(annotator=cast.second)
    desk = Desk.of(queue, cast.annotator)
    for query in (f"?before={theirs.pk}", f"?after={theirs.pk}", "?before=x", f"?after={'9' * 30}"):
        response = desk.client.get(desk.url("past") + query, headers=HTMX)
        assert response.status_code == 404


def test_without_anything_there_is_nothing_and_without_a_script_the_list(
    cast: Cast, queue: Queue
) -> None:
    desk = Desk.of(queue, cast.annotator)
    assert desk.client.get(desk.url("past"), headers=HTMX).status_code == 204
    assert desk.client.get(desk.url("past")).headers["Location"] == desk.url("own-work")


def test_correct_and_undo_are_offered_where_they_work(
    cast: Cast, queue: Queue, mine: list[Annotation]
) -> None:
    latest = own_past(queue, cast.annotator)
    earlier = own_past(queue, cast.annotator, before=mine[2].pk)
    assert latest
    assert earlier
    assert (latest.correctable, latest.undo is not None) == (True, True)
    assert (earlier.correctable, earlier.undo) == (True, None)


def test_where_nothing_can_be_changed_any_more_the_reason_stands(cast: Cast, field: Field) -> None:
    queue = factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator], reviewers=[cast.reviewer],
        items=1, requires_review=True,
    )  # fmt: skip
    item = answer(queue, cast.annotator, value="first")
    desk, judge = Desk.of(queue, cast.annotator), Judge(queue, cast.reviewer)
    assert "Correct" in _past(desk)
    judge.open(item)
    opened = _past(desk)
    assert "A reviewer has opened this item." in opened
    assert "Correct" not in opened
    judge.reject(item, "Look again")
    assert "has begun a new round since" in _past(desk)


def _past(desk: Desk, query: str = "") -> str:
    response = desk.client.get(desk.url("past") + query, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()
