"""Who is to be told what, read off the queues as they are now.

Each statement gives rows of user_id, project_id, queue_id, count, newest: of how many items a
notice tells, and since when there has been something new; null `newest`: new is what makes the
count larger. `%(managers)s`: the roles that manage a project.
"""

from ..conditions import NOW, is_finished

# A person who is still there, in a project that is.
PRESENT = """
  join projects_user u on u.id = who.user_id and u.is_active
  join projects_membership pm on pm.project_id = q.project_id and pm.user_id = u.id
  join projects_project p on p.id = q.project_id and p.archived_at is null
"""
AT_WORK = "q.status in ('active', 'paused') and q.archived_at is null"
SENT_BACK = f"""
select s.assigned_to_id as user_id, q.project_id, q.id as queue_id, count(*) as count,
       max(s.bound_at) as newest
  from queues_slot s
  join queues_queue q on q.id = s.queue_id and {AT_WORK}
  join queues_item i on i.id = s.item_id and i.removed_at is null and i.kind = 'normal'
  join queues_queuemember who on who.queue_id = q.id and who.user_id = s.assigned_to_id
   and who.can_annotate and who.removed_at is null {PRESENT}
 where s.state = 'free' and s.bound_why = 'sent_back'
 group by 1, 2, 3
"""
REVIEW = f"""
select who.user_id, q.project_id, q.id as queue_id, count(*) as count, null::timestamptz as newest
  from queues_queue q
  join queues_queuemember who on who.queue_id = q.id and who.can_review
   and who.removed_at is null {PRESENT}
  join queues_item i on i.queue_id = q.id and i.status = 'pending_review'
   and i.removed_at is null and i.kind = 'normal'
 where {AT_WORK}
   and not exists (select 1 from queues_slot own
                    where own.item_id = i.id and own.state = 'done'
                      and own.annotator_id = who.user_id)
 group by 1, 2, 3
"""
# A minute: for longer than its last submit can be taken back. A week: what beat missed is told.
COMPLETED = f"""
select u.id as user_id, q.project_id, q.id as queue_id,
       (select count(*) from queues_item i where i.queue_id = q.id and i.removed_at is null
           and i.kind = 'normal') as count,
       q.completed_at as newest
  from queues_queue q
  join projects_membership who on who.project_id = q.project_id and who.role = any(%(managers)s)
       {PRESENT}
 where q.status = 'completed' and q.completed_by = 'itself' and q.archived_at is null
   and q.completed_at between {NOW} - interval '7 days' and {NOW} - interval '1 minute'
"""
# From 8 in the morning, 3 days before the due date and 1 day before it, to the end of that date.
DUE_SOON = f"""
with due as (
  select q.id, q.project_id, stage.at from queues_queue q
    join projects_project p on p.id = q.project_id and p.archived_at is null
   cross join lateral (
         select max((q.due_date - before.days + time '08:00') at time zone p.time_zone) as at
           from (values (3), (1)) as before(days)
          where (q.due_date - before.days + time '08:00') at time zone p.time_zone <= {NOW}) stage
   where {AT_WORK} and q.due_date is not null and stage.at is not null
     and q.due_date >= ({NOW} at time zone p.time_zone)::date
), undone as (
  select i.queue_id, count(*) as items,
         count(*) filter (where i.status <> 'pending_review') as open
    from queues_item i join due on due.id = i.queue_id
   where i.removed_at is null and i.kind = 'normal' and i.status <> 'completed'
   group by 1
), behind as (
  select r.queue_id, r.annotator_id, count(distinct i.id) as items
    from queues_reservation r join due on due.id = r.queue_id
    join queues_item i on i.id = r.item_id and i.round = r.round and i.removed_at is null
     and i.kind = 'normal' and i.status not in ('completed', 'pending_review')
   where r.kind = 'annotate' and {is_finished("r")}
   group by 1, 2
), people as (
  select undone.queue_id, m.user_id from undone
    join due on due.id = undone.queue_id
    join projects_membership m on m.project_id = due.project_id and m.role = any(%(managers)s)
  union
  select undone.queue_id, m.user_id from undone
    join queues_queuemember m on m.queue_id = undone.queue_id and m.can_annotate
     and m.removed_at is null and m.away_at is null
    left join behind on behind.queue_id = m.queue_id and behind.annotator_id = m.user_id
   where undone.open > coalesce(behind.items, 0)
)
select u.id as user_id, q.project_id, q.id as queue_id, 0::bigint as count, due.at as newest
  from people who join due on due.id = who.queue_id
  join queues_queue q on q.id = due.id {PRESENT}
"""
