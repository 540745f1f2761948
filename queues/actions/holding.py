"""Ending holds in any way but a submit, extending and parking them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, User

from .. import lifecycle, locks
from ..conditions import annotates, has_lapsed, is_due_for_renewal, is_live
from ..errors import NotMember, StaleHold
from ..models import Item, Queue
from ..states import Ending, SlotState
from .taking import TimeLeft

MOST_LEASES = 8  # a hold lasts this many timeouts at the most, however active its holder

END = f"""
with old as (
  select s.id, s.token, s.item_id, s.assigned_to_id from queues_slot s
   where s.id = any(%(slots)s) and s.state = 'held' and (%(live)s or {has_lapsed("s")})
   order by s.id for no key update
), freed as (
  update queues_slot s set state = 'free', annotator_id = null, token = null, held_at = null,
         expires_at = null, remaining = null, assigned_to_id = null, bound_at = null,
         bound_why = '', returned_at = clock_timestamp()
    from old where s.id = old.id
), ended as (
  update queues_reservation r set ended_at = clock_timestamp(), ending = %(ending)s,
         reason = %(reason)s
    from old where r.token = old.token
)
select id, item_id, assigned_to_id as bound from old
"""


def end_holds(
    queue: Queue,
    slots: list[int],
    ending: Ending,
    actor: Actor,
    *,
    live: bool = True,
    reason: str = "",
    settle: bool = True,
) -> list[Event]:
    """Frees held slots and ends their reservations; the caller has the items' row locks.

    With `live=False` only those that have lapsed. Returns the events to record.
    """
    params = {"slots": slots, "live": live, "ending": ending, "reason": reason}
    ended = sql.rows(END, params)
    tell = partial(change, queue.project_id, actor, "slot", queue=queue.pk, reason=ending)
    events = [
        tell(row.id, "state", SlotState.HELD, SlotState.FREE, item=row.item_id) for row in ended
    ]
    events += [
        tell(row.id, "assigned_to", row.bound, "", item=row.item_id) for row in ended if row.bound
    ]
    if settle:
        items = Item.objects.defer("snapshot").filter(pk__in={row.item_id for row in ended})
        for item in items:
            events += lifecycle.settle(item, queue.project_id, actor)
    return events


def lock_items(item_ids: set[UUID], *, skip_locked: bool = False) -> list[Item]:
    """The items' rows, locked in order of id; with `skip_locked` only those nobody else has."""
    rows = Item.objects.defer("snapshot").filter(pk__in=item_ids).order_by("pk")
    return list(rows.select_for_update(no_key=True, skip_locked=skip_locked))


def lock_item(queue: Queue, item_id: UUID) -> Item:
    """Queue lock (shared), then the item's row; raises Item.DoesNotExist."""
    locks.share(queue.pk)
    return queue.items.select_for_update(no_key=True).defer("snapshot").get(pk=item_id)


@atomic_retry
def release_hold(
    *, queue: Queue, item_id: UUID, slot_id: int, holder_id: int, actor: Actor
) -> bool:
    """A manager ends somebody's hold; the draft is kept.

    False if that person holds that slot of the item no more. Raises Item.DoesNotExist.
    """
    item = lock_item(queue, item_id)
    held = item.slots.filter(pk=slot_id, state=SlotState.HELD, annotator=holder_id)
    events = end_holds(queue, [pk for (pk,) in held.values_list("pk")], Ending.RELEASED, actor)
    record(*events)
    return bool(events)


OWN = f"""
select s.id, s.state = 'held' and s.token = r.token as holds, r.ending,
       {annotates("r.annotator_id", "q.id")} as annotates
  from queues_reservation r
  join queues_queue q on q.id = r.queue_id
  left join queues_slot s on s.id = r.slot_id and s.token = r.token
 where r.token = %(token)s and r.annotator_id = %(user)s and r.item_id = %(item)s
   and r.kind = 'annotate'
"""


def own_hold(user: User, item_id: UUID, token: UUID) -> Any:
    """The asker's own hold by its token, live or not.

    Raises StaleHold where it has ended, NotMember.
    """
    row = sql.one(OWN, {"token": token, "user": user.pk, "item": item_id})
    if row is None:
        raise StaleHold("This page is out of date: reload it to see what you hold now.")
    if not row.annotates:
        raise NotMember
    if not row.holds:
        raise StaleHold("Your reservation of this item has ended.", row.ending)
    return row


@atomic_retry
def skip_item(*, queue: Queue, item_id: UUID, user: User, token: UUID, reason: str) -> None:
    """Gives the item back and is not offered it again in this round.

    Raises StaleHold, NotMember.
    """
    item = lock_item(queue, item_id)
    hold = own_hold(user, item_id, token)
    actor = Actor.person(user)
    events = end_holds(queue, [hold.id], Ending.SKIPPED, actor, reason=reason, settle=False)
    clear_marks(item, user)
    record(*events, *lifecycle.settle(item, queue.project_id, actor))


def clear_marks(item: Item, user: User) -> None:
    """The item's earlier drafts are no longer offered: it was submitted or skipped."""
    sql.run(
        "update queues_reservation set draft_saved_at = null, refused_at = null"
        " where item_id = %s and annotator_id = %s and round = %s"
        "   and (draft_saved_at is not null or refused_at is not null)",
        [item.pk, user.pk, item.round],
    )


@atomic_retry
def park_hold(*, user: User, item_id: UUID, token: UUID) -> None:
    """Keeps the hold for later and makes room for another item. Raises StaleHold, NotMember."""
    own_hold(user, item_id, token)
    sql.run(
        "update queues_reservation set parked_at = clock_timestamp()"
        " where token = %s and ended_at is null and parked_at is null",
        [token],
    )


RENEW = f"""
update queues_slot s
   set expires_at = least(clock_timestamp() + q.timeout, s.held_at + q.timeout * %(most)s)
  from queues_queue q
 where q.id = s.queue_id and s.token = %(token)s and s.annotator_id = %(user)s
   and {is_live("s")} and s.remaining is null
   and (%(now)s or {is_due_for_renewal("s")}) and {annotates("%(user)s", "q.id")}
returning s.expires_at, clock_timestamp() as clock
"""


@dataclass(frozen=True)
class Lease(TimeLeft):
    """How a hold stands, without the hold."""

    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime


def renew(*, user: User, token: UUID, now: bool) -> Lease | None:
    """Own activity pushes the expiry to clock + timeout: one statement, no lock but its row.

    Written at most once a minute unless `now`. None: nothing was due, the hold has lapsed, or its
    holder does not annotate in the queue any more.
    """
    row = sql.one(RENEW, {"token": token, "user": user.pk, "now": now, "most": MOST_LEASES})
    return Lease(row.expires_at, None, row.clock) if row else None


LEASE = f"""
select s.expires_at, s.remaining, clock_timestamp() as clock from queues_slot s
 where s.item_id = %(item)s and s.annotator_id = %(user)s and {is_live("s")}
"""


def own_lease(*, user: User, item_id: UUID) -> Lease | None:
    """How the asker's live hold on the item stands, read only; None where there is none."""
    row = sql.one(LEASE, {"item": item_id, "user": user.pk})
    return Lease(*row) if row else None
