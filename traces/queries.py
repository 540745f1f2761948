"""Reading lists of traces: the filter of an address, pages by keyset, counts up to a bound.

A request never reaches the ORM as keywords: a filter has the columns below and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from annotate_site.projects.models import Project

from .models import Status, Trace, TraceQueue

PAGE = 50
STATUS_WORDS = {Status.OK: "OK", Status.ERROR: "Error", Status.UNSET: "No status"}
MOST_COUNTED = 10_000
LONGEST_NAME = 200
UNREAD = {
    "status": "A status is one of ok, error and unset.",
    "queue": "There is no such queue.",
}
# What a list shows; attributes are payload and stay out.
COLUMNS = (
    "project_id", "trace_id", "name", "start", "latency", "status", "model", "tokens_in",
    "tokens_out", "input_preview", "output_preview", "span_count",
)  # fmt: skip


@dataclass(frozen=True)
class TraceFilter:
    """Which traces of a project; the empty filter means all of them.

    `unread` are the parameters that were not understood. A filter that has some matches nothing,
    and hands them on: an action on "all that match" must never reach further than its author saw.
    """

    name: str = ""
    status: str = ""
    queue: UUID | None = None
    unread: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict) -> TraceFilter:
        """Reads `name`, `status` and `queue`; other parameters are not its own."""
        name = query.get("name", "").replace("\x00", "").strip()[:LONGEST_NAME]
        status, queue_text = query.get("status", ""), query.get("queue", "")
        queue, unread = None, []
        if status and status not in Status.values:
            unread.append(("status", status))
            status = ""
        try:
            queue = UUID(queue_text) if queue_text else None
        except ValueError:
            unread.append(("queue", queue_text))
        return cls(name, status, queue, tuple(unread))

    @property
    def problems(self) -> list[str]:
        """A sentence for each parameter that was not understood."""
        return [UNREAD[key] for key, _ in self.unread]

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that give this filter again, as for hidden inputs."""
        queue = str(self.queue) if self.queue else ""
        pairs = [("name", self.name), ("status", self.status), ("queue", queue)]
        return [(key, value) for key, value in pairs if value] + list(self.unread)

    def as_query(self) -> str:
        """The same as a query string without "?"; "" for all traces."""
        return urlencode(self.pairs())

    def queryset(self, project: Project) -> QuerySet[Trace]:
        """The project's traces that match, newest first."""
        matching = project.traces.filter(self._conditions()).order_by("-start", "-id")
        if self.queue:
            places = TraceQueue.objects.filter(project=project, queue_id=self.queue)
            matching = matching.filter(pk__in=places.values("trace_id"))
        return matching.none() if self.unread else matching

    def describe(self, project: Project) -> str:
        """In words, as part of a sentence: 'name contains "refund", status Error'; or 'all'."""
        words = [f"name contains “{self.name}”"] if self.name else []
        if self.status:
            words.append(f"status {STATUS_WORDS[Status(self.status)]}")
        if self.queue:
            name = project.queues.filter(pk=self.queue).values_list("name", flat=True).first()
            words.append(f"in the queue {name}" if name else "in a queue that is not here")
        return ", ".join(words) or "all"

    def _conditions(self, path: str = "") -> Q:
        """`path` leads to the trace from the table asked; it is never a request's word."""
        asked = Q()
        if self.name:
            asked &= Q((f"{path}name__icontains", self.name))
        if self.status:
            asked &= Q((f"{path}status", self.status))
        return asked

    def keys(self, project: Project) -> QuerySet[Any, tuple[datetime, UUID]]:
        """(start, id) of the traces that match, read from the narrow table that lists them.

        With a queue this is `trace_queue`, whose index stands in the order of the list; so
        neither a large queue nor a small one costs a sort.
        """
        if self.queue:
            places = TraceQueue.objects.filter(project=project, queue_id=self.queue)
            found: QuerySet[Any, Any] = (
                places.filter(self._conditions("trace__"))
                .values_list("start", "trace_id")
                .distinct()
            )
        else:
            found = project.traces.filter(self._conditions()).values_list("start", "id")
        return found.none() if self.unread else found


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
    pk = "trace_id" if filter.queue else "id"
    keys = filter.keys(project)
    if before:
        found = list(keys.filter(_beyond(before, pk, "gt")).order_by("start", pk)[: PAGE + 1])
        shown = found[:PAGE][::-1]
        more_newer, more_older = len(found) > PAGE, True
    else:
        keys = keys.filter(_beyond(after, pk, "lt")) if after else keys
        found = list(keys.order_by("-start", f"-{pk}")[: PAGE + 1])
        shown = found[:PAGE]
        more_newer, more_older = after is not None, len(found) > PAGE
    traces = project.traces.only(*COLUMNS).in_bulk([key for _, key in shown])
    return TracePage(
        traces=[traces[key] for _, key in shown if key in traces],
        newer=Cursor(*shown[0]) if shown and more_newer else None,
        older=Cursor(*shown[-1]) if shown and more_older else None,
    )


def _beyond(place: Cursor, pk: str, side: str) -> Q:
    """Rows past a place. The first part alone lets the index seek."""
    nearer = Q((f"start__{side}", place.start)) | Q((f"{pk}__{side}", place.id))
    return Q((f"start__{side}e", place.start)) & nearer


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
