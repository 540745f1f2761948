"""Round robin: deals that are even, in order and distinct; help; people who come and go."""

import random
from typing import Any

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, User
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import release_hold, skip_item
from queues.actions.holds.hold import Hold
from queues.actions.people.members import add_members, remove_member, set_away
from queues.actions.settings import change_settings
from queues.errors import CannotPick, NothingToClaim
from queues.models import Queue, Slot

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .assigning import (
    bound_people,
    claim_and_park,
    crowd,
    dealt_since,
    hands,
    look,
    newest_event,
    reason,
    uneven,
)

pytestmark = pytest.mark.django_db


def dealt_queue(cast: Cast, users: list[User], items: int, **more: Any) -> Queue:
    return factories.make_queue(
        cast.project, annotators=users, items=items, strategy="round_robin", **more
    )


def whose(queue: Queue) -> list[int | None]:
    """To whom the slots are bound, in the order of adding."""
    slots = Slot.objects.filter(queue=queue).order_by("rank", "seq", "id")
    return list(slots.values_list("assigned_to", flat=True))


def test_start_deals_20_to_each_in_order_and_in_turn(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = dealt_queue(cast, users, 65)
    hold = claim_next(queue_id=queue.pk, user=users[1])
    turns = [users[place % 3].pk for place in range(60)]
    assert whose(queue) == turns + [None] * 5
    assert hold.item_id == queue.items.order_by("seq")[1].pk
    assert hands(queue) == {users[0].pk: 20, users[1].pk: 19, users[2].pk: 20}


def test_one_works_through_his_hand_in_order(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 6, open_limit=5)
    items = list(queue.items.order_by("seq").values_list("pk", flat=True))
    assert [claim_and_park(queue, users[0]) for _ in range(3)] == items[::2]


def test_the_next_deal_goes_on_where_the_last_one_ended(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = dealt_queue(cast, users, 4, help_others=False)
    claim_and_park(queue, users[1])
    assert whose(queue) == [users[n].pk for n in (0, 1, 2, 0)]
    factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(2)])
    claim_and_park(queue, users[1])
    assert whose(queue)[4:] == [users[1].pk, users[2].pk]


