"""Reading lists of traces: pages by keyset, counts up to a bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from annotate_site.keyset import Keyset
from annotate_site.projects.models import Project

from .filters import TraceFilter
from .models import Trace, TraceQueue

PAGE = 50
MOST_COUNTED = 10_000
# What a list shows; attributes are payload and stay out.
COLUMNS = (
    "project_id", "trace_id", "name", "start", "latency", "status", "model", "tokens_in",
    "tokens_out", "input_preview", "output_preview", "span_count",
)  # fmt: skip


class Cursor(NamedTuple):
    """A place in the list: between this trace and the one after it."""

    start: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.start.isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """None for what no page has written."""
        try:
            start, _, pk = text.partition("~")
            cursor = cls(datetime.fromisoformat(start), UUID(pk))
        except ValueError:
            return None
        return cursor if cursor.start.tzinfo else None


@dataclass(frozen=True)
class TracePage:
    """A page of the list; the addresses of its neighbours are None at the ends."""

    traces: list[Trace]
    newer: Cursor | None
    older: Cursor | None


def read_page(
    project: Project, filter: TraceFilter, *, after: Cursor | None, before: Cursor | None
) -> TracePage:
    """PAGE traces, newest first: those `after` a place, or those `before` it, else the newest.

    What arrives meanwhile moves nothing, because a page is found by its neighbour's key.
    """
    newest = Keyset(("start", "trace_id" if filter.queue else "id"), falling=True)
    page = newest.page(filter.keys(project), PAGE, after=after, before=before)
    traces = project.traces.only(*COLUMNS).in_bulk([key for _, key in page.rows])
    return TracePage(
        traces=[traces[key] for _, key in page.rows if key in traces],
        newer=Cursor(*page.before) if page.before else None,
        older=Cursor(*page.after) if page.after else None,
    )


def count_up_to(project: Project, filter: TraceFilter) -> tuple[int, bool]:
    """How many match, and whether that is exact: beyond MOST_COUNTED nobody counts."""
    counted = filter.keys(project).order_by()[: MOST_COUNTED + 1].count()
    return min(counted, MOST_COUNTED), counted <= MOST_COUNTED


class QueuePlace(NamedTuple):
    """A queue that a trace is in, and where it stands there (a TraceQueue.State)."""

    queue_id: UUID
    name: str
    state: str


def queue_names(project: Project) -> dict[UUID, str]:
    """Every queue of the project by name."""
    return dict(project.queues.order_by("name").values_list("pk", "name"))


def queue_places(
    project: Project, traces: Iterable[Trace], names: dict[UUID, str]
) -> dict[UUID, list[QueuePlace]]:
    """For each trace the queues it is in, in order of adding."""
    rows = TraceQueue.objects.filter(project=project, trace__in=[trace.pk for trace in traces])
    found: dict[UUID, list[QueuePlace]] = defaultdict(list)
    for row in rows.order_by("id"):
        if row.queue_id in names:
            place = QueuePlace(row.queue_id, names[row.queue_id], row.state)
            found[row.trace_id].append(place)
    return found
