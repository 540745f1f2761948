"""Slots bound to people by a manager: who may be bound, who is served what, and taking it back."""

import pytest

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, Job, User
from queues.actions.assignment.binding import Bound, bind_items, bind_slots, unbind_slot
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import release_hold, skip_item
from queues.actions.holds.keeping import park_hold
from queues.actions.people.members import set_away
from queues.actions.status import close_queue, pause_queue, resume_queue
from queues.errors import CannotPick, NotMember, WrongState
from queues.models import Item, ItemOpened, Queue, Slot

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .assigning import claim_and_park, crowd, hands, make_member, reason

pytestmark = pytest.mark.django_db


def bind(queue: Queue, item: Item, *users: User) -> None:
    bind_slots(queue=queue, item_id=item.pk, users=users, actor=SYSTEM)


def items_of(queue: Queue) -> list[Item]:
    return list(queue.items.order_by("seq"))


def test_next_serves_what_is_bound_first_and_others_never_get_it(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=[ada, ben], items=3)
    first, second, third = items_of(queue)
    bind(queue, third, ben)
    bind(queue, first, ben)
    assert claim_and_park(queue, ada) == second.pk
    assert reason(queue, ada) == "share_done"
    with pytest.raises(CannotPick):
        pick_item(queue_id=queue.pk, item_id=third.pk, user=ada)
    assert [claim_and_park(queue, ben) for _ in range(2)] == [third.pk, first.pk]


def test_what_is_bound_does_not_move_ones_place_in_the_order(cast: Cast) -> None:
    (ada,) = crowd(cast, 1)
    queue = factories.make_queue(cast.project, annotators=[ada], items=4)
    items = items_of(queue)
    claim_and_park(queue, ada)
    bind(queue, items[3], ada)
    assert claim_and_park(queue, ada) == items[3].pk
    assert claim_and_park(queue, ada) == items[1].pk


def test_a_slot_bound_after_an_empty_lap_is_served(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=[ada, ben], items=1)
    (item,) = items_of(queue)
    bind(queue, item, ben)
    assert reason(queue, ada) == "share_done"
    assert make_member(queue, ada).exhausted_at
    unbind_slot(queue=queue, item_id=item.pk, slot_id=item.slots.get().pk, actor=SYSTEM)
    bind(queue, item, ada)
    assert claim_next(queue_id=queue.pk, user=ada).item_id == item.pk


def test_a_dealt_slot_may_be_bound_anew_but_a_managers_binding_stays(cast: Cast) -> None:
    ada, ben, cleo = crowd(cast, 3)
    queue = factories.make_queue(
        cast.project, annotators=[ada, ben, cleo], items=6, strategy="round_robin"
    )
    claim_next(queue_id=queue.pk, user=ada)
    slot = Slot.objects.filter(queue=queue, assigned_to=ben).order_by("seq")[1]
    bind(queue, slot.item, cleo)
    slot.refresh_from_db()
    assert (slot.assigned_to, slot.bound_why) == (cleo, "manager")
    with pytest.raises(Refused, match="Free places: 0"):
        bind(queue, slot.item, ada)


