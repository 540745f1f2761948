"""How much was submitted on each day. Counts of work, no answers."""

from datetime import date
from typing import NamedTuple

from annotate_site import sql
from queues.models import Queue

# Of the present rounds of items that are not removed, in the project's zone.
DAYS = """
select (a.submitted_at at time zone %(zone)s)::date as day, count(*) as annotations,
       count(distinct a.annotator_id) as people
  from queues_item i
  join reviews_annotation a on a.item_id = i.id and a.round = i.round and a.state = 'submitted'
 where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
 group by 1 order by 1
"""


class Day(NamedTuple):
    day: date
    annotations: int
    people: int


def submitted_by_day(queue: Queue) -> list[Day]:
    """Days on which nothing was submitted are not in it. One statement."""
    return sql.rows(DAYS, {"queue": queue.pk, "zone": queue.project.time_zone}, into=Day)
