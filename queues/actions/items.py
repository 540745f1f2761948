"""What a manager does with an item: removes, restores, clears its skips, moves its priority."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event
from traces.models import Trace
from traces.queue_states import enter_queue, leave_queue, set_queue_state

from .. import lifecycle, locks
from ..conditions import is_live, is_live_review, is_uncleared_skip
from ..errors import WrongState
from ..models import Item, Queue
from ..models.items import ItemKind, SourceKind
from ..review_holds import end_reviews
from ..states import Ending, ItemStatus, SlotState
from .holding import lock_item, lock_items
from .required import store_required
from .slots import make_slots, void_slots
from .status import complete_if_done, demand_reopenable, reopened_by_work

BATCH = 500
PRIORITIES = range(-100, 101)


class HeldNow(WrongState):
    """Somebody has the item open; removing it must be confirmed. Nothing was changed."""

    code = "held_now"


def remove_item(*, queue: Queue, item_id: UUID, confirmed: bool, actor: Actor) -> None:
    """Takes the item out of the queue: out of counts, lists, exports and feedback.

    Submitted work and drafts are kept with it. Raises HeldNow where somebody has it open and that
    is not `confirmed`; WrongState where it is removed already; Item.DoesNotExist.
    """
    with transaction.atomic():
        item = lock_item(queue, item_id)
        if item.removed_at:
            raise WrongState("This item is removed already.")
        if not confirmed and is_held(item):
            raise HeldNow("Somebody has this item open. Remove it again to end their hold.")
        events = _empty(queue, item, actor)
        item.removed_at, item.removed_by = sql.clock(), actor.user
        item.save(update_fields=["removed_at", "removed_by"])
        leave_queue(item.pk)
        lifecycle.hooks.changed(item, item.status)
        record(*events, _told(item, queue, actor, "removed", "", "removed"))
    complete_if_done(queue_id=queue.pk)


@dataclass
class Removed:
    """What a bulk removal has done until now; `held`: passed over, somebody has them open."""

    removed: int = 0
    held: int = 0

    @property
    def seen(self) -> int:
        return self.removed + self.held


def remove_items(
    *, queue: Queue, item_ids: Sequence[UUID], confirmed: bool, actor: Actor
) -> Iterator[Removed]:
    """Many items, each in a transaction of its own; tells after each. Removed ones count."""
    told = Removed()
    for item_id in item_ids:
        try:
            remove_item(queue=queue, item_id=item_id, confirmed=confirmed, actor=actor)
        except HeldNow:
            told.held += 1
        except WrongState:
            told.removed += 1
        else:
            told.removed += 1
        yield told


HELD_NOW = f"""
select exists (select 1 from queues_slot s where s.item_id = %(item)s and {is_live("s")})
       or exists (select 1 from queues_reservation r
                   where r.item_id = %(item)s and {is_live_review("r")}) as held
"""


def is_held(item: Item) -> bool:
    """Whether an annotator or a reviewer has the item open at this moment."""
    row = sql.one(HELD_NOW, {"item": item.pk})
    return bool(row and row.held)


def _empty(queue: Queue, item: Item, actor: Actor) -> list[Event]:
    """Every slot that is not done becomes void; holds of annotators and reviewers end."""
    slots = item.slots.filter(round=item.round, state__in=[SlotState.FREE, SlotState.HELD])
    count = slots.count()
    events = end_reviews(queue.project_id, queue.pk, Ending.ITEM_REMOVED, actor, item_id=item.pk)
    return events + void_slots(queue, {item.pk: count}, actor, Ending.ITEM_REMOVED)


def restore_item(*, queue: Queue, item_id: UUID, actor: Actor) -> None:
    """A removed item is in the queue again, with free slots for what it still wants.

    Raises WrongState where it is not removed, a newer item has its source, or the queue is
    archived or was closed by hand; Item.DoesNotExist.
    """
    with transaction.atomic():
        locks.exclude(queue.pk)
        queue = demand_reopenable(Queue.objects.get(pk=queue.pk))
        item = lock_item(queue, item_id)
        if item.removed_at is None:
            raise WrongState("This item is in the queue already.")
        _demand_only(item)
        item.removed_at = item.removed_by = None
        item.save(update_fields=["removed_at", "removed_by"])
        _enter(queue, item)
        events = [_told(item, queue, actor, "removed", "removed", "")]
        record(*events, *_fill(queue, item, actor))
        lifecycle.hooks.changed(item, item.status)
        if item.status != ItemStatus.COMPLETED:
            reopened_by_work(queue, actor)


def _demand_only(item: Item) -> None:
    newer = Item.objects.filter(
        queue=item.queue_id,
        source_kind=item.source_kind,
        source_key=item.source_key,
        removed_at=None,
        kind=ItemKind.NORMAL,
    )
    if item.kind == ItemKind.NORMAL and newer.exists():
        raise WrongState("This was added again since: a newer item of the queue has it.")


def _enter(queue: Queue, item: Item) -> None:
    """The trace, if it is still there, knows of the queue again."""
    if item.source_kind != SourceKind.TRACE or item.kind != ItemKind.NORMAL:
        return
    trace = Trace.objects.filter(project=queue.project_id, pk=item.source_key).first()
    if trace:
        enter_queue(queue.project_id, queue.pk, [(item.pk, trace)])
        set_queue_state(item.pk, lifecycle.feed_state(item.status))


def _fill(queue: Queue, item: Item, actor: Actor) -> list[Event]:
    """Slots up to what the queue asks now; an item that was finished stays so."""
    done = item.slots.filter(round=item.round, state=SlotState.DONE).count()
    finished = done >= item.required
    wanted = done if finished else max(queue.annotations_required + item.extra, done)
    store_required({item.pk: wanted})
    events = make_slots(queue, {item.pk: wanted - done}, actor)
    return events + lifecycle.settle(item, queue.project_id, actor)


CLEAR = f"""
update queues_reservation r set cleared_at = clock_timestamp()
 where r.item_id = %(item)s and r.round = %(round)s and r.kind = 'annotate'
   and {is_uncleared_skip("r")}
