"""Writes to the two narrow tables by which the apps above show their state on traces."""

from collections.abc import Sequence
from uuid import UUID

from annotate_site import sql

from .models import Trace, TraceQueue

SET_STATE = "update traces_tracequeue set state = %(fed)s where item_id = %(item)s"

# A list in the order of start finds a row only where its start is the trace's.
KEEP_STARTS = """
with moved as (
  update traces_tracequeue row set start = t.start from traces_trace t
   where t.project_id = %(project)s and t.id = any(%(traces)s) and row.trace_id = t.id
     and row.start <> t.start
)
update traces_tracefeedback row set start = t.start from traces_trace t
 where t.project_id = %(project)s and t.id = any(%(traces)s) and row.trace_id = t.id
   and row.start <> t.start
"""


def set_queue_state(item_id: UUID, state: str) -> None:
    sql.run(SET_STATE, {"item": item_id, "fed": state})


def leave_queue(item_ids: list[UUID]) -> None:
    TraceQueue.objects.filter(item_id__in=item_ids).delete()


def enter_queue(project_id: UUID, queue_id: UUID, pairs: list[tuple[UUID, Trace]]) -> None:
    """One row for each (item, trace) that has just been added, open."""
    TraceQueue.objects.bulk_create(
        TraceQueue(
            project_id=project_id, queue_id=queue_id, item_id=item, trace=trace, start=trace.start
        )
        for item, trace in pairs
    )


def keep_starts(project_id: UUID, traces: Sequence[UUID]) -> None:
    """Spans that came later may have moved the start of these traces."""
    sql.run(KEEP_STARTS, {"project": project_id, "traces": list(traces)})
