"""Binding slots to people: by a manager, one item or many; and taking a binding back.

A binding is a promise on a free slot: nobody else is offered it. It ends with its hold, or is
taken back, and then the slot stands in the returned lane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects.events import Actor
from annotate_site.projects.models import User

from ... import locks
from ...errors import WrongState
from ...locks import lock_item, lock_items
from ...models import Item, Queue
from ...states import BoundWhy, QueueStatus
from .candidates import excluded
from .spreading import spread

BATCH = 500

TELL = """
insert into projects_event (project_id, queue_id, item_id, actor_id, actor_kind, object_type,
       object_id, attribute, from_value, to_value, reason)
select %(project)s::uuid, %(queue)s::uuid, item_id, %(actor)s::bigint, %(actor_kind)s, 'slot',
       id::text, 'assigned_to', was, now, %(reason)s
  from changed order by id
"""
# One time for all, so that slots bound together are served in their order. While a queue is
# paused its clock stands still, and so does a binding's.
BIND = f"""
with clock as (
  select coalesce((select paused_at from queues_queue where id = %(queue)s),
                  clock_timestamp()) as now
), changed as (
  select s.id, s.item_id, coalesce(s.assigned_to_id::text, '') as was, g.person,
         g.person::text as now
    from queues_slot s
    join unnest(%(slots)s::bigint[], %(people)s::bigint[]) as g(slot, person) on g.slot = s.id
   where s.state = 'free' and (%(instead_of)s::text is null
                               or s.bound_why = %(instead_of)s::text)
   order by s.id for no key update of s
), bound as (
  update queues_slot s set assigned_to_id = changed.person, bound_at = clock.now,
         bound_why = %(why)s
    from changed, clock where s.id = changed.id
)
{TELL}
"""
FREE = f"""
with changed as (
  select id, item_id, assigned_to_id::text as was, '' as now from queues_slot
   where queue_id = %(queue)s and state = 'free' and assigned_to_id is not null
     and (%(slots)s::bigint[] is null or id = any(%(slots)s::bigint[]))
     and (%(person)s::bigint is null or assigned_to_id = %(person)s::bigint)
     and (%(why)s::text is null or bound_why = %(why)s::text)
   order by id for no key update
), freed as (
  update queues_slot s set assigned_to_id = null, bound_at = null, bound_why = '',
         returned_at = clock_timestamp()
    from changed where s.id = changed.id
)
{TELL}
"""


def write_bindings(
    queue: Queue,
    given: dict[int, int],
    why: BoundWhy,
    actor: Actor,
    *,
    instead_of: BoundWhy | None = None,
    reason: str = "",
) -> int:
    """Binds free slots {slot: person}, each with its event; how many.

    The caller has the items' locks. With `instead_of` only slots that are bound so far for that.
    """
    slots = {"slots": list(given), "people": list(given.values())}
    bound = {**slots, "why": why, "instead_of": instead_of}
    return sql.run(BIND, {**_event_params(queue, actor, reason or why), **bound})


def free_bound(
    queue: Queue,
    actor: Actor,
    *,
    slots: list[int] | None = None,
    person: int | None = None,
    why: BoundWhy | None = None,
    reason: str = "",
) -> int:
    """Unbinds free slots into the returned lane, each with its event; how many.

    Narrowed by what is given. The caller has the items' locks or the queue's exclusive one.
    """
    params = {"slots": slots, "person": person, "why": why}
    return sql.run(FREE, {**_event_params(queue, actor, reason), **params})


def _event_params(queue: Queue, actor: Actor, reason: str) -> dict[str, object]:
    user = actor.user.pk if actor.user else None
    who = {"actor": user, "actor_kind": actor.kind, "reason": reason}
    return {"queue": queue.pk, "project": queue.project_id, **who}


def bind_slots(*, queue: Queue, item_id: UUID, users: Sequence[User], actor: Actor) -> None:
    """Binds free slots of one item to these people, all or none.

    Slots that were only dealt may be bound anew. Raises Item.DoesNotExist, WrongState, and
    Refused for more people than slots or for somebody who may not have the item.
    """
    with transaction.atomic():
        item = lock_item(queue, item_id)
        _demand_bindable(queue)
        people = _annotators(queue, users)
        why_not = excluded([item.pk])[item.pk]
        if refused := [f"{user} {why_not[user.pk]}." for user in users if user.pk in why_not]:
            raise Refused(" ".join(refused))
        free = [] if item.removed_at else [slot for slot, _ in _bindable([item], people)]
        if len(people) > len(free):
            raise Refused(f"Free places: {len(free)}, people chosen: {len(people)}. Choose fewer.")
        given = dict(zip(free, people, strict=False))
        write_bindings(queue, given, BoundWhy.MANAGER, actor)


def unbind_slot(*, queue: Queue, item_id: UUID, slot_id: int, actor: Actor) -> bool:
    """Frees a bound slot that nobody has opened; False if it is bound no more, or opened."""
    with transaction.atomic():
        item = lock_item(queue, item_id)
        slots = list(item.slots.filter(pk=slot_id).values_list("pk", flat=True))
        return free_bound(queue, actor, slots=slots) > 0


@dataclass
class Bound:
    """Of a bulk binding: slots bound, items looked at, items of which nothing was bound.

    `counts`: how many each person was given, so that a next batch goes to whoever has fewest.
    """

    slots: int = 0
    items: int = 0
    passed_over: int = 0
    counts: dict[int, int] = field(default_factory=dict)


def bind_items(
    *,
    queue: Queue,
    item_ids: Sequence[UUID],
    users: Sequence[User],
    actor: Actor,
    before: Bound | None = None,
) -> Bound:
    """Spreads the free slots of at most 500 items evenly over these people.

    Distinct people per item; an item of which nobody of them can have a slot is passed over.
    Returns what is bound, with what earlier batches bound `before`. Raises as bind_slots.
    """
    bound = before or Bound()
    with transaction.atomic():
        locks.share(queue.pk)
        _demand_bindable(queue)
        people = _annotators(queue, users)
        of_queue = set(queue.items.present().filter(pk__in=item_ids).values_list("pk", flat=True))
        items = lock_items(of_queue)
        free = _bindable(items, people)
        made = spread(free, people, excluded(of_queue), counts=bound.counts)
        write_bindings(queue, made.given, BoundWhy.MANAGER, actor)
        got = {item for slot, item in free if slot in made.given}
        bound.slots += len(made.given)
        bound.items += len(of_queue)
        bound.passed_over += len(of_queue - got)
    return bound


def _demand_bindable(queue: Queue) -> None:
    fresh = Queue.objects.only("status", "archived_at").get(pk=queue.pk)
    if fresh.archived_at or fresh.status == QueueStatus.COMPLETED:
        raise WrongState("This queue is closed: reopen it before you assign its items.")


def _annotators(queue: Queue, users: Sequence[User]) -> list[int]:
    """Their ids in the queue's order; raises Refused for one who is not there to work."""
    members = queue.members.filter(user__in=users, can_annotate=True, removed_at=None)
    there = {member.user_id: member for member in members}
    for user in users:
        if user.pk not in there:
            raise Refused(f"{user} does not annotate in this queue.")
        if there[user.pk].away_at:
            raise Refused(f"{user} is marked away.")
    if not users:
        raise Refused("Choose at least one person.")
    return list(there)


# A dealt slot may be bound anew, but not away from one of those chosen.
BINDABLE = """
select s.id as slot, s.item_id as item from queues_slot s
  join queues_item i on i.id = s.item_id and i.round = s.round
 where s.item_id = any(%(items)s) and s.state = 'free' and i.removed_at is null
   and (s.assigned_to_id is null
        or (s.bound_why = 'deal' and s.assigned_to_id <> all(%(people)s::bigint[])))
 order by s.rank, s.seq, s.assigned_to_id is not null, s.id
"""


def _bindable(items: list[Item], people: list[int]) -> list[tuple[int, UUID]]:
    params = {"items": [item.pk for item in items], "people": people}
    return [(row.slot, row.item) for row in sql.rows(BINDABLE, params)]
