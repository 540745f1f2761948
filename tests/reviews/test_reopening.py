"""A finished item that a manager reopens."""

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event
from queues.actions.assignment.claiming import pick_item
from queues.actions.items.rounds import reopen_item
from queues.actions.settings import change_settings
from queues.actions.status import close_queue
from queues.errors import WrongState
from queues.models import Item, Queue, Reservation

from ..conftest import Cast
from .judging import Judge, answer, state_of
from .working import Worker, chosen, desk_of

pytestmark = pytest.mark.django_db


def test_reopening_is_a_new_round_for_anybody_with_ones_own_answers(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item, "true")
    actor = Actor.person(cast.manager)
    reopen_item(queue=queue, item_id=item.pk, reason="A new guideline", actor=actor)
    assert state_of(item) == ("pending", 2, "")
    assert item.needs_review is None
    assert item.slots.filter(round=2, assigned_to=None).count() == 2
    told = Event.objects.get(item_id=item.pk, attribute="round")
    assert (told.actor, told.reason) == (cast.manager, "A new guideline")
    desk = desk_of(queue, cast.annotator, item=item)
    assert (chosen(desk), desk.returned.remark) == (["true"], "")
    assert desk_of(queue, cast.second, item=item).returned.remark == ""


def test_a_reopened_item_is_judged_anew_by_the_setting(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item, "true")
    change_settings(queue=queue, settings={"requires_review": False}, actor=SYSTEM)
    reopen_item(queue=queue, item_id=item.pk, reason="Again", actor=SYSTEM)
    for user in (cast.annotator, cast.second):
        hold = pick_item(queue_id=queue.pk, item_id=item.pk, user=user)
        Worker(queue, user).submit(hold, "true")
    assert state_of(item) == ("completed", 2, "")


def test_reopening_what_somebody_reviews_ends_that_review(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    form = judge.form(item)
    reopen_item(queue=queue, item_id=item.pk, reason="Again", actor=SYSTEM)
    assert Reservation.objects.get(kind="review").ending == "revoked"
    with pytest.raises(WrongState, match="new round"):
        judge.approve(item, form=form)


def test_reopening_makes_a_queue_that_completed_by_itself_active_again(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.approve(item, "true")
    last = answer(queue, cast.annotator, cast.second)
    judge.open(last)
    judge.approve(last)
    queue.refresh_from_db()
    assert queue.status == "completed"
    reopen_item(queue=queue, item_id=item.pk, reason="Again", actor=SYSTEM)
    queue.refresh_from_db()
    assert queue.status == "active"
    close_queue(queue=queue, actor=SYSTEM)
    with pytest.raises(WrongState, match="closed by hand"):
        reopen_item(queue=queue, item_id=last.pk, reason="Again", actor=SYSTEM)


def test_only_a_finished_item_is_reopened(cast: Cast, queue: Queue) -> None:
    half = answer(queue, cast.annotator)
    with pytest.raises(WrongState, match="not finished"):
        reopen_item(queue=queue, item_id=half.pk, reason="Again", actor=SYSTEM)
