"""Slots made and voided: what an item requires has grown or shrunk.

The caller holds the queue's lock and the items' row locks, and records the events.
"""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Event

from ...conditions import has_lapsed
from ...models import Queue
from ...states import Ending, SlotState
from ..holds.ending import end_holds

# In the order of adding. In a draft nobody has a place in the order yet, so none is passed over.
MAKE = """
insert into queues_slot (queue_id, item_id, round, rank, seq, state, bound_why, returned_at)
select i.queue_id, i.id, i.round, -i.priority, i.seq, 'free', '',
       case when q.status <> 'draft' then clock_timestamp() end
  from unnest(%(items)s::uuid[], %(numbers)s::int[]) as g(item, number)
  join queues_item i on i.id = g.item
  join queues_queue q on q.id = i.queue_id
 cross join generate_series(1, g.number)
 order by i.seq
returning id, item_id
"""


def make_slots(queue: Queue, wanted: Mapping[UUID, int], actor: Actor) -> list[Event]:
    """So many free slots more for each item, in its present round, in the returned lane."""
    params = {"items": list(wanted), "numbers": list(wanted.values())}
    event_of = partial(change, queue.project_id, actor, "slot", queue=queue.pk)
    return [
        event_of(row.id, "state", "", SlotState.FREE, item=row.item_id)
        for row in sql.rows(MAKE, params)
    ]


# The one that hurts least goes first: free, bound, lapsed, parked, the newest hold.
SURPLUS = f"""
select id, item_id, state, lapsed
  from (select s.id, s.item_id, s.state, {has_lapsed("s")} as lapsed, g.number,
               row_number() over (partition by s.item_id order by
                 case when s.state = 'free' then (s.assigned_to_id is not null)::int
                      when {has_lapsed("s")} then 2
                      when r.parked_at is not null then 3 else 4 end,
                 s.held_at desc nulls first, s.id desc) as n
          from unnest(%(items)s::uuid[], %(numbers)s::int[]) as g(item, number)
          join queues_item i on i.id = g.item
          join queues_slot s on s.item_id = i.id and s.round = i.round
          left join queues_reservation r on r.token = s.token
         where s.state in ('free', 'held')) counted
 where n <= number
"""
VOID = """
with old as (
  select id, item_id, assigned_to_id as bound from queues_slot
   where id = any(%(slots)s) and state = 'free'
), voided as (
  update queues_slot s set state = 'void', returned_at = null, assigned_to_id = null,
         bound_at = null, bound_why = ''
    from old where s.id = old.id
)
select id, item_id, bound from old
"""


def void_slots(
    queue: Queue, surplus: Mapping[UUID, int], actor: Actor, ending: Ending = Ending.REVOKED
) -> list[Event]:
    """So many slots less for each item, never a done one; live holds on them end with `ending`."""
    params = {"items": list(surplus), "numbers": list(surplus.values())}
    chosen = sql.rows(SURPLUS, params)
    held = [row for row in chosen if row.state == SlotState.HELD]
    end = partial(end_holds, queue, actor=actor, settle=False)
    events = end(slots=[row.id for row in held if row.lapsed], ending=Ending.EXPIRED)
    events += end(slots=[row.id for row in held if not row.lapsed], ending=ending)
    voided = sql.rows(VOID, {"slots": [row.id for row in chosen]})
    event_of = partial(change, queue.project_id, actor, "slot", queue=queue.pk)
    for row in voided:
        events.append(event_of(row.id, "state", SlotState.FREE, SlotState.VOID, item=row.item_id))
        if row.bound:
            events.append(event_of(row.id, "assigned_to", row.bound, "", item=row.item_id))
    return events
