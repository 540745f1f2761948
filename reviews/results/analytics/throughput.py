"""How much was submitted on each day, and how long it took. Counts and times, no answers."""

from dataclasses import dataclass
from datetime import date

from annotate_site import sql
from queues.models import Queue

# Of the present rounds of items that are not removed, in the project's zone; the last row is of all
# days. `timed`: annotations of which the active time is known.
DAYS = """
select (a.submitted_at at time zone %(zone)s)::date as day, count(*) as annotations,
       count(distinct a.annotator_id) as people, count(a.active_ms) as timed,
       percentile_cont(0.5) within group (order by a.active_ms) as active_ms
  from queues_item i
  join reviews_annotation a on a.item_id = i.id and a.round = i.round and a.state = 'submitted'
 where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
 group by grouping sets ((1), ()) order by 1 nulls last
"""


@dataclass(frozen=True)
class Day:
    """`active_ms`: the median of the active times that are known."""

    day: date
    annotations: int
    people: int
    active_ms: int | None


@dataclass(frozen=True)
class Work:
    """Days on which nothing was submitted are not among `days`. `timed`: of so many annotations the
    active time is known, whose median is `active_ms`.
    """

    days: list[Day]
    annotations: int
    timed: int
    active_ms: int | None


def submitted_work(queue: Queue) -> Work:
    """One statement."""
    *days, all_days = sql.rows(DAYS, {"queue": queue.pk, "zone": queue.project.time_zone})
    return Work(
        [Day(row.day, row.annotations, row.people, _whole(row.active_ms)) for row in days],
        all_days.annotations,
        all_days.timed,
        _whole(all_days.active_ms),
    )


def _whole(ms: float | None) -> int | None:
    return None if ms is None else round(ms)
