"""Which traces somebody picked in the list: some by id, or all that a filter matches."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from annotate_site.projects.models import Project

from .filters import TraceFilter
from .models import Trace

CHUNK = 500


@dataclass(frozen=True)
class Page:
    """Some of the ids, and the place behind them as JSON, from which `pages` continues."""

    ids: list[UUID]
    after: Any


@dataclass(frozen=True)
class Selection:
    """`ids` in the order given; with `filter` every trace that matches, in the list's order.

    `until`: traces that arrived later do not count, once somebody has seen how many there are.
    """

    project: Project
    ids: tuple[UUID, ...] = ()
    strange: tuple[str, ...] = ()
    filter: TraceFilter | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, project: Project, data: QueryDict) -> "Selection":
        """From repeated `trace`, or `all=1` and the filter of the traces list."""
        if data.get("all") == "1":
            return cls(project, filter=TraceFilter.from_query(data))
        ids, strange = [], []
        for text in dict.fromkeys(data.getlist("trace")):
            try:
                ids.append(UUID(text))
            except ValueError:
                strange.append(text[:100])
        return cls(project, tuple(dict.fromkeys(ids)), tuple(strange))

    def before(self, moment: datetime) -> "Selection":
        return replace(self, until=moment)

    @property
    def is_empty(self) -> bool:
        return not self.ids and not self.strange and self.filter is None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Hidden inputs that give the same selection again."""
        if self.filter is not None:
            return [("all", "1"), *self.filter.pairs()]
        return [("trace", str(pk)) for pk in self.ids]

    @property
    def as_filter(self) -> dict[str, Any]:
        """What a batch remembers of how its traces were chosen."""
        if self.filter is None:
            return {}
        return {"all": "1", "filter": [str(row) for row in self.filter.rows]}

    @cached_property
    def count(self) -> int:
        """How many of the project's traces are selected."""
        return self.matching().count()

    def first(self, most: int) -> list[UUID]:
        """The ids of the first traces selected."""
        if self.filter is not None:
            return list(self.matching().values_list("pk", flat=True)[:most])
        found = set(self.matching().values_list("pk", flat=True))
        return [pk for pk in self.ids if pk in found][:most]

    def pages(self, after: Any = None) -> Iterator[Page]:
        """Every id, CHUNK at a time, from the beginning or from behind an earlier page."""
        if self.filter is not None:
            yield from self._walk(after)
            return
        for start in range(after or 0, len(self.ids), CHUNK):
            some = self.ids[start : start + CHUNK]
            yield Page(list(some), start + len(some))

    def _walk(self, after: Any) -> Iterator[Page]:
        """Down the list by key: a sort of everything, and a long transaction, are not needed."""
        rest = self.matching()
        place = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else None
        while keys := list(behind(rest, place).values_list("start", "pk")[:CHUNK]):
            place = start, pk = keys[-1]
            yield Page([pk for _, pk in keys], [start.isoformat(), str(pk)])

    def matching(self) -> QuerySet[Trace]:
        """The project's traces that are selected; with a filter newest first."""
        if self.filter is None:
            return self.project.traces.filter(pk__in=self.ids)
        found = self.filter.queryset(self.project)
        return found.filter(created_at__lte=self.until) if self.until else found


def behind(found: QuerySet[Any, Any], place: tuple[datetime, UUID] | None) -> QuerySet[Any, Any]:
    """Those that come after a place (start, id) in the list, newest first."""
    if place is None:
        return found
    start, pk = place
    return found.filter(start__lte=start).exclude(start=start, pk__gte=pk)
