"""The order of items, moved by a manager."""

from datetime import timedelta
from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.assignment.claiming import claim_next
from queues.actions.items.changing import change_priority
from queues.errors import WrongState
from queues.models import Item, Queue, Slot

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=2, annotations_required=2
    )


@pytest.fixture
def item(queue: Queue) -> Item:
    return queue.items.order_by("seq")[0]


def test_a_raised_item_comes_first_and_its_slots_follow(
    cast: Cast, queue: Queue, item: Item
) -> None:
    last = queue.items.order_by("seq")[1]
    claim_next(queue_id=queue.pk, user=cast.annotator)
    assert change_priority(queue=queue, item_ids=[last.pk], priority=5, actor=SYSTEM) == 1
    assert set(last.slots.values_list("rank", flat=True)) == {-5}
    assert not last.slots.filter(returned_at=None).exists()
    assert claim_next(queue_id=queue.pk, user=cast.second).item_id == last.pk


def test_a_lowered_item_is_not_returned(queue: Queue, item: Item) -> None:
    change_priority(queue=queue, item_ids=[item.pk], priority=-3, actor=SYSTEM)
    assert set(item.slots.values_list("rank", "returned_at")) == {(3, None)}


def test_in_a_draft_the_order_alone_moves(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1, active=False)
    item = queue.items.get()
    change_priority(queue=queue, item_ids=[item.pk], priority=9, actor=SYSTEM)
    assert set(item.slots.values_list("rank", "returned_at")) == {(-9, None)}


def test_many_at_once_with_an_event_each_and_only_of_this_queue(
    cast: Cast, queue: Queue, item: Item
) -> None:
    foreign = factories.make_queue(cast.project, items=1).items.get()
    ids = [*queue.items.values_list("pk", flat=True), foreign.pk, uuid4()]
    assert change_priority(queue=queue, item_ids=ids, priority=2, actor=SYSTEM) == 2
    assert change_priority(queue=queue, item_ids=ids, priority=2, actor=SYSTEM) == 0
    events = Event.objects.filter(attribute="priority")
    assert {(event.from_value, event.to_value) for event in events} == {("0", "2")}
    assert Item.objects.get(pk=foreign.pk).priority == 0


def test_a_number_out_of_range_is_refused(queue: Queue, item: Item) -> None:
    with pytest.raises(WrongState):
        change_priority(queue=queue, item_ids=[item.pk], priority=101, actor=SYSTEM)


def test_a_held_item_may_be_moved_too(cast: Cast, queue: Queue, item: Item) -> None:
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    change_priority(queue=queue, item_ids=[item.pk], priority=1, actor=SYSTEM)
    held = Slot.objects.get(pk=hold.slot_id)
    assert (held.state, held.rank, held.returned_at) == ("held", -1, None)
    assert held.expires_at is not None
    assert held.expires_at - sql.clock() > timedelta(minutes=59)
