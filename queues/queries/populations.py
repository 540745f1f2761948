"""What a sample is drawn from: traces that a filter matches and that are not in the queue yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from annotate_site.errors import Refused
from traces.models import TraceQueue
from traces.selecting import Selection, behind
from traces.strata import Strata

from ..models import Queue

MOST_STRATA = 50
PAGE = 10_000
ONE = Strata()


class TooManyStrata(Refused):
    code = "too_many_strata"


@dataclass(frozen=True)
class Members:
    """Some of a population as (stratum, key), and the place behind them as JSON."""

    pairs: list[tuple[str, str]]
    after: Any


@dataclass(frozen=True)
class Population:
    """`queue`: whose traces are left out; None for those of the selection alone. `since`: without
    those that started earlier.
    """

    selection: Selection
    queue: Queue | None
    strata: Strata = ONE
    since: datetime | None = None

    def before(self, moment: datetime) -> Population:
        """Without what arrived later."""
        return replace(self, selection=self.selection.before(moment))

    def sizes(self) -> dict[str, int]:
        """How many each stratum has. Raises TooManyStrata."""
        grouped = self._traces().order_by().values("stratum").annotate(n=Count("pk"))
        found = list(grouped.values_list("stratum", "n").order_by("stratum")[: MOST_STRATA + 1])
        if len(found) > MOST_STRATA:
            raise TooManyStrata(
                f"The traces have more than {MOST_STRATA} values of {self.strata.words}."
                " Choose something with fewer."
            )
        return dict(found)

    def pages(self, after: Any = None, size: int = PAGE) -> Iterator[Members]:
        """All of it, newest first, by key: memory is that of a page."""
        place = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else None
        rest: QuerySet[Any, Any] = self._traces().values_list("start", "pk", "stratum")
        while rows := list(behind(rest, place)[:size]):
            start, pk, _ = rows[-1]
            place = start, pk
            pairs = [(stratum, str(key)) for _, key, stratum in rows]
            yield Members(pairs, [start.isoformat(), str(pk)])

    def members(self) -> Iterator[tuple[str, str]]:
        for page in self.pages():
            yield from page.pairs

    def _traces(self) -> QuerySet[Any, Any]:
        project = self.selection.project
        found: QuerySet[Any, Any] = self.selection.matching().order_by("-start", "-id")
        if self.since:
            found = found.filter(start__gte=self.since)
        if self.queue:
            there = TraceQueue.objects.filter(project=project, queue_id=self.queue.pk)
            found = found.exclude(Exists(there.filter(trace=OuterRef("pk"))))
        divided: QuerySet[Any, Any] = found.annotate(stratum=self.strata.expression(project))
        return divided
