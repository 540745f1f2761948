"""Rounds: sent back to the same people, to others, reopened; what comes back, and to whom."""

from dataclasses import replace

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, User
from fields.kinds.controls import Choices
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.items.rounds import reopen_item
from queues.actions.people.members import add_members, remove_member
from queues.actions.settings import change_settings
from queues.actions.status import close_queue, pause_queue, resume_queue
from queues.actions.sweep import sweep
from queues.errors import CannotPick, CannotReview, WrongState
from queues.models import Item, Queue, QueueMember, Reservation, Slot
from reviews.actions.submitting import Conflict
from reviews.answers import Draft, asked_fields
from reviews.models import Annotation
from reviews.workspace.desk import Desk, open_desk

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue, state_of
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer], items=2)


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    answer(queue, cast.annotator, value="true")
    return answer(queue, cast.second, value="false")


@pytest.fixture
def judge(cast: Cast, queue: Queue, item: Item) -> Judge:
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    return judge


def newcomer(cast: Cast, queue: Queue) -> User:
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_annotate=True)
    return cast.member


def desk_of(queue: Queue, user: User, *, item: Item | None = None) -> Desk:
    hold = (
        pick_item(queue_id=queue.pk, item_id=item.pk, user=user)
        if item
        else claim_next(queue_id=queue.pk, user=user)
    )
    return open_desk(queue, user, hold, asked_fields(queue))


def chosen(desk: Desk) -> list[str]:
    control = desk.widgets[0].control
    assert isinstance(control, Choices)
    return [one.value for one in control.choices if one.checked]


def age(days: str) -> None:
    sql.run(
        "update queues_slot set bound_at = clock_timestamp() - %(days)s::interval,"
        " returned_at = clock_timestamp() - %(days)s::interval"
        " where bound_why = 'sent_back' and state = 'free'",
        {"days": days},
    )


