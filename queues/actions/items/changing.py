"""What a manager does with an item: removes, restores, clears its skips, moves its priority."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event
from traces.queue_states import enter_queue, leave_queue, set_queue_state

from ... import lifecycle, locks
from ...conditions import is_live, is_live_review, is_uncleared_skip
from ...errors import ERASED, WrongState
from ...locks import lock_item, lock_items
from ...models import Item, Queue
from ...models.items import ItemKind
from ...queries.sources import traces_of
from ...review_holds import end_reviews
from ...states import Ending, ItemStatus, SlotState
from ...visibility import inherit_opened
from ..status import complete_if_done, demand_reopenable, reopened_by_work
from .required import store_required
from .slots import make_slots, void_slots

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
            raise WrongState("This item is already removed.")
        if not confirmed and held_now([item]):
            raise HeldNow("Somebody has this item open. Remove it again to end their hold.")
        _take_out(queue, [item], actor)
    complete_if_done(queue_id=queue.pk)


@dataclass(frozen=True)
class Removed:
    """What a bulk removal did; `held`: passed over, somebody has them open."""

    removed: int
    held: int


def remove_items(
    *, queue: Queue, item_ids: Sequence[UUID], confirmed: bool, actor: Actor
) -> Removed:
    """At most 500 items at once, and the queue completes if nothing is open any more."""
    removed = remove_some(queue=queue, item_ids=item_ids, confirmed=confirmed, actor=actor)
    complete_if_done(queue_id=queue.pk)
    return removed


def remove_some(
    *, queue: Queue, item_ids: Sequence[UUID], confirmed: bool, actor: Actor
) -> Removed:
    """The same within a transaction; the caller completes the queue, in another one.

    Items that are removed already count as removed, so that it may run twice.
    """
    with transaction.atomic():
        locks.share(queue.pk)
        items = [item for item in lock_items(set(item_ids)) if item.queue_id == queue.pk]
        present = [item for item in items if not item.removed_at]
        held = set() if confirmed else held_now(present)
        _take_out(queue, [item for item in present if item.pk not in held], actor)
    return Removed(len(items) - len(held), len(held))


def _take_out(queue: Queue, items: list[Item], actor: Actor) -> None:
    """The caller has the locks, and completes the queue where nothing is open any more."""
    if not items:
        return
    events = _empty(queue, items, actor)
    now, ids = sql.clock(), [item.pk for item in items]
    Item.objects.filter(pk__in=ids).update(removed_at=now, removed_by=actor.user)
    leave_queue(ids)
    for item in items:
        item.removed_at = now
        lifecycle.hooks.changed(item, item.status)
        events.append(_event_of(item, queue, actor, "removed", "", "removed"))
    record(*events)


HELD_NOW = f"""
select s.item_id from queues_slot s where s.item_id = any(%(items)s) and {is_live("s")}
union
select r.item_id from queues_reservation r
 where r.item_id = any(%(items)s) and {is_live_review("r")}
"""


def held_now(items: list[Item]) -> set[UUID]:
    """Those that an annotator or a reviewer has open at this moment."""
    rows = sql.rows(HELD_NOW, {"items": [item.pk for item in items]})
    return {row.item_id for row in rows}


OPEN_SLOTS = """
select s.item_id, count(*) as number from queues_slot s
  join queues_item i on i.id = s.item_id and i.round = s.round
 where s.item_id = any(%(items)s) and s.state in ('free', 'held')
 group by s.item_id
"""


def _empty(queue: Queue, items: list[Item], actor: Actor) -> list[Event]:
    """Every slot that is not done becomes void; holds of annotators and reviewers end."""
    ids = [item.pk for item in items]
    ended = end_reviews(queue.project_id, queue.pk, Ending.ITEM_REMOVED, actor, item_ids=ids)
    surplus = {row.item_id: row.number for row in sql.rows(OPEN_SLOTS, {"items": ids})}
    return ended + void_slots(queue, surplus, actor, Ending.ITEM_REMOVED)


def restore_item(*, queue: Queue, item_id: UUID, actor: Actor) -> None:
    """A removed item is in the queue again, with free slots for what it still wants.

    Raises WrongState where it is not removed, its content was erased, a newer item has its source,
    or the queue is archived or was closed by hand; Item.DoesNotExist.
    """
    with transaction.atomic():
        locks.exclude(queue.pk)
        queue = demand_reopenable(Queue.objects.get(pk=queue.pk))
        item = lock_item(queue, item_id)
        if item.removed_at is None:
            raise WrongState("This item is already in the queue.")
        if item.is_erased:
            raise WrongState(ERASED)
        _demand_only(item)
        item.removed_at = item.removed_by = None
        item.save(update_fields=["removed_at", "removed_by"])
        _enter(queue, item)
        events = [_event_of(item, queue, actor, "removed", "removed", "")]
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
        raise WrongState("This was added again: a newer item of the queue has it.")


def _enter(queue: Queue, item: Item) -> None:
    """Its traces, as far as they are still there, know of the queue again."""
    if item.kind != ItemKind.NORMAL:
        return
    if traces := traces_of(item, queue.project_id):
        enter_queue(queue.project_id, queue.pk, [(item.pk, trace) for trace in traces])
        inherit_opened([item.pk])
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
  from queues_item i
 where i.id = r.item_id and i.id = any(%(items)s) and r.round = i.round and r.kind = 'annotate'
   and {is_uncleared_skip("r")}
returning r.id, r.item_id
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
        return len(clear_skips_of(queue, [item], actor).get(item.pk, []))


def clear_skips_of(queue: Queue, items: list[Item], actor: Actor) -> dict[UUID, list[int]]:
    """The same of items that the caller has locked: by item the reservations that were skips."""
    cleared: dict[UUID, list[int]] = {}
    for row in sql.rows(CLEAR, {"items": [item.pk for item in items]}):
        cleared.setdefault(row.item_id, []).append(row.id)
    if cleared:
        sql.run(RETURN, {"items": list(cleared)})
    for item in items:
        if item.pk in cleared:
            record(
                *(skip_cleared(item, queue, skip, actor) for skip in cleared[item.pk]),
                *lifecycle.settle(item, queue.project_id, actor),
            )
    return cleared


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

    At most 500 items at once. Raises WrongState for a number out of range.
    """
    if priority not in PRIORITIES:
        raise WrongState(f"A priority lies between {PRIORITIES[0]} and {PRIORITIES[-1]}.")
    with transaction.atomic():
        locks.share(queue.pk)
        items = [item for item in lock_items(set(item_ids)) if item.queue_id == queue.pk]
        changed = [item for item in items if item.priority != priority and not item.removed_at]
        raised = [item.pk for item in changed if item.priority < priority]
        events = [
            _event_of(item, queue, actor, "priority", item.priority, priority) for item in changed
        ]
        ids = [item.pk for item in changed]
        Item.objects.filter(pk__in=ids).update(priority=priority)
        sql.run(RANK, {"priority": priority, "items": ids})
        if queue.activated_at:
            sql.run(RETURN, {"items": raised})
        record(*events)
    return len(changed)


def _event_of(
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
