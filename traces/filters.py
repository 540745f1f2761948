"""Which traces of a project: the filter of an address.

A request never reaches the ORM as keywords: a filter has the columns below and no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from annotate_site.projects.models import Project

from .models import Status, Trace, TraceQueue

STATUS_WORDS = {Status.OK: "OK", Status.ERROR: "Error", Status.UNSET: "No status"}
LONGEST_NAME = 200
UNREAD = {
    "status": "A status is one of ok, error and unset.",
    "queue": "There is no such queue.",
}


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
