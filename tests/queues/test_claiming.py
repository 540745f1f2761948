"""Start and Next on the manual strategy: who gets which item, and what is resumed."""

from datetime import timedelta

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.holds.keeping import park_hold
from queues.actions.items.changing import change_priority
from queues.actions.status import pause_queue, resume_queue
from queues.errors import CannotPick, NothingToClaim, NotMember
from queues.models import Item, Queue, Slot

from .. import factories
from ..conftest import Cast
from .assigning import claim_and_park

pytestmark = pytest.mark.django_db


def test_next_serves_items_in_the_order_of_adding(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3)
    served = []
    for _ in range(3):
        hold = claim_next(queue_id=queue.pk, user=cast.annotator)
        park_hold(user=cast.annotator, item_id=hold.item_id, token=hold.token)
        served.append(hold.item_id)
    assert served == [item.pk for item in queue.items.order_by("seq")]


def test_two_tabs_get_the_same_item_and_token(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3)
    first = claim_next(queue_id=queue.pk, user=cast.annotator)
    again = claim_next(queue_id=queue.pk, user=cast.annotator)
    assert (again.item_id, again.token, again.resumed) == (first.item_id, first.token, True)


def test_two_people_never_share_a_slot(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)
    claim_next(queue_id=queue.pk, user=cast.annotator)
    with pytest.raises(NothingToClaim) as nothing:
        claim_next(queue_id=queue.pk, user=cast.second)
    assert nothing.value.reason == "others_hold"
    assert nothing.value.retry_at is not None


def test_a_skipped_item_stays_for_others_and_is_not_offered_again(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    skip_item(
        queue=queue, item_id=hold.item_id, user=cast.annotator, token=hold.token, reason="unclear"
    )
    assert Item.objects.get(pk=hold.item_id).status == "skipped"
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.annotator)
    assert claim_next(queue_id=queue.pk, user=cast.second).item_id == hold.item_id


def test_a_lapsed_hold_goes_to_the_next_asker_with_no_worker(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.lapse(hold.slot_id)
    assert claim_next(queue_id=queue.pk, user=cast.second).item_id == hold.item_id


def test_picking_another_item_parks_the_one_held(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3)
    first = claim_next(queue_id=queue.pk, user=cast.annotator)
    third = queue.items.order_by("seq").last()
    assert third is not None
    picked = pick_item(queue_id=queue.pk, item_id=third.pk, user=cast.annotator)
    assert picked.item_id == third.pk
    assert Slot.objects.filter(state="held", annotator=cast.annotator).count() == 2
    back = pick_item(queue_id=queue.pk, item_id=first.item_id, user=cast.annotator)
    assert (back.token, back.resumed) == (first.token, True)


def test_no_more_holds_than_the_open_limit(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3, open_limit=2)
    first, second, third = queue.items.order_by("seq")
    pick_item(queue_id=queue.pk, item_id=first.pk, user=cast.annotator)
    pick_item(queue_id=queue.pk, item_id=second.pk, user=cast.annotator)
    with pytest.raises(CannotPick):
        pick_item(queue_id=queue.pk, item_id=third.pk, user=cast.annotator)


def test_at_the_open_limit_next_is_what_was_parked_longest_ago(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3, open_limit=2)
    parked = [claim_and_park(queue, cast.annotator) for _ in range(2)]
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    assert (hold.item_id, hold.resumed) == (parked[0], True)


def test_a_paused_queue_hands_out_nothing_new_and_keeps_the_rest_of_a_hold(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    pause_queue(queue=queue, actor=SYSTEM)
    paused = claim_next(queue_id=queue.pk, user=cast.annotator)
    assert paused.token == hold.token
    assert paused.expires_at is None
    with pytest.raises(NothingToClaim) as nothing:
        claim_next(queue_id=queue.pk, user=cast.second)
    assert nothing.value.reason == "paused"
    resume_queue(queue=queue, actor=SYSTEM)
    assert 3590 < claim_next(queue_id=queue.pk, user=cast.annotator).left.total_seconds() <= 3600


def test_one_without_the_right_gets_nothing(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    with pytest.raises(NotMember):
        claim_next(queue_id=queue.pk, user=cast.manager)


def test_after_an_empty_lap_only_what_is_added_is_gone_through(cast: Cast) -> None:
    """By priority, from one's place on, and from the top again; the lap stays remembered."""
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    sql.run("update queues_item set created_at = now() - interval '1 hour'")
    claim_next(queue_id=queue.pk, user=cast.annotator)
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.second)
    exhausted_at = queue.members.get(user=cast.second).exhausted_at
    added = factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(4)])[1:]
    for item, priority in ((added[2], 5), (added[3], -5)):
        change_priority(queue=queue, item_ids=[item.pk], priority=priority, actor=SYSTEM)
    sql.run("update queues_slot set returned_at = null")  # as if they were added like that
    served = []
    for _ in range(4):
        hold = claim_next(queue_id=queue.pk, user=cast.second)
        park_hold(user=cast.second, item_id=hold.item_id, token=hold.token)
        served.append(hold.item_id)
    assert served == [added[2].pk, added[0].pk, added[1].pk, added[3].pk]
    assert queue.members.get(user=cast.second).exhausted_at == exhausted_at


def test_after_an_empty_lap_what_comes_back_or_is_added_is_found(cast: Cast) -> None:
    """And the memory of the lap outlives what was found in the lane."""
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=2)
    sql.run("update queues_item set created_at = now() - interval '1 hour'")
    first = claim_next(queue_id=queue.pk, user=cast.annotator)
    park_hold(user=cast.annotator, item_id=first.item_id, token=first.token)
    second = claim_next(queue_id=queue.pk, user=cast.annotator)
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.second)
    for hold in (first, second):
        skip_item(
            queue=queue, item_id=hold.item_id, user=cast.annotator, token=hold.token, reason=""
        )
        back = claim_next(queue_id=queue.pk, user=cast.second)
        assert back.item_id == hold.item_id
        park_hold(user=cast.second, item_id=back.item_id, token=back.token)
        assert queue.members.get(user=cast.second).exhausted_at
    (*_, added) = factories.add_items(queue, [factories.make_trace(cast.project)])
    assert claim_next(queue_id=queue.pk, user=cast.second).item_id == added.pk


def test_a_pause_does_not_count_towards_the_most_that_a_hold_can_last(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    slots = Slot.objects.filter(pk=claim_next(queue_id=queue.pk, user=cast.annotator).slot_id)
    before = slots.get().held_at
    pause_queue(queue=queue, actor=SYSTEM)
    Queue.objects.update(paused_at=sql.clock() - timedelta(hours=3))
    resume_queue(queue=queue, actor=SYSTEM)
    after = slots.get().held_at
    assert before
    assert after
    assert after - before >= timedelta(hours=3)
