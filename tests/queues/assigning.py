"""What tests of assignment share: a crowd, and the rules of who may have what in plain Python."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Event, User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.keeping import park_hold
from queues.errors import NothingToClaim
from queues.models import Item, ItemOpened, Queue, QueueMember, Reservation, Slot

from .. import factories
from ..conftest import Cast


def crowd(cast: Cast, count: int) -> list[User]:
    users = [factories.make_user(f"Annotator {number}") for number in range(count)]
    for user in users:
        factories.join(cast.project, user)
    return users


def claim_and_park(queue: Queue, user: User) -> UUID:
    """The item of the next hold, which is kept for later."""
    hold = claim_next(queue_id=queue.pk, user=user)
    park_hold(user=user, item_id=hold.item_id, token=hold.token)
    return hold.item_id


def reason(queue: Queue, user: User) -> str:
    """Why Next gives nothing; fails if it gives something."""
    try:
        hold = claim_next(queue_id=queue.pk, user=user)
    except NothingToClaim as nothing:
        return nothing.reason
    raise AssertionError(f"{user} got {hold}")


def hands(queue: Queue) -> Counter[int]:
    """Slots bound to each person that nobody has opened."""
    bound = Slot.objects.filter(queue=queue, state="free", assigned_to__isnull=False)
    return Counter(bound.values_list("assigned_to", flat=True))


def make_member(queue: Queue, user: User) -> QueueMember:
    return QueueMember.objects.get(queue=queue, user=user)


def asked_long_ago(queue: Queue, user: User) -> None:
    sql.run(
        "update queues_queuemember set last_asked_at = clock_timestamp() - interval '16 minutes'"
        " where queue_id = %s and user_id = %s",
        [queue.pk, user.pk],
    )


@dataclass
class Picture:
    """Everything that decides who may have what, read row by row."""

    items: dict[UUID, Item]
    slots: list[Slot]
    excluded: dict[UUID, set[int]]
    members: list[QueueMember]
    held: Counter[int]
    now: Any

    def may(self, user: int, slot: Slot) -> bool:
        return user not in self.excluded[slot.item_id]

    def unbound(self) -> list[Slot]:
        return [s for s in self.slots if s.state == "free" and s.assigned_to_id is None]


def look(queue: Queue) -> Picture:
    """The present rows of the queue; holds that have lapsed count as free."""
    now = sql.clock()
    items = {item.pk: item for item in Item.objects.filter(queue=queue, removed_at=None)}
    of_now = [s for s in Slot.objects.filter(queue=queue) if s.item_id in items]
    slots = [s for s in of_now if s.round == items[s.item_id].round]
    lapsed = {s.token for s in slots if s.expires_at and s.expires_at <= now}
    excluded: dict[UUID, set[int]] = defaultdict(set)
    for one in Reservation.objects.filter(queue=queue, kind="annotate"):
        item = items.get(one.item_id)
        live = one.ended_at is None and one.token not in lapsed
        gone = one.ending == "submitted" or (one.ending == "skipped" and not one.cleared_at)
        if item and one.round == item.round and (live or gone):
            excluded[one.item_id].add(one.annotator_id)
    for seen in ItemOpened.objects.filter(item__queue=queue):
        excluded[seen.item_id].add(seen.user_id)
    for slot in slots:
        if slot.token in lapsed:
            slot.state, slot.assigned_to_id, slot.annotator_id = "free", None, None
    held = Counter(s.annotator_id for s in slots if s.state == "held" and s.annotator_id)
    members = list(queue.members.filter(can_annotate=True, removed_at=None))
    return Picture(items, slots, excluded, members, held, now)


def left_for_colleagues(queue: Queue, user: User, picture: Picture) -> bool:
    """The rule for scarce slots, word by word."""
    mine = [slot for slot in picture.unbound() if picture.may(user.pk, slot)]
    holds = picture.held[user.pk]

    def counts(one: QueueMember) -> bool:
        lately = one.last_asked_at and one.last_asked_at > picture.now - timedelta(minutes=15)
        fewer = picture.held[one.user_id] < holds
        below = picture.held[one.user_id] < queue.open_limit
        same = any(picture.may(one.user_id, slot) for slot in mine)
        return bool(one.user_id != user.pk and lately and not one.away_at and fewer and below
                    and same)  # fmt: skip

    colleagues = sum(counts(one) for one in picture.members)
    return bool(mine) and len(mine) <= colleagues


def newest_event() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def dealt_since(event: int) -> dict[int, int]:
    """{slot: person} of the deals after an event."""
    dealt = Event.objects.filter(id__gt=event, attribute="assigned_to", reason="deal")
    return {int(one.object_id): int(one.to_value) for one in dealt.order_by("id")}


def uneven(given: dict[int, int], picture: Picture, before: dict[UUID, set[int]]) -> list[str]:
    """Where a deal breaks its rules: `before`, who had a slot of an item bound already."""
    broken = []
    item_of = {slot.pk: slot.item_id for slot in picture.slots}
    there = {one.user_id for one in picture.members if not one.away_at}
    counts = Counter(given.values())
    got: dict[UUID, set[int]] = defaultdict(set, {item: set(who) for item, who in before.items()})
    for slot, person in given.items():
        item = item_of[slot]
        if person in got[item] or person in picture.excluded[item] or person not in there:
            broken.append(f"{person} got a slot of an item that is not for him")
        got[item].add(person)
    for slot, person in given.items():
        item = item_of[slot]
        for other in there - picture.excluded[item] - got[item]:
            if counts[person] > counts[other] + 1:
                broken.append(f"{person} got {counts[person]}, {other} only {counts[other]}")
    if given and max(counts.values()) > 20:
        broken.append("more than 20 for one person")
    if given and len(given) < 20 * len(there) and max(counts.values(), default=0) < 20:
        for left in picture.unbound():
            if left.pk not in given and there - picture.excluded[left.item_id] - got[left.item_id]:
                broken.append(f"slot {left.pk} was left out")
    return broken


def bound_people(picture: Picture) -> dict[UUID, set[int]]:
    bound: dict[UUID, set[int]] = defaultdict(set)
    for slot in picture.slots:
        if slot.state == "free" and slot.assigned_to_id:
            bound[slot.item_id].add(slot.assigned_to_id)
    return bound
