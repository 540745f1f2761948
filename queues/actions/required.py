"""The number of annotations of a draft's items follows the queue's: slots are added or voided."""

from annotate_site import sql
from annotate_site.projects.events import Actor

from ..models import Queue

# In a draft nobody has held anything: every slot is free or void, and every item pending.
FOLLOW = """
with changed as (
  update queues_item set required = %(required)s + extra
   where queue_id = %(queue)s and removed_at is null and kind = 'normal'
     and required <> %(required)s + extra
  returning id, round, priority, seq, required
), counted as (
  select s.id, s.item_id, c.required, row_number() over (partition by s.item_id order by s.id) as n
    from queues_slot s join changed c on c.id = s.item_id and c.round = s.round
   where s.state = 'free'
), voided as (
  update queues_slot s set state = 'void', returned_at = null, assigned_to_id = null,
         bound_at = null, bound_why = ''
    from counted where s.id = counted.id and counted.n > counted.required
  returning s.id, s.item_id
), made as (
  insert into queues_slot (queue_id, item_id, round, rank, seq, state, bound_why)
  select %(queue)s, c.id, c.round, -c.priority, c.seq, 'free', ''
    from changed c
   cross join generate_series(
         (select count(*) from counted where counted.item_id = c.id) + 1, c.required)
   order by c.seq
  returning id, item_id
)
insert into projects_event (project_id, queue_id, item_id, actor_id, actor_kind, object_type,
       object_id, attribute, from_value, to_value, reason)
select %(project)s::uuid, %(queue)s::uuid, item_id, %(actor)s::bigint, %(actor_kind)s, 'slot',
       id::text, 'state', was, now, ''
  from (select id, item_id, 'free' as was, 'void' as now from voided
        union all
        select id, item_id, '', 'free' from made) changes
"""


def follow_required(queue: Queue, actor: Actor) -> None:
    """For a draft under the queue's exclusive lock, after its own number has changed."""
    sql.run(
        FOLLOW,
        {
            "queue": queue.pk,
            "project": queue.project_id,
            "required": queue.annotations_required,
            "actor": actor.user.pk if actor.user else None,
            "actor_kind": actor.kind,
        },
    )
