"""What a list of traces shows, as its address says it: filter, order, columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from annotate_site.form_data import read_uuid

from . import list_columns
from .filters import Row, TraceFilter
from .list_columns import ListColumn, read_columns
from .queries import Cursor
from .sorting import NEWEST, SORTABLE, Order

ALL_TRACES = TraceFilter()
CARRIED = "list"
INTO = "for"  # the queue that traces are being chosen for
IN_NO_QUEUE = Row("queue", "is_empty")
SHOWN = ("time", "values")


@dataclass(frozen=True)
class Listing:
    """`columns` are those that the address names; () for the reader's own choice.

    `show` names what is shown above the list; `into` is the queue that traces are chosen for.
    """

    filter: TraceFilter = ALL_TRACES
    order: Order = NEWEST
    columns: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    into: UUID | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Listing:
        """Raises Http404 where the queue is no id."""
        return cls(
            TraceFilter.from_query(query),
            Order.parse(query.get("sort", "")),
            read_columns(query.get(list_columns.PARAMETER, "")),
            tuple(one for one in SHOWN if one in query.getlist("show")),
            read_uuid(query, INTO) if query.get(INTO) else None,
        )

    @classmethod
    def of(cls, filter: Iterable[str], sort: str, columns: Iterable[str]) -> Listing:
        """From its parts as they are written in an address, as a saved view has them."""
        known = read_columns(",".join(columns))
        return cls(TraceFilter.from_rows(filter), Order.parse(sort), known)

    def view_pairs(self) -> list[tuple[str, str]]:
        """The parameters of all but the filter."""
        columns = [(list_columns.PARAMETER, ",".join(self.columns))] if self.columns else []
        into = [(INTO, str(self.into))] if self.into else []
        return [*self.order.pairs(), *columns, *(("show", one) for one in self.show), *into]

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that give this list again."""
        return [*self.filter.pairs(), *self.view_pairs()]

    def as_query(self) -> str:
        return urlencode(self.pairs())

    @property
    def is_all(self) -> bool:
        """All traces, newest first."""
        return self.filter == ALL_TRACES and self.order.newest_first

    def filtered(self, filter: TraceFilter) -> str:
        """The query of the same list with another filter."""
        return replace(self, filter=filter).as_query()

    def toggled(self, shown: str) -> str:
        """The query of the same list with this shown above it, or no longer."""
        show = tuple(one for one in SHOWN if (one in self.show) != (one == shown))
        return replace(self, show=show).as_query()

    @property
    def in_no_queue(self) -> bool:
        return IN_NO_QUEUE in self.filter.rows

    def with_or_without_queue(self) -> str:
        """The query of the same list of what is in no queue, or no longer of that alone."""
        return self.filtered(self.filter.toggled(IN_NO_QUEUE))

    def choosing_for_none(self) -> str:
        """The query of the same list without a queue to choose for."""
        return replace(self, into=None).as_query()

    def without_filter(self) -> str:
        """The query of the same list of all traces."""
        return urlencode(self.view_pairs())

    def heads(self, columns: list[ListColumn]) -> list[Head]:
        return [self.head(column.label, column.sort, column.css) for column in columns]

    def head(self, label: str, sort: str, css: str = "") -> Head:
        """A column's head; its link sorts by it, or the other way round."""
        if sort not in SORTABLE:
            return Head(label, css)
        falling = not self.order.falling if sort == self.order.column else sort != "name"
        query = replace(self, order=Order(sort, falling)).as_query()
        if sort != self.order.column:
            return Head(label, css, query)
        return Head(label, css, query, "descending" if self.order.falling else "ascending")


@dataclass(frozen=True)
class Head:
    """`query` sorts by the column, None where it has no order; `sorted_as` for aria-sort."""

    label: str
    css: str
    query: str | None = None
    sorted_as: str = ""


@dataclass(frozen=True)
class PageAddress:
    """A page of a list: behind the place `after`, right before the place `before`, or the first."""

    listing: Listing
    after: Cursor | None = None
    before: Cursor | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> PageAddress:
        listing = Listing.from_query(query)
        after, before = (
            Cursor.parse(query.get(name, ""), listing.order) for name in ("after", "before")
        )
        return cls(listing, None if before else after, before)

    def as_query(self) -> str:
        """The address without "?"; "" for the first page of all traces."""
        places = [("after", self.after), ("before", self.before)]
        written = [(name, str(place)) for name, place in places if place]
        return urlencode([*self.listing.pairs(), *written])

    @property
    def carried(self) -> str:
        """A parameter in which another page keeps the way back, with its "?"; "" for the first
        page of all traces.
        """
        return f"?{urlencode({CARRIED: query})}" if (query := self.as_query()) else ""

    @classmethod
    def from_carried(cls, query: QueryDict) -> PageAddress:
        return cls.from_query(QueryDict(query.get(CARRIED, "")))
