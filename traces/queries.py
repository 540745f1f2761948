"""Reading lists of traces: pages by keyset, counts up to a bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from annotate_site.keyset import Key, Keyset, Page
from annotate_site.projects.models import Project

from .filters import TraceFilter
from .models import Trace, TraceQueue
from .sorting import NEWEST, SORTABLE, Order
from .titles import repeated_line

PAGE = 50
MOST_COUNTED = 10_000
# Traces that one page looks at, where no index leads to those that match: in an index that holds
# their names, row by row, or with what they say. Each takes a fraction of a second.
MOST_SEARCHED = 200_000
MOST_READ = 50_000
MOST_TEXTS = 20_000
SHORT = 50  # a share of these is looked at first: what is common fills a page there
# What a list shows; attributes are payload and stay out.
COLUMNS = (
    "project_id", "trace_id", "name", "start", "latency", "status", "model", "tokens_in",
    "tokens_out", "cost", "tags", "session_id", "user_id", "input_preview", "output_preview",
    "span_count",
)  # fmt: skip


class Cursor(NamedTuple):
    """A place in the list: between this trace and the one after it.

    `key` is what the list is sorted by: see `sorting`.
    """

    key: Any
    id: UUID

    def __str__(self) -> str:
        key = self.key.isoformat() if isinstance(self.key, datetime) else self.key
        return f"{key}~{self.id}"

    @classmethod
    def parse(cls, text: str, order: Order = NEWEST) -> Cursor | None:
        """None for what no page of this order has written."""
        key, _, pk = text.rpartition("~")
        try:
            return cls(SORTABLE[order.column].read(key), UUID(pk))
        except (ValueError, ArithmeticError):
            return None


@dataclass(frozen=True)
class TracePage:
    """A page of the list; the addresses of its neighbours are None at the ends.

    `searched`: it has less than a page, since no more traces than these were looked at; else 0.
    """

    traces: list[Trace]
    newer: Cursor | None
    older: Cursor | None
    searched: int = 0

    @property
    def is_cut(self) -> bool:
        return self.searched > 0


@dataclass(frozen=True)
class Keys:
    """The keys of the traces that a filter means, in an order."""

    project: Project
    order: Order

    def of(self, filter: TraceFilter) -> QuerySet[Any, Any]:
        if self.order.by_time:
            return filter.keys(self.project)
        found = filter.queryset(self.project).order_by()
        return found.annotate(key=SORTABLE[self.order.column].key).values_list("key", "id")

    def keyset(self, filter: TraceFilter) -> Keyset:
        columns = ("start", filter.key) if self.order.by_time else ("key", "id")
        return Keyset(columns, falling=self.order.falling)


def read_page(
    project: Project,
    filter: TraceFilter,
    *,
    after: Cursor | None,
    before: Cursor | None,
    order: Order = NEWEST,
    size: int | None = None,
) -> TracePage:
    """`size` traces, PAGE for none, in this order: `after` a place, `before` it, or the first.

    What arrives meanwhile moves nothing, because a page is found by its neighbour's key.
    """
    page, end = read_keys(project, filter, after=after, before=before, order=order, size=size)
    traces = project.traces.only(*COLUMNS).in_bulk([key for _, key in page.rows])
    newer, older = page.before or (before and end), page.after or (not before and end)
    return TracePage(
        traces=[traces[key] for _, key in page.rows if key in traces],
        newer=Cursor(*newer) if newer else None,
        older=Cursor(*older) if older else None,
        searched=_reach(filter) if end and not (page.before if before else page.after) else 0,
    )


def read_keys(
    project: Project,
    filter: TraceFilter,
    *,
    after: Cursor | None,
    before: Cursor | None,
    order: Order = NEWEST,
    size: int | None = None,
) -> tuple[Page[Any], Key | None]:
    """(key, id) of the traces of a page, and where their search stops, if short of the end."""
    all_keys = Keys(project, order)
    for share in (SHORT, 1):
        keys, end = _searched(all_keys, filter, after=after, before=before, share=share)
        page = all_keys.keyset(filter).page(keys, size or PAGE, after=after, before=before)
        if end is None or (page.before if before else page.after):
            break
    return page, end


def count_up_to(project: Project, filter: TraceFilter) -> tuple[int, bool]:
    """How many match, and whether that is exact: nobody counts beyond MOST_COUNTED, nor
    further than one page searches.
    """
    keys, end = _searched(Keys(project, NEWEST), filter, after=None, before=None)
    counted = keys.order_by()[: MOST_COUNTED + 1].count()
    return min(counted, MOST_COUNTED), counted <= MOST_COUNTED and end is None


def newest_ids(project: Project, filter: TraceFilter, most: int) -> QuerySet[Any, Any]:
    """The ids of the newest traces that match, as far as the search goes, as a subquery."""
    all_keys = Keys(project, NEWEST)
    keys, _ = _searched(all_keys, filter, after=None, before=None)
    return all_keys.keyset(filter).ordered(keys).values_list(filter.key, flat=True)[:most]


def search_ends_at(project: Project, filter: TraceFilter) -> tuple[datetime | None, int]:
    """The start of the last trace that the first page of a search looks at, and how many these
    are; (None, 0) where it looks at all.
    """
    end = _searched(Keys(project, NEWEST), filter, after=None, before=None)[1]
    return (end[0], _reach(filter)) if end else (None, 0)


def _searched(
    all_keys: Keys,
    filter: TraceFilter,
    *,
    after: Cursor | None,
    before: Cursor | None,
    share: int = 1,
) -> tuple[QuerySet[Any, Any], Key | None]:
    """The keys that match, and where their search stops, if it does not reach the end.

    No index finds a part of a name, for one. A rare one would be sought in a million traces, so
    only so many of those that the quick rows leave are looked at, or one part in `share` of that;
    the next page continues there.
    """
    keys, keyset = all_keys.of(filter), all_keys.keyset(filter)
    if filter.is_quick or filter.problems:
        return keys, None
    most, back, place = max(1, _reach(filter) // share), before is not None, before or after
    rows = all_keys.of(filter.quick_part())
    ahead = rows.filter(keyset.beyond(place, backwards=back)) if place else rows
    ends = keyset.ordered(ahead, backwards=back)[most - 1 : most + 1]
    if len(ends) < 2:
        return keys, None
    last, behind = ends
    return keys.filter(keyset.beyond(behind, backwards=not back)), last


def _reach(filter: TraceFilter) -> int:
    if filter.reads_texts:
        return MOST_TEXTS
    return MOST_SEARCHED if filter.reads_names_alone else MOST_READ


def line_around(trace: Trace) -> str:
    """The line that many of the traces around it in the list begin with, "" for none."""
    ahead = trace.project.traces.filter(start__lte=trace.start).order_by("-start", "-id")[:PAGE]
    return repeated_line(ahead.values_list("input_preview", flat=True))


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
    """For each trace the queues it is in, in order of adding; what is at one place twice, as the
    trace and as its session, is told once.
    """
    rows = TraceQueue.objects.filter(project=project, trace__in=[trace.pk for trace in traces])
    found: dict[UUID, list[QueuePlace]] = defaultdict(list)
    for row in rows.order_by("id"):
        if row.queue_id in names:
            place = QueuePlace(row.queue_id, names[row.queue_id], row.state)
            if place not in found[row.trace_id]:
                found[row.trace_id].append(place)
    return found