def test_a_reject_begins_a_round_bound_to_its_annotators_and_keeps_the_old_one(
    cast: Cast, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    assert state_of(item) == ("pending", 2, "rejected")
    assert item.needs_review is True
    old, new = (list(item.slots.filter(round=n).order_by("pk")) for n in (1, 2))
    assert [slot.state for slot in old] == ["done", "done"]
    assert [(slot.state, slot.bound_why) for slot in new] == [("free", "sent_back")] * 2
    assert {slot.assigned_to for slot in new} == {cast.annotator, cast.second}
    assert all(slot.returned_at for slot in new)
    assert Event.objects.filter(item_id=item.pk, attribute="round", to_value="2").count() == 1


def test_what_was_sent_back_is_served_first(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    assert Worker(queue, cast.annotator).claim().item_id == item.pk
    other = newcomer(cast, queue)
    assert Worker(queue, other).claim().item_id != item.pk


def test_each_author_finds_his_own_answers_and_the_remarks_for_him(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    field = asked_fields(queue)[0].field
    of = {one.annotator: one for one in Annotation.objects.filter(item=item)}
    mine, theirs = of[cast.annotator], of[cast.second]
    remarks = {f"{mine.pk}:{field.pk}": "Only for Amara",
               f"{theirs.pk}:{field.pk}": "Only for Tomasz"}  # fmt: skip
    judge.reject(item, form=judge.form(item, "For both", 0, **remarks))
    first, second = desk_of(queue, cast.annotator), desk_of(queue, cast.second)
    assert (chosen(first), chosen(second)) == (["true"], ["false"])
    assert first.returned.remark == second.returned.remark == "For both"
    assert first.returned.on_fields == {str(field.pk): "Only for Amara"}
    assert second.returned.on_fields == {str(field.pk): "Only for Tomasz"}


def test_a_newcomer_sees_neither_remarks_nor_earlier_answers(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item, "Only for authors")
    remove_member(queue=queue, user=cast.second, actor=SYSTEM)
    desk = desk_of(queue, newcomer(cast, queue), item=item)
    assert (chosen(desk), desk.returned.remark, desk.returned.on_fields) == ([], "", {})
    assert desk.hold.round == 2


def test_the_draft_of_the_new_round_outweighs_the_earlier_answers(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    worker = Worker(queue, cast.annotator)
    worker.save(worker.claim(), "false")
    assert chosen(desk_of(queue, cast.annotator)) == ["false"]


def test_an_unfinished_draft_of_an_earlier_round_fills_the_form_as_well(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    other = newcomer(cast, queue)
    Annotation.objects.create(
        queue=queue, item=item, round=1, annotator=other,
        draft=Draft({str(asked_fields(queue)[0].field_id): ["false"]}).as_json(),
    )  # fmt: skip
    judge.reject(item)
    remove_member(queue=queue, user=cast.second, actor=SYSTEM)
    assert chosen(desk_of(queue, other, item=item)) == ["false"]


def test_after_a_reject_a_review_is_needed_whatever_the_setting_says(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    change_settings(queue=queue, settings={"requires_review": False}, actor=SYSTEM)
    answer(queue, cast.annotator, cast.second)
    assert state_of(item) == ("pending_review", 2, "rejected")
    judge.open(item)
    judge.approve(item, "true")
    assert state_of(item) == ("completed", 2, "approved")


def test_a_second_reject_begins_a_third_round(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item, "First")
    answer(queue, cast.annotator, cast.second)
    judge.open(item)
    judge.reject(item, "Second")
    assert state_of(item) == ("pending", 3, "rejected")
    assert desk_of(queue, cast.annotator).returned.remark == "Second"


def test_to_others_bars_the_last_annotators_and_wants_enough_of_them(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    other = newcomer(cast, queue)
    with pytest.raises(CannotReview, match=r"2 other annotators are needed.*has 1: 1 more"):
        judge.reject(item, to_others=True)
    assert state_of(item) == ("pending_review", 1, "")
    third = factories.make_user("Third One")
    factories.join(cast.project, third)
    add_members(queue=queue, users=[third], actor=SYSTEM, can_annotate=True)
    judge.reject(item, to_others=True)
    item.refresh_from_db()
    assert item.bars_last_round
    assert not item.slots.filter(round=2, assigned_to__isnull=False).exists()
    with pytest.raises(CannotPick):
        pick_item(queue_id=queue.pk, item_id=item.pk, user=cast.annotator)
    for user in (other, third):
        hold = pick_item(queue_id=queue.pk, item_id=item.pk, user=user)
        Worker(queue, user).submit(hold, "true")
    judge.open(item)
    judge.reject(item)
    item.refresh_from_db()
    assert not item.bars_last_round


def test_reviewers_and_the_away_are_no_others(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    other = newcomer(cast, queue)
    add_members(queue=queue, users=[cast.reviewer], actor=SYSTEM, can_annotate=True)
    QueueMember.objects.filter(user=other).update(away_at=sql.clock())
    with pytest.raises(CannotReview, match="has 0: 2 more"):
        judge.reject(item, to_others=True)


def test_slots_of_those_who_left_or_are_away_are_for_anybody(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    QueueMember.objects.filter(user=cast.second).update(away_at=sql.clock())
    judge.reject(item)
    assert item.slots.filter(round=2, assigned_to=None, bound_why="").count() == 2
    assert Worker(queue, cast.second).claim().item_id == item.pk


def test_a_skip_frees_what_was_sent_back(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    hold = Worker(queue, cast.annotator).claim()
    skip_item(queue=queue, item_id=item.pk, user=cast.annotator, token=hold.token, reason="")
    assert Slot.objects.get(pk=hold.slot_id).assigned_to is None
    assert Worker(queue, newcomer(cast, queue)).claim().item_id == item.pk


def test_removal_frees_what_was_sent_back(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    assert Worker(queue, newcomer(cast, queue)).claim().item_id == item.pk


@pytest.mark.parametrize("by_beat", [False, True])
def test_after_three_days_it_is_for_anybody_by_the_clock_and_by_beat(
    cast: Cast, queue: Queue, item: Item, judge: Judge, by_beat: bool
) -> None:
    judge.reject(item)
    other = newcomer(cast, queue)
    age("71 hours")
    with pytest.raises(CannotPick):
        pick_item(queue_id=queue.pk, item_id=item.pk, user=other)
    age("73 hours")
    if by_beat:
        assert sweep() == 2
        assert not item.slots.filter(round=2, assigned_to__isnull=False).exists()
    assert pick_item(queue_id=queue.pk, item_id=item.pk, user=other).item_id == item.pk
    assert Event.objects.filter(attribute="assigned_to", to_value="").count() == 2


def test_the_three_days_stand_still_while_the_queue_is_paused(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    judge.reject(item)
    pause_queue(queue=queue, actor=SYSTEM)
    age("4 days")
    sql.run("update queues_queue set paused_at = clock_timestamp() - interval '3 days'")
    assert sweep() == 0
    resume_queue(queue=queue, actor=SYSTEM)
    assert sweep() == 0
    assert item.slots.filter(round=2, bound_why="sent_back").count() == 2


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


def test_a_form_of_the_old_round_is_refused_and_kept(
    cast: Cast, queue: Queue, item: Item, judge: Judge
) -> None:
    old = Reservation.objects.get(item=item, annotator=cast.annotator)
    judge.reject(item)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    assert hold.round == 2
    with pytest.raises(Conflict, match="submitted this item already"):
        worker.submit(replace(hold, token=old.token, round=1), "false")
    assert item.slots.filter(round=2, state="done").count() == 0
    worker.submit(hold, "false")
    assert item.slots.filter(round=2, state="done").count() == 1
