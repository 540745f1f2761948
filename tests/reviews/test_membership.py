"""Each action asks for membership itself: a guard may have let the person in a moment before."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.holds.keeping import park_hold, renew
from queues.actions.holds.reviewing import next_review, open_review, release_review, renew_review
from queues.errors import NotMember
from queues.models import Item, ItemOpened, Queue, Reservation, Slot
from reviews.actions.correcting import correct_annotation
from reviews.actions.deciding import bulk_approve
from reviews.actions.undoing import undo_latest
from reviews.models import Annotation, Review, Score

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db


def leave(worker: Worker | Judge) -> None:
    """As between the guard of a page and its action: what removing ends has not ended yet."""
    worker.queue.members.filter(user=worker.user).update(removed_at=timezone.now())


def rows() -> list[object]:
    """All that an action could change."""
    models = (Slot, Reservation, Annotation, Score, Item, Review, ItemOpened)
    return [list(model.objects.order_by("pk").values()) for model in models]


def submit(worker: Worker) -> None:
    worker.submit(worker.hold, "true")


def submit_unfinished(worker: Worker) -> None:
    worker.submit(worker.hold)


def save(worker: Worker) -> None:
    worker.save(worker.hold, "true")


def claim(worker: Worker) -> None:
    claim_next(queue_id=worker.queue.pk, user=worker.user)


def pick(worker: Worker) -> None:
    pick_item(queue_id=worker.queue.pk, item_id=worker.hold.item_id, user=worker.user)


def skip(worker: Worker) -> None:
    hold = worker.hold
    skip_item(
        queue=worker.queue, item_id=hold.item_id, user=worker.user, token=hold.token, reason=""
    )


def park(worker: Worker) -> None:
    park_hold(user=worker.user, item_id=worker.hold.item_id, token=worker.hold.token)


@pytest.fixture
def worker(cast: Cast) -> Worker:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    worker = Worker(queue, cast.annotator)
    worker.claim()
    return worker


@pytest.mark.breaks_promises
@pytest.mark.parametrize("act", [claim, pick, save, submit, submit_unfinished, skip, park])
def test_an_annotator_who_was_removed_is_refused_and_nothing_changes(
    worker: Worker, act: Callable[[Worker], None]
) -> None:
    leave(worker)
    before = rows()
    with pytest.raises(NotMember):
        act(worker)
    assert rows() == before


@pytest.mark.breaks_promises
def test_the_time_of_one_who_was_removed_is_not_extended(worker: Worker) -> None:
    leave(worker)
    before = rows()
    assert renew(user=worker.user, token=worker.hold.token, now=True) is None
    assert rows() == before


def undo(worker: Worker) -> None:
    undo_latest(queue=worker.queue, user=worker.user, token=worker.hold.token)


def correct(worker: Worker) -> None:
    item, draft = Item.objects.get(pk=worker.hold.item_id), worker.draft("false")
    correct_annotation(
        queue=worker.queue, item=item, user=worker.user, round=1, version=1, draft=draft
    )


@pytest.mark.parametrize("act", [undo, correct])
def test_one_who_was_removed_changes_no_submitted_answer(
    worker: Worker, act: Callable[[Worker], None]
) -> None:
    worker.submit(worker.hold, "true")
    leave(worker)
    before = rows()
    with pytest.raises(NotMember):
        act(worker)
    assert rows() == before


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=2)


REVIEWING: dict[str, Callable[[Judge, Item], object]] = {
    "open": lambda judge, item: open_review(queue=judge.queue, item_id=item.pk, user=judge.user),
    "next": lambda judge, item: next_review(queue=judge.queue, user=judge.user),
    "save": lambda judge, item: judge.save(item, "A remark"),
    "approve": lambda judge, item: judge.approve(item),
    "reject": lambda judge, item: judge.reject(item, "Look again"),
    "release": lambda judge, item: release_review(
        queue=judge.queue, item_id=item.pk, user=judge.user
    ),
    "bulk": lambda judge, item: bulk_approve(
        queue=judge.queue, user=judge.user, picks=[(item.pk, 1)]
    ),
}


@pytest.mark.breaks_promises
@pytest.mark.parametrize("act", REVIEWING)
def test_a_reviewer_who_was_removed_is_refused_and_nothing_changes(
    cast: Cast, queue: Queue, act: str
) -> None:
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    judge.open(item)
    leave(judge)
    before = rows()
    with pytest.raises(NotMember):
        REVIEWING[act](judge, item)
    assert rows() == before


@pytest.mark.breaks_promises
def test_the_review_of_one_who_was_removed_is_not_extended(cast: Cast, queue: Queue) -> None:
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    judge.open(item)
    leave(judge)
    assert renew_review(item=item, user=cast.reviewer, now=True) is None


def test_no_review_is_next_for_one_who_was_removed_where_none_waits(
    cast: Cast, queue: Queue
) -> None:
    leave(Judge(queue, cast.reviewer))
    with pytest.raises(NotMember):
        next_review(queue=queue, user=cast.reviewer)


def test_a_repeat_of_a_submit_is_answered_by_its_first_outcome_to_members_alone(
    worker: Worker,
) -> None:
    submission = uuid4()
    worker.submit(worker.hold, "true", submission=submission)
    worker.submit(worker.hold, "true", submission=submission)
    leave(worker)
    with pytest.raises(NotMember):
        worker.submit(worker.hold, "true", submission=submission)
