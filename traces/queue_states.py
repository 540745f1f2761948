"""Writes to the two narrow tables by which the apps above show their state on traces."""

from uuid import UUID

from annotate_site import sql

from .models import Trace, TraceQueue

SET_STATE = "update traces_tracequeue set state = %(fed)s where item_id = %(item)s"


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
