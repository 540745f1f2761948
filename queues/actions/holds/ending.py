"""Ending holds in any way but a submit: skipped by their holder, released by a manager, closed."""

from functools import partial
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, User

from ... import lifecycle
from ...conditions import has_lapsed
from ...locks import lock_item
from ...models import Item, Queue
from ...review_holds import end_reviews
from ...states import Ending, SlotState
from .keeping import own_hold

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
    event_of = partial(change, queue.project_id, actor, "slot", queue=queue.pk, reason=ending)
    events = [
        event_of(row.id, "state", SlotState.HELD, SlotState.FREE, item=row.item_id) for row in ended
    ]
    events += [
        event_of(row.id, "assigned_to", row.bound, "", item=row.item_id)
        for row in ended
        if row.bound
    ]
    if settle:
        items = Item.objects.defer("snapshot").filter(pk__in={row.item_id for row in ended})
        for item in items:
            events += lifecycle.settle(item, queue.project_id, actor)
    return events


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
def release_review_hold(*, queue: Queue, item_id: UUID, holder_id: int, actor: Actor) -> bool:
    """A manager ends the hold of a reviewer; the item waits for any reviewer, the draft is kept.

    False if that person reviews it no more. Raises Item.DoesNotExist.
    """
    item = lock_item(queue, item_id)
    reviewer = User(pk=holder_id)
    events = end_reviews(
        queue.project_id, queue.pk, Ending.RELEASED, actor, item_id=item.pk, user=reviewer
    )
    record(*events)
    return bool(events)
