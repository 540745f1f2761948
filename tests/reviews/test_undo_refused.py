"""What cannot be undone, and why."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues.actions.holds.hold import Hold
from queues.actions.items.changing import clear_skips, remove_item
from queues.actions.people.members import remove_member
from queues.actions.status import archive_queue, close_queue
from queues.errors import NotMember
from queues.models import Item, ItemOpened, Reservation
from reviews.actions.undoing import CannotUndo, latest_undoable
from reviews.models import Annotation

from ..conftest import Cast
from .undoing import later, skip, submit, three_fields, undo
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(cast: Cast) -> Worker:
    return Worker(three_fields(cast), cast.annotator)


def test_a_refused_undo_retires_nothing(cast: Cast, me: Worker) -> None:
    hold, submission = me.claim(), uuid4()
    me.submit(hold, "true", "tone", "0.5", submission=submission)
    close_queue(queue=me.queue, actor=SYSTEM)
    with pytest.raises(CannotUndo):
        undo(me, hold)
    me.submit(hold, "true", "tone", "0.5", submission=submission)  # the stored outcome: accepted


def test_thirty_seconds_by_the_databases_clock(me: Worker) -> None:
    hold = submit(me)
    offered = latest_undoable(me.queue, me.user)
    assert offered is not None
    assert 25 <= offered.seconds <= 30
    later(31, hold)
    assert latest_undoable(me.queue, me.user) is None
    with pytest.raises(CannotUndo, match="30 seconds"):
        undo(me, hold)


def test_only_the_latest_can_be_taken_back(me: Worker) -> None:
    first, second = submit(me), submit(me)
    with pytest.raises(CannotUndo, match="latest"):
        undo(me, first)
    undo(me, second)
    with pytest.raises(CannotUndo, match="latest"):
        undo(me, second)


def test_nobody_elses_can_be_taken_back(cast: Cast, me: Worker) -> None:
    hold = submit(me)
    with pytest.raises(CannotUndo):
        undo(Worker(me.queue, cast.second), hold)


def test_refused_once_a_reviewer_has_opened_it(cast: Cast, me: Worker) -> None:
    hold = submit(me)
    open_for_review(hold, cast)
    with pytest.raises(CannotUndo, match="reviewer"):
        undo(me, hold)


def open_for_review(hold: Hold, cast: Cast) -> None:
    Reservation.objects.create(
        kind="review", queue_id=Item.objects.get(pk=hold.item_id).queue_id, item_id=hold.item_id,
        round=hold.round, annotator=cast.reviewer, token=uuid4(), opened_at=sql.clock(),
        ended_at=sql.clock(), ending="released",
    )  # fmt: skip


def test_refused_once_it_is_approved_or_in_another_round(me: Worker) -> None:
    hold = submit(me)
    for change, back in (
        ({"review_state": "approved"}, {"review_state": ""}),
        ({"round": 2}, {"round": 1}),
    ):
        Item.objects.filter(pk=hold.item_id).update(**change)
        with pytest.raises(CannotUndo):
            undo(me, hold)
        Item.objects.filter(pk=hold.item_id).update(**back)


def test_refused_once_it_is_removed(me: Worker) -> None:
    hold = submit(me)
    remove_item(queue=me.queue, item_id=hold.item_id, confirmed=False, actor=SYSTEM)
    with pytest.raises(CannotUndo, match="taken out"):
        undo(me, hold)


@pytest.mark.parametrize("end", [close_queue, archive_queue])
def test_refused_in_a_queue_closed_by_hand(me: Worker, end: Callable[..., object]) -> None:
    hold = submit(me)
    end(queue=me.queue, actor=SYSTEM)
    with pytest.raises(CannotUndo, match="closed"):
        undo(me, hold)
    assert Annotation.objects.get().state == "submitted"


def test_refused_for_one_who_has_seen_others_answers(me: Worker) -> None:
    hold = submit(me)
    ItemOpened.objects.create(item_id=hold.item_id, user=me.user)
    with pytest.raises(CannotUndo, match="others' answers"):
        undo(me, hold)


def test_refused_for_one_who_was_removed(me: Worker) -> None:
    hold = submit(me)
    remove_member(queue=me.queue, user=me.user, actor=SYSTEM)
    with pytest.raises(NotMember):
        undo(me, hold)


def test_a_skip_that_a_manager_has_cleared_is_taken_back_already(me: Worker) -> None:
    hold = skip(me)
    clear_skips(queue=me.queue, item_id=hold.item_id, actor=SYSTEM)
    assert latest_undoable(me.queue, me.user) is None
    with pytest.raises(CannotUndo, match="cleared"):
        undo(me, hold)
