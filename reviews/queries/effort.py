"""What people's work in a queue took, and what of it came back. Two statements, however many."""

from uuid import UUID

from annotate_site import sql
from queues.effort import Effort, Spent

# The row without a person is that of all together.
SPENT = """
select a.annotator_id as person, count(a.active_ms) as measured,
       coalesce(sum(a.active_ms), 0)::float as total,
       coalesce(percentile_cont(0.5) within group (order by a.active_ms), 0)::float as median,
       coalesce(avg(a.active_ms), 0)::float as mean,
       coalesce(stddev_samp(a.active_ms), 0)::float as deviation
  from reviews_annotation a
  join queues_item i on i.id = a.item_id and i.removed_at is null and i.kind = 'normal'
 where a.queue_id = %(queue)s and a.state = 'submitted'
   and (%(only)s::bigint is null or a.annotator_id = %(only)s)
 group by grouping sets ((a.annotator_id), ())
"""
SENT_BACK = """
select s.annotator_id as person, count(*) as n
  from queues_item i
  join reviews_review v on v.item_id = i.id and v.decision = 'rejected'
  join queues_slot s on s.item_id = i.id and s.round = v.round and s.state = 'done'
 where i.queue_id = %(queue)s and i.round > 1 and i.removed_at is null and i.kind = 'normal'
   and (%(only)s::bigint is null or s.annotator_id = %(only)s)
 group by s.annotator_id
"""


def effort_of(queue: UUID, only: int | None = None) -> Effort:
    """With `only` that person's own and nobody else's."""
    asked = {"queue": queue, "only": only}
    spent = {
        row.person: Spent(row.measured, row.total, row.median, row.mean, row.deviation)
        for row in sql.rows(SPENT, asked)
    }
    sent_back = {row.person: row.n for row in sql.rows(SENT_BACK, asked)}
    together = spent.pop(None, Spent())
    return Effort(spent, sent_back, together)
