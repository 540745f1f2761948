"""How many traces of a list began when, and how long they took."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Value

from annotate_site.projects.models import Project

from .filters import TraceFilter
from .queries import search_ends_at
from .time_steps import cut

# Traces of a step whose latency is looked at.
SAMPLED = 100
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Step:
    """The traces that began from `first` on and before `last`.

    `median` and `slow`: half of those that tell their latency, and 95 in 100, took no longer, in
    milliseconds; None where none tells it.
    """

    first: datetime
    last: datetime
    count: int
    median: int | None
    slow: int | None


@dataclass(frozen=True)
class OverTime:
    """`words`: how long a step is; `form` writes its beginning. `searched`: no more of the newest
    traces than these were looked at; else 0.
    """

    steps: list[Step]
    words: str
    form: str
    searched: int

    @property
    def count(self) -> int:
        return sum(step.count for step in self.steps)


def read_over_time(project: Project, filter: TraceFilter) -> OverTime | None:
    """None where no trace matches, as far as the search goes.

    Costs two statements whose parts each read a step of the index that lists the traces.
    """
    if (span := _span_of(project, filter)) is None:
        return None
    first, last, searched = span
    steps = cut(first, last, ZoneInfo(project.time_zone))
    edges = steps.edges
    if searched or any(row.column == "time" for row in filter.rows):
        # A step counts what the list shows once it is narrowed to it.
        edges = [max(edges[0], first), *edges[1:-1], min(edges[-1], last + SECOND)]
    parts = _parts(project, filter, edges)
    counts = dict(_union([part.counted() for part in parts]))
    if not any(counts.values()):
        return None
    times: dict[int, list[int]] = defaultdict(list)
    for number, latency in _union([part.sample() for part in parts]):
        if latency is not None:
            times[number].append(latency)
    found = [
        Step(*edge, counts.get(number, 0), _share(times[number], 50), _share(times[number], 95))
        for number, edge in enumerate(pairwise(edges))
    ]
    return OverTime(found, steps.words, steps.form, searched)


def _span_of(project: Project, filter: TraceFilter) -> tuple[datetime, datetime, int] | None:
    """From when to when traces may match that the search looks at, and how many it looks at."""
    listed = filter.quick_part().keys(project).values_list("start", flat=True)
    newest, oldest = (listed.order_by(order).first() for order in ("-start", "start"))
    if newest is None or oldest is None or filter.problems:
        return None
    ends_at, searched = search_ends_at(project, filter)
    return _whole_second(ends_at or oldest), newest, searched


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _parts(project: Project, filter: TraceFilter, edges: list[datetime]) -> list[Part]:
    rows = filter.rows_listed(project)
    return [
        Part(number, rows.filter(start__gte=first, start__lt=last), filter)
        for number, (first, last) in enumerate(pairwise(edges))
    ]


@dataclass(frozen=True)
class Part:
    """The rows that list the traces of a step."""

    number: int
    rows: QuerySet[Any]
    filter: TraceFilter

    def counted(self) -> QuerySet[Any, Any]:
        """(number of the step, traces)."""
        named = self.rows.annotate(of_step=Value(self.number)).values("of_step")
        count = Count(self.filter.key, distinct=self.filter.repeats)
        counted: QuerySet[Any, Any] = named.annotate(in_step=count).values_list(
            "of_step", "in_step"
        )
        return counted

    def sample(self) -> QuerySet[Any, Any]:
        """(number of the step, latency)."""
        named = self.rows.annotate(of_step=Value(self.number))
        column = f"{self.filter.to_trace}latency"
        sample: QuerySet[Any, Any] = named.values_list("of_step", column)[:SAMPLED]
        return sample


def _union(parts: list[QuerySet[Any, Any]]) -> list[tuple[int, Any]]:
    return list(parts[0].union(*parts[1:], all=True))


def _share(times: list[int], percent: int) -> int | None:
    """What so many in a hundred do not exceed; None for no times."""
    if not times:
        return None
    return sorted(times)[max(0, ceil(len(times) * percent / 100) - 1)]