def test_an_item_is_dealt_to_distinct_people(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = dealt_queue(cast, users, 5, annotations_required=2)
    claim_next(queue_id=queue.pk, user=users[0])
    by_item = [whose(queue)[place : place + 2] for place in range(0, 10, 2)]
    assert all(len(set(people)) == 2 for people in by_item)
    assert sorted(whose(queue).count(user.pk) for user in users) == [3, 3, 4]


def test_what_nobody_can_take_waits_until_people_change(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = dealt_queue(cast, users[:2], 2, annotations_required=3, help_others=False)
    claim_and_park(queue, users[0])
    assert whose(queue).count(None) == 2
    add_members(queue=queue, users=[users[2]], actor=SYSTEM, can_annotate=True)
    assert whose(queue).count(None) == 2
    claim_and_park(queue, users[2])
    assert whose(queue).count(users[2].pk) == 2


def test_one_who_is_away_is_dealt_nothing_and_may_still_work(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = dealt_queue(cast, users, 50)
    set_away(queue=queue, user=users[2], away=True, actor=SYSTEM)
    claim_and_park(queue, users[0])
    assert users[2].pk not in whose(queue)
    hold = claim_next(queue_id=queue.pk, user=users[2])
    assert Slot.objects.get(pk=hold.slot_id).assigned_to is None
    assert hold.item_id == queue.items.order_by("seq")[40].pk


def test_going_away_frees_the_hand_for_others_and_keeps_the_hold(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 10, help_others=False)
    hold = claim_next(queue_id=queue.pk, user=users[0])
    assert set_away(queue=queue, user=users[0], away=True, actor=Actor.person(users[0])) == 4
    freed = Slot.objects.filter(queue=queue, returned_at__isnull=False)
    assert freed.count() == 4
    assert Slot.objects.get(pk=hold.slot_id).state == "held"
    for _ in range(5):
        Worker(queue, users[1]).submit(claim_next(queue_id=queue.pk, user=users[1]), "true")
    claim_next(queue_id=queue.pk, user=users[1])
    assert hands(queue) == {users[1].pk: 3}
    set_away(queue=queue, user=users[0], away=False, actor=SYSTEM)
    told = Event.objects.filter(attribute="away").order_by("id").values_list("to_value", flat=True)
    assert list(told) == ["away", ""]


def test_who_has_nothing_left_helps_the_one_with_most(cast: Cast) -> None:
    users = crowd(cast, 3)
    queue = dealt_queue(cast, users, 8, open_limit=20)
    for _ in range(3):
        claim_and_park(queue, users[0])
    claim_and_park(queue, users[2])
    assert hands(queue) == {users[1].pk: 3, users[2].pk: 1}
    last_of_the_hand = queue.items.order_by("seq")[7].pk
    assert claim_and_park(queue, users[0]) == last_of_the_hand
    assert hands(queue) == {users[1].pk: 2, users[2].pk: 1}
    taken = Event.objects.get(attribute="assigned_to", reason="help")
    assert (taken.from_value, taken.to_value) == (str(users[1].pk), str(users[0].pk))


def test_without_help_everyone_has_a_share(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 4, help_others=False)
    for _ in range(2):
        claim_and_park(queue, users[0])
    assert reason(queue, users[0]) == "share_done"
    assert hands(queue) == {users[1].pk: 2}


def test_a_skipped_or_released_slot_is_unbound_and_dealt_anew(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 4, help_others=False)
    skipped, released = (claim_next(queue_id=queue.pk, user=user) for user in users)
    skip_item(queue=queue, item_id=skipped.item_id, user=users[0], token=skipped.token, reason="no")
    release_hold(
        queue=queue, item_id=released.item_id, slot_id=released.slot_id,
        holder_id=users[1].pk, actor=SYSTEM,
    )  # fmt: skip
    slots = Slot.objects.filter(pk__in=[skipped.slot_id, released.slot_id])
    assert {slot.assigned_to for slot in slots} == {None}
    claim_and_park(queue, users[0])
    claim_and_park(queue, users[0])
    assert Slot.objects.get(pk=skipped.slot_id).assigned_to == users[1]


def test_items_are_not_picked_from_the_list_but_ones_own(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 45)
    claim_next(queue_id=queue.pk, user=users[0])
    items = list(queue.items.order_by("seq"))
    for place in (1, 44):
        with pytest.raises(CannotPick):
            pick_item(queue_id=queue.pk, item_id=items[place].pk, user=users[0])
    assert pick_item(queue_id=queue.pk, item_id=items[4].pk, user=users[0]).item_id == items[4].pk


def test_another_strategy_frees_what_was_dealt_and_keeps_holds_and_bindings(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 10)
    bound = queue.items.order_by("seq")[9]
    bind_slots(queue=queue, item_id=bound.pk, users=[users[1]], actor=SYSTEM)
    hold = claim_next(queue_id=queue.pk, user=users[0])
    change_settings(queue=queue, settings={"strategy": "load_balanced"}, actor=SYSTEM)
    assert hands(queue) == {users[1].pk: 1}
    kept = Slot.objects.get(pk=hold.slot_id)
    assert (kept.state, kept.bound_why) == ("held", "deal")
    assert Slot.objects.filter(queue=queue, returned_at__isnull=False).count() == 8


def test_a_removed_person_leaves_his_hand_to_the_others(cast: Cast) -> None:
    users = crowd(cast, 2)
    queue = dealt_queue(cast, users, 6)
    claim_next(queue_id=queue.pk, user=users[0])
    remove_member(queue=queue, user=users[0], actor=SYSTEM)
    claim_and_park(queue, users[1])
    assert hands(queue) == {users[1].pk: 2}
    for _ in range(5):
        Worker(queue, users[1]).submit(claim_next(queue_id=queue.pk, user=users[1]), "true")
    assert whose(queue) == [users[1].pk] * 6


@pytest.mark.parametrize("seed", range(4))
def test_every_deal_of_a_random_history_is_even_to_within_one(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    users = crowd(cast, chance.randint(2, 5))
    queue = dealt_queue(
        cast, users, chance.randint(10, 60), open_limit=3,
        annotations_required=chance.randint(1, 3), help_others=chance.random() < 0.5,
    )  # fmt: skip
    deals = 0
    for _ in range(60):
        user = chance.choice(users)
        step = chance.random()
        if step < 0.06:
            set_away(queue=queue, user=user, away=chance.random() < 0.5, actor=SYSTEM)
            continue
        before, event = look(queue), newest_event()
        hold = _claim(queue, user)
        given = dealt_since(event)
        deals += bool(given)
        assert uneven(given, before, bound_people(before)) == []
        if hold and step < 0.7:
            Worker(queue, user).submit(hold, "true")
        elif hold and step < 0.85:
            skip_item(queue=queue, item_id=hold.item_id, user=user, token=hold.token, reason="")
        elif hold and step < 0.95:
            factories.lapse(hold.slot_id)
    assert deals > 0


def _claim(queue: Queue, user: User) -> Hold | None:
    try:
        return claim_next(queue_id=queue.pk, user=user)
    except NothingToClaim:
        return None
