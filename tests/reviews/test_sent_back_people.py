"""To whom an item is sent back, and when what was sent back is for anybody."""

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.assignment.claiming import pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.people.members import add_members, remove_member, set_rights
from queues.actions.status import pause_queue, resume_queue
from queues.actions.sweep import sweep
from queues.errors import CannotPick, CannotReview
from queues.models import Item, Queue, QueueMember, Slot

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, newcomer, reviewed_queue, state_of
from .working import Worker

pytestmark = pytest.mark.django_db


def age(days: str) -> None:
    sql.run(
        "update queues_slot set bound_at = clock_timestamp() - %(days)s::interval,"
        " returned_at = clock_timestamp() - %(days)s::interval"
        " where bound_why = 'sent_back' and state = 'free'",
        {"days": days},
    )


def test_who_only_reviews_by_now_gets_nothing_back(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer])
    item = answer(queue, cast.annotator, cast.second)
    set_rights(queue=queue, user=cast.annotator, can_annotate=False, can_review=True, actor=SYSTEM)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item)
    bound = item.slots.filter(round=2).order_by("pk").values_list("assigned_to", flat=True)
    assert list(bound) == [cast.second.pk, None]


def test_who_did_another_item_is_one_of_the_others(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = reviewed_queue(cast.project, people, [cast.reviewer], items=2, annotations_required=1)
    item, _theirs = answer(queue, cast.annotator), answer(queue, cast.second)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item, to_others=True)
    assert Worker(queue, cast.second).claim().item_id == item.pk


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
