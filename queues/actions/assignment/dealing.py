"""Round robin: the next slots are dealt evenly when the asker has no dealt slot left."""

from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import User

from ... import locks
from ...locks import lock_items
from ...models import Queue, QueueDeal, QueueMember
from ...states import BoundWhy, QueueStatus, Strategy, TakenWhy
from .binding import write_bindings
from .candidates import SOMEBODY_MAY, excluded, unbound_slots
from .spreading import Spread, spread
from .taking import Asker, exhaust

MOST = 20  # slots for each annotator in one deal
Place = tuple[int, UUID]  # a slot and its item

# The deal's row first, alone: a deal that waited here sees what the one before it dealt.
CURSOR = "select cursor from queues_queuedeal where queue_id = %s for update"
STILL_FREE = """
select s.id as slot, s.item_id as item from queues_slot s
  join queues_item i on i.id = s.item_id and i.round = s.round
 where s.id = any(%(slots)s) and s.item_id = any(%(items)s) and s.state = 'free'
   and s.assigned_to_id is null and i.removed_at is null
 order by array_position(%(slots)s::bigint[], s.id)
"""


def deal(asker: Asker, *, wait: bool) -> int:
    """Deals to all who are not away, unless the asker has a bound slot by now; how many slots.

    Without `wait` items that somebody has locked are left for the next deal.
    """
    with transaction.atomic():
        locks.share(asker.queue)
        cursor = lock_deal(asker.queue)
        queue = Queue.objects.defer("guidelines", "guidelines_html").get(pk=asker.queue)
        if not _due(queue, asker):
            return 0
        people = _people(queue, cursor)
        turns = [one.user_id for one in people]
        clock = sql.clock()
        # More slots than can be dealt: of one item somebody may get only one.
        most = MOST * len(people) * queue.annotations_required
        found = unbound_slots(asker, SOMEBODY_MAY, most, for_all=True)
        slots = [(row.slot, row.item) for row in found]
        if not slots:
            exhaust(asker, clock)
            return 0
        planned = _spread(slots, turns).given
        made = _spread(_lock([one for one in slots if one[0] in planned], wait), turns)
        _remember(queue, people, made)
        return write_bindings(queue, made.given, BoundWhy.DEAL, SYSTEM)


def take_over(queue: Queue, slot_id: int, user: User) -> bool:
    """A dealt slot goes to a colleague who has nothing left; False if it was not to be had.

    The caller has the item's lock.
    """
    given, why = {slot_id: user.pk}, BoundWhy.DEAL
    actor = Actor.person(user)
    return write_bindings(queue, given, why, actor, instead_of=why, reason=TakenWhy.HELP) > 0


def lock_deal(queue_id: UUID) -> int:
    """Takes the deal row, after the queue's lock and before any item; the cursor on it."""
    row = sql.one(CURSOR, [queue_id])
    assert row is not None
    cursor: int = row.cursor
    return cursor


def _due(queue: Queue, asker: Asker) -> bool:
    """Whether there is still a deal to be made for the asker."""
    has_bound = sql.one(
        "select exists (select 1 from queues_slot where queue_id = %s and state = 'free'"
        " and assigned_to_id = %s) as found",
        [queue.pk, asker.user],
    )
    dealing = queue.strategy == Strategy.ROUND_ROBIN and queue.status == QueueStatus.ACTIVE
    return dealing and queue.archived_at is None and not (has_bound and has_bound.found)


def _people(queue: Queue, cursor: int) -> list[QueueMember]:
    """Annotators who are not away, in the queue's order, those after the cursor first."""
    there = list(queue.members.filter(can_annotate=True, removed_at=None, away_at=None))
    return sorted(there, key=lambda one: one.order <= cursor)


def _remember(queue: Queue, people: list[QueueMember], made: Spread) -> None:
    """The next deal goes on behind the one whose turn came last."""
    last = [one.order for one in people if one.user_id == made.last]
    if last:
        QueueDeal.objects.filter(queue=queue).update(cursor=last[0])


def _spread(slots: list[Place], turns: list[int]) -> Spread:
    return spread(slots, turns, excluded({item for _, item in slots}), MOST)


def _lock(slots: list[Place], wait: bool) -> list[Place]:
    """Locks the items, in order of id; what of the slots is still free then, in their order."""
    items = [one.pk for one in lock_items({item for _, item in slots}, skip_locked=not wait)]
    params = {"slots": [slot for slot, _ in slots], "items": items}
    return [(row.slot, row.item) for row in sql.rows(STILL_FREE, params)]