returning id
"""
# Whoever has looked through everything since finds them again.
RETURN = """
update queues_slot s set returned_at = clock_timestamp()
  from queues_item i
 where i.id = s.item_id and i.round = s.round and s.item_id = any(%(items)s) and s.state = 'free'
"""


def clear_skips(*, queue: Queue, item_id: UUID, actor: Actor) -> int:
    """Whoever skipped the item in this round may get it again; returns how many had.

    Raises WrongState for a removed item; Item.DoesNotExist.
    """
    with transaction.atomic():
        item = lock_item(queue, item_id)
        if item.removed_at:
            raise WrongState("This item is removed. Restore it first.")
        cleared = sql.rows(CLEAR, {"item": item.pk, "round": item.round})
        if cleared:
            sql.run(RETURN, {"items": [item.pk]})
        record(
            *(skip_cleared(item, queue, row.id, actor) for row in cleared),
            *lifecycle.settle(item, queue.project_id, actor),
        )
    return len(cleared)


def skip_cleared(item: Item, queue: Queue, reservation: int, actor: Actor) -> Event:
    """A skip counts no longer, and the place of whoever skipped is open again."""
    return change(
        queue.project_id,
        actor,
        "reservation",
        reservation,
        "skip",
        "skipped",
        "cleared",
        queue=queue.pk,
        item=item.pk,
    )


RANK = "update queues_slot set rank = -%(priority)s where item_id = any(%(items)s)"


def change_priority(*, queue: Queue, item_ids: Sequence[UUID], priority: int, actor: Actor) -> int:
    """Higher comes first; what is raised goes to the returned lane. Returns how many changed.

    In batches of 500, each a transaction of its own. Raises WrongState for a number out of range.
    """
    if priority not in PRIORITIES:
        raise WrongState(f"A priority lies between {PRIORITIES[0]} and {PRIORITIES[-1]}.")
    return sum(_prioritise(queue, some, priority, actor) for some in _batches(item_ids))


def _prioritise(queue: Queue, item_ids: set[UUID], priority: int, actor: Actor) -> int:
    with transaction.atomic():
        locks.share(queue.pk)
        items = [item for item in lock_items(item_ids) if item.queue_id == queue.pk]
        changed = [item for item in items if item.priority != priority and not item.removed_at]
        raised = [item.pk for item in changed if item.priority < priority]
        events = [
            _told(item, queue, actor, "priority", item.priority, priority) for item in changed
        ]
        ids = [item.pk for item in changed]
        Item.objects.filter(pk__in=ids).update(priority=priority)
        sql.run(RANK, {"priority": priority, "items": ids})
        if queue.activated_at:
            sql.run(RETURN, {"items": raised})
        record(*events)
    return len(changed)


def _batches(item_ids: Sequence[UUID]) -> Iterator[set[UUID]]:
    rest = iter(item_ids)
    while some := set(islice(rest, BATCH)):
        yield some


def _told(
    item: Item, queue: Queue, actor: Actor, attribute: str, was: object, now: object
) -> Event:
    return change(
        queue.project_id,
        actor,
        "item",
        item.pk,
        attribute,
        was,
        now,
        queue=queue.pk,
        item=item.pk,
    )
