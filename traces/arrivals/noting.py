"""Noting arrivals, by whatever stores spans; and from when on that is wanted."""

from collections.abc import Sequence
from uuid import UUID

from annotate_site import sql

# A trace that has its place keeps it: it has been looked at. In one order, as traces are stored.
NOTE = """
insert into traces_tracearrival (project_id, trace_id, arrived_at)
select t.project_id, t.id, clock_timestamp() from traces_trace t
 where t.project_id = %(project)s and t.id = any(%(traces)s)
   and exists (select 1 from traces_arrivalwatch w where w.project_id = %(project)s)
 order by t.id
on conflict (project_id, trace_id) do update set arrived_at = excluded.arrived_at
 where traces_tracearrival.place is null
"""
WATCH = "insert into traces_arrivalwatch (project_id) values (%s) on conflict do nothing"
UNWATCH = "delete from traces_arrivalwatch where project_id = %s"


def note_arrivals(project_id: UUID, traces: Sequence[UUID]) -> None:
    """Spans of these traces have been stored in the present transaction."""
    if traces:
        sql.run(NOTE, {"project": project_id, "traces": list(traces)})


def watch(project_id: UUID) -> None:
    sql.run(WATCH, [project_id])


def unwatch(project_id: UUID) -> None:
    sql.run(UNWATCH, [project_id])