def test_more_people_than_free_slots_are_refused_and_none_is_bound(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = factories.make_queue(cast.project, annotators=users, items=1, annotations_required=2)
    (item,) = items_of(queue)
    with pytest.raises(Refused, match="Free places: 2"):
        bind(queue, item, *users)
    assert not hands(queue)
    bind(queue, item, *users[:2])
    assert hands(queue) == {users[0].pk: 1, users[1].pk: 1}


@pytest.mark.breaks_promises  # who is barred had a slot of a round that never was
@pytest.mark.parametrize(
    "why", ["submitted", "skipped", "open", "seen", "barred", "bound", "away", "no member"]
)
def test_who_may_not_have_an_item_is_not_bound_to_it(cast: Cast, why: str) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(
        cast.project, annotators=[ada, ben], items=1, annotations_required=2
    )
    (item,) = items_of(queue)
    _make(why, queue, item, ada)
    person = cast.stranger if why == "no member" else ada
    with pytest.raises(Refused):
        bind(queue, item, person)
    assert hands(queue) == ({ada.pk: 1} if why == "bound" else {})


def _make(why: str, queue: Queue, item: Item, user: User) -> None:
    if why in ("submitted", "skipped", "open"):
        hold = claim_next(queue_id=queue.pk, user=user)
        if why == "submitted":
            Worker(queue, user).submit(hold, "true")
        elif why == "skipped":
            skip_item(queue=queue, item_id=item.pk, user=user, token=hold.token, reason="")
    elif why == "seen":
        ItemOpened.objects.create(item=item, user=user)
    elif why == "bound":
        bind(queue, item, user)
    elif why == "away":
        set_away(queue=queue, user=user, away=True, actor=SYSTEM)
    elif why == "barred":
        Slot.objects.create(
            queue=queue, item=item, round=0, seq=item.seq, state="done", annotator=user
        )
        Item.objects.filter(pk=item.pk).update(bars_last_round=True)


def test_unbinding_puts_the_slot_in_the_returned_lane_for_anyone(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=[ada, ben], items=3)
    items = items_of(queue)
    bind(queue, items[2], ben)
    slot = items[2].slots.get()
    assert unbind_slot(queue=queue, item_id=items[2].pk, slot_id=slot.pk, actor=SYSTEM)
    assert not unbind_slot(queue=queue, item_id=items[2].pk, slot_id=slot.pk, actor=SYSTEM)
    assert claim_and_park(queue, ada) == items[2].pk
    told = Event.objects.filter(attribute="assigned_to").order_by("id")
    assert [(one.from_value, one.to_value) for one in told] == [
        ("", str(ben.pk)), (str(ben.pk), ""),
    ]  # fmt: skip


def test_a_slot_that_is_open_cannot_be_unbound(cast: Cast) -> None:
    (ada,) = crowd(cast, 1)
    queue = factories.make_queue(cast.project, annotators=[ada], items=1)
    (item,) = items_of(queue)
    bind(queue, item, ada)
    hold = claim_next(queue_id=queue.pk, user=ada)
    assert not unbind_slot(queue=queue, item_id=item.pk, slot_id=hold.slot_id, actor=SYSTEM)
    assert Slot.objects.get(pk=hold.slot_id).assigned_to == ada


def test_a_binding_ends_with_its_hold(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=[ada, ben], items=1)
    (item,) = items_of(queue)
    bind(queue, item, ada)
    hold = claim_next(queue_id=queue.pk, user=ada)
    release_hold(queue=queue, item_id=item.pk, slot_id=hold.slot_id, holder_id=ada.pk, actor=SYSTEM)
    assert not hands(queue)
    assert claim_next(queue_id=queue.pk, user=ben).item_id == item.pk


def test_each_hold_says_why_it_went_to_its_annotator(cast: Cast) -> None:
    (ada,) = crowd(cast, 1)
    queue = factories.make_queue(cast.project, annotators=[ada], items=3)
    items = items_of(queue)
    bind(queue, items[2], ada)
    for _ in range(2):
        claim_and_park(queue, ada)
    picked = pick_item(queue_id=queue.pk, item_id=items[1].pk, user=ada)
    park_hold(user=ada, item_id=picked.item_id, token=picked.token)
    held = Event.objects.filter(attribute="state", to_value="held").order_by("id")
    assert list(held.values_list("reason", flat=True)) == ["manager", "next", "picked"]


def test_bindings_wait_while_the_queue_is_paused(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=[ada, ben], items=2)
    first, second = items_of(queue)
    bind(queue, second, ada)
    pause_queue(queue=queue, actor=SYSTEM)
    bind(queue, first, ada)
    assert reason(queue, ada) == "paused"
    resume_queue(queue=queue, actor=SYSTEM)
    assert [claim_and_park(queue, ada) for _ in range(2)] == [second.pk, first.pk]


def test_nothing_is_bound_in_a_closed_queue(cast: Cast) -> None:
    (ada,) = crowd(cast, 1)
    queue = factories.make_queue(cast.project, annotators=[ada], items=1)
    close_queue(queue=queue, actor=SYSTEM)
    with pytest.raises(WrongState):
        bind(queue, items_of(queue)[0], ada)


def test_away_frees_what_a_manager_bound_as_well(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=[ada, ben], items=1)
    bind(queue, items_of(queue)[0], ada)
    assert set_away(queue=queue, user=ada, away=True, actor=Actor.person(ada)) == 1
    assert set_away(queue=queue, user=ada, away=True, actor=Actor.person(ada)) == 0
    assert claim_next(queue_id=queue.pk, user=ben)
    with pytest.raises(NotMember):
        set_away(queue=queue, user=cast.stranger, away=True, actor=SYSTEM)


def test_many_items_are_spread_evenly_and_distinctly(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = factories.make_queue(cast.project, annotators=users, items=10, annotations_required=2)
    items = items_of(queue)
    skipped = claim_next(queue_id=queue.pk, user=users[0])
    skip_item(queue=queue, item_id=skipped.item_id, user=users[0], token=skipped.token, reason="")
    ids = [item.pk for item in items]
    bound = bind_items(queue=queue, item_ids=ids, users=users, actor=SYSTEM)
    assert (bound.slots, bound.items, bound.passed_over) == (20, 10, 0)
    assert sorted(hands(queue).values()) == [6, 7, 7]
    for item in items:
        people = [slot.assigned_to_id for slot in item.slots.all()]
        assert len(set(people)) == 2
        assert item.pk != skipped.item_id or users[0].pk not in people
    again = bind_items(queue=queue, item_ids=ids, users=users, actor=SYSTEM)
    assert (again.slots, again.passed_over) == (0, 10)


def test_batches_of_a_bulk_binding_are_even_together(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = factories.make_queue(cast.project, annotators=users, items=9)
    ids = [item.pk for item in items_of(queue)]
    bound = Bound()
    for start in (0, 3, 6):
        some = ids[start : start + 3]
        bound = bind_items(queue=queue, item_ids=some, users=users, actor=SYSTEM, before=bound)
        assert bound.items == start + 3
    assert sorted(hands(queue).values()) == [4, 5]


def test_items_of_another_queue_are_not_bound(cast: Cast) -> None:
    (ada,) = crowd(cast, 1)
    queue = factories.make_queue(cast.project, annotators=[ada], items=1)
    other = factories.make_queue(cast.project, annotators=[ada], items=1)
    ids = [item.pk for item in other.items.all()]
    bound = bind_items(queue=queue, item_ids=ids, users=[ada], actor=SYSTEM)
    assert bound.slots == 0
    assert not hands(other)
    with pytest.raises(Item.DoesNotExist):
        bind_slots(queue=queue, item_id=ids[0], users=[ada], actor=SYSTEM)
    assert not Job.objects.exists()


def test_a_slot_that_somebody_holds_is_no_free_place_to_bind(cast: Cast) -> None:
    ada, ben, cid = crowd(cast, 3)
    queue = factories.make_queue(
        cast.project, annotators=[ada, ben, cid], items=1, annotations_required=2
    )
    claim_next(queue_id=queue.pk, user=ada)
    (item,) = items_of(queue)
    with pytest.raises(Refused, match="Free places: 1, people chosen: 2"):
        bind(queue, item, ben, cid)
    assert not hands(queue)
