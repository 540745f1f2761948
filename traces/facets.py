"""The values that the traces of a list have in columns of few values, and how many have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from annotate_site.projects.models import Project

from .filters import Operator, Row, TraceFilter
from .filters.columns import COLUMNS
from .models import Span, TraceQueue
from .queries import newest_ids, search_ends_at

# Traces that are counted, the newest ones; a column of more values than MOST_VALUES has no facet.
MOST = 5_000
MOST_VALUES = 60


@dataclass(frozen=True)
class Value:
    """`row` is the condition that leaves the traces with this value."""

    label: str
    count: int
    row: Row


@dataclass(frozen=True)
class Facet:
    label: str
    values: list[Value]


@dataclass(frozen=True)
class Facets:
    """`counted` traces were looked at: all that match, or if not `is_whole` the newest ones."""

    facets: list[Facet]
    counted: int
    is_whole: bool


def read_facets(project: Project, filter: TraceFilter, queues: dict[UUID, str]) -> Facets:
    """Three statements on a bounded number of traces; `queues` are the project's, by id."""
    if filter.problems:
        return Facets([], 0, is_whole=True)
    ids = newest_ids(project, filter, MOST)
    columns = ("status", "model", "name", "tags")
    rows = list(project.traces.filter(pk__in=ids).values_list(*columns))
    counted = [
        *_of_traces(rows),
        _span_kinds(project, ids),
        *_queues(project, ids, filter, len(rows)),
    ]
    facets = [_facet(column, of, counts, queues) for column, of, counts in counted]
    is_whole = len(rows) < MOST and search_ends_at(project, filter)[0] is None
    return Facets([one for one in facets if one.values], len(rows), is_whole)


Counted = tuple[str, str, Counter[str]]  # a column, what it names, how many traces by value


def _of_traces(rows: list[tuple[str, str, str, list[str]]]) -> list[Counted]:
    return [
        ("status", "", Counter(row[0] for row in rows)),
        ("model", "", Counter(row[1] for row in rows)),
        ("name", "", Counter(row[2] for row in rows)),
        ("tags", "", Counter(tag for row in rows for tag in row[3] or [""])),
    ]


def _span_kinds(project: Project, ids: QuerySet[Any, Any]) -> Counted:
    spans = Span.objects.filter(project=project, trace__in=ids)
    kinds = spans.values("kind").annotate(count=Count("trace", distinct=True))
    return "span_kind", "", Counter(dict(kinds.values_list("kind", "count")))


def _queues(
    project: Project, ids: QuerySet[Any, Any], filter: TraceFilter, traces: int
) -> list[Counted]:
    """The queues, and the states in those that the filter names."""
    rows = TraceQueue.objects.filter(project=project, trace__in=ids)
    found = set(rows.values_list("queue_id", "trace_id", "state"))
    queues = Counter(str(queue) for queue, _ in {(queue, trace) for queue, trace, _ in found})
    queues[""] = traces - len({trace for _, trace, _ in found})
    named = [row.value for row in filter.rows if (row.column, row.operator) == ("queue", "is")]
    named += [row.of for row in filter.rows if row.column == "state"]
    states = [
        ("state", queue, Counter(state for of, _, state in found if str(of) == queue))
        for queue in dict.fromkeys(named)
    ]
    return [("queue", "", queues), *states]


def _facet(column: str, of: str, counts: Counter[str], queues: dict[UUID, str]) -> Facet:
    """The most frequent first, of one number by name; no values where there are too many."""
    words = _words(column, queues)
    label = COLUMNS[column].label
    if of:
        label = f"State in {queues.get(UUID(of), 'a queue')}"
    values = [
        Value(words(value), count, _row(column, of, value))
        for value, count in counts.items()
        if count and words(value) and not _row(column, of, value).problem
    ]
    values.sort(key=lambda one: (-one.count, one.label))
    return Facet(label, values if len(values) <= MOST_VALUES else [])


def _row(column: str, of: str, value: str) -> Row:
    return Row(column, Operator.IS, value, of) if value else Row(column, Operator.IS_EMPTY, "", of)


def _words(column: str, queues: dict[UUID, str]) -> Callable[[str], str]:
    """What a value is called; "" for a queue that is not to be seen."""
    known: dict[str, str] = dict(COLUMNS[column].kind.choices)
    if column == "queue":
        known = {str(key): name for key, name in queues.items()}
        return lambda value: known.get(value, "") if value else "In no queue"
    return lambda value: known.get(value, value) or "none"
