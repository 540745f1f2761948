"""The conditions of an address together, and the traces that satisfy all of them.

A request never reaches the ORM as keywords: a filter has the columns of the table and no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from annotate_site.projects.models import Project

from ..models import Trace
from ..score_names import judged_names
from .conditions import Place
from .operators import WITHOUT_VALUE, Operator
from .row import Row

PARAMETER = "filter"
MOST_ROWS = 20
# Parameters of addresses that were written before a filter had rows.
EARLIER = {"name": Operator.CONTAINS, "status": Operator.IS, "queue": Operator.IS}
TOO_MANY = f"A filter has {MOST_ROWS} conditions at most."


@dataclass(frozen=True)
class TraceFilter:
    """Which traces of a project; the empty filter means all of them.

    A filter with a row that cannot be asked matches nothing and hands the row on: an action on
    "all that match" must never reach further than its author saw.
    """

    rows: tuple[Row, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict) -> TraceFilter:
        """Reads `filter`, and `name`, `status` and `queue`; other parameters are not its own."""
        rows = [Row.parse(text) for text in query.getlist(PARAMETER) if text.strip()]
        for column, operator in EARLIER.items():
            if value := query.get(column, "").replace("\x00", "").strip():
                rows.append(Row(column, operator, value))
        return cls(tuple(dict.fromkeys(rows)))

    @property
    def problems(self) -> list[str]:
        """A sentence for each row that cannot be asked."""
        sentences = [row.problem for row in self.rows if row.problem]
        return [*sentences, TOO_MANY] if self.has_too_many else sentences

    @property
    def has_too_many(self) -> bool:
        return len(self.rows) > MOST_ROWS

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that give this filter again, as for hidden inputs."""
        return [(PARAMETER, str(row)) for row in self.rows]

    def as_query(self) -> str:
        """The same as a query string without "?"; "" for all traces."""
        return urlencode(self.pairs())

    @property
    def is_quick(self) -> bool:
        """An index leads to the traces; else they are looked at one after another."""
        return all(row.is_quick for row in self.rows if not row.problem)

    @property
    def reads_names_alone(self) -> bool:
        """What no index leads to is a part of the name, which the index of the list holds."""
        return all(row.is_quick or row.column == "name" for row in self.rows)

    @property
    def reads_texts(self) -> bool:
        """What traces say is looked into, which takes longest."""
        asked = [row for row in self.rows if not row.problem]
        return any(
            row.spec.reads_texts and row.asked.operator not in WITHOUT_VALUE for row in asked
        )

    def quick_part(self) -> TraceFilter:
        """Of what matches this, all matches that, and it is quick."""
        return replace(
            self, rows=tuple(row for row in self.rows if not row.problem and row.is_quick)
        )

    @classmethod
    def from_rows(cls, rows: Iterable[str]) -> TraceFilter:
        """From what `str` has written of each row."""
        return cls(tuple(dict.fromkeys(Row.parse(text) for text in rows)))

    def condition(self, project: Project) -> Q:
        """What a trace of the project must satisfy; nothing does where a row cannot be asked."""
        return Q(pk__in=[]) if self.problems else self._conditions(Place(project))

    def queryset(self, project: Project) -> QuerySet[Trace]:
        """The project's traces that match, newest first."""
        traces = project.traces.order_by("-start", "-id")
        return traces.none() if self.problems else traces.filter(self.condition(project))

    @property
    def key(self) -> str:
        """What `keys` calls the id of a trace."""
        return "trace_id" if self._listed() else "id"

    def keys(self, project: Project) -> QuerySet[Any, tuple[datetime, UUID]]:
        """(start, id) of the traces that match, read from the narrow table that lists them.

        With a queue this is `trace_queue`, whose index stands in the order of the list; so
        neither a large queue nor a small one costs a sort.
        """
        found = self.rows_listed(project)
        if self._listed():
            return found.values_list("start", "trace_id").distinct()
        return found.values_list("start", "id")

    def rows_listed(self, project: Project) -> QuerySet[Any]:
        """The rows of that table, in no order; a trace comes once for each row that lists it."""
        if (row := self._listed()) and row.spec.lists:
            rest = self._conditions(Place(project, "trace__", "trace_id"), without=row)
            return row.spec.lists(project, row.asked).filter(rest)
        return self.queryset(project).order_by()

    @property
    def to_trace(self) -> str:
        """From such a row to the columns of its trace."""
        return "trace__" if self._listed() else ""

    def toggled(self, row: Row) -> TraceFilter:
        """With this row, or without it where it is there."""
        rest = tuple(one for one in self.rows if one != row)
        return replace(self, rows=rest if row in self.rows else (*rest, row))

    @property
    def repeats(self) -> bool:
        """Whether `rows_listed` may have a trace several times."""
        row = self._listed()
        return bool(row and row.spec.repeats)

    def without(self, *columns: str) -> TraceFilter:
        return replace(self, rows=tuple(row for row in self.rows if row.column not in columns))

    def describe(self, project: Project) -> str:
        """In words, as part of a sentence: 'name contains “refund”, status is Error'; or 'all'."""
        names = dict(project.queues.values_list("pk", "name"))
        names |= judged_names(project)
        return ", ".join(row.describe(names) for row in self.rows if not row.problem) or "all"

    def _listed(self) -> Row | None:
        """The first row whose narrow table lists the traces; the others are asked of each."""
        if self.problems:
            return None
        return next((row for row in self.rows if row.is_listed), None)

    def _conditions(self, place: Place, *, without: Row | None = None) -> Q:
        asked = Q()
        for row in self.rows:
            if row is not without:
                asked &= row.condition(place)
        return asked
