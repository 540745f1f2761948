"""Places of traces that have been quiet for a while, and reading them in that order."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from annotate_site import sql

QUIET = timedelta(minutes=1)  # spans of one run come within seconds of each other
BATCH = 5000

# One at a time, until its commit: so a smaller place is never committed after a larger one.
LOCK = "select pg_try_advisory_xact_lock(hashtextextended(%s, 0)) as taken"
# A row that a sender writes at this moment is left to the next round.
SETTLE = """
with quiet as materialized (
  select id from traces_tracearrival
   where project_id = %(project)s and place is null
     and arrived_at <= clock_timestamp() - %(quiet)s
   order by arrived_at limit %(most)s for update skip locked
)
update traces_tracearrival a set place = nextval('traces_arrival_place')
  from quiet where a.id = quiet.id
"""
LATEST = """
select coalesce((select place from traces_tracearrival
                  where project_id = %s and place is not null
                  order by place desc limit 1), 0) as place
"""
READ = """
select a.place, a.trace_id, t.created_at
  from traces_tracearrival a
  join traces_trace t on t.id = a.trace_id and t.project_id = a.project_id
 where a.project_id = %(project)s and a.place > %(after)s
 order by a.place limit %(most)s
"""
FORGET = """
delete from traces_tracearrival
 where id in (select a.id from traces_tracearrival a
               where not exists (select 1 from traces_arrivalwatch w
                                  where w.project_id = a.project_id)
               limit %(most)s)
"""


class Arrived(NamedTuple):
    """`created_at`: when the first of the trace was stored."""

    place: int
    trace_id: UUID
    created_at: datetime


def settle(project_id: UUID) -> int:
    """Gives their places to the quiet ones; how many. Nothing where another does so now."""
    settled, count = 0, BATCH
    while count == BATCH:
        with transaction.atomic():
            lock = sql.one(LOCK, [f"arrivals {project_id}"])
            if lock is None or not lock.taken:
                break
            count = sql.run(SETTLE, {"project": project_id, "quiet": QUIET, "most": BATCH})
        settled += count
    return settled


def latest_place(project_id: UUID) -> int:
    """The last one given; 0 before the first."""
    row = sql.one(LATEST, [project_id])
    return row.place if row else 0


def read_arrivals(project_id: UUID, after: int, most: int) -> list[Arrived]:
    """The next ones behind a place, in order."""
    rows = sql.rows(READ, {"project": project_id, "after": after, "most": most})
    return [Arrived(row.place, row.trace_id, row.created_at) for row in rows]


def forget_unwatched() -> int:
    """Deletes a batch of what nobody wants to look at any more; how many."""
    return sql.run(FORGET, {"most": BATCH})
