"""Lists in pages that are found by the key of a neighbour: what is added meanwhile moves nothing,
and the last page costs what the first does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Page(Generic[T]):
    """`before`: the first row's key where more rows come before it; `after`: the last row's."""

    rows: list[T]
    before: Key | None = None
    after: Key | None = None


@dataclass(frozen=True)
class Keyset:
    """The order of a list: names of columns that are unique together, all rising or all falling."""

    columns: tuple[str, ...]
    falling: bool = False

    def key_of(self, row: Any) -> Key:
        """Of an object, or of a row that consists of the columns."""
        if isinstance(row, tuple):
            return tuple(row[: len(self.columns)])
        return tuple(attrgetter(name)(row) for name in self.columns)

    def ordered(self, rows: QuerySet[M, T], *, backwards: bool = False) -> QuerySet[M, T]:
        sign = "-" if self.falling != backwards else ""
        return rows.order_by(*(sign + name for name in self.columns))

    def beyond(self, key: Key, *, backwards: bool = False) -> Q:
        """Rows after the key in this order, or before it. The first part lets an index seek."""
        side = "lt" if self.falling != backwards else "gt"
        found, equal = Q(), Q()
        for name, value in zip(self.columns, key, strict=True):
            found |= equal & Q((f"{name}__{side}", value))
            equal &= Q((name, value))
        return Q((f"{self.columns[0]}__{side}e", key[0])) & found

    def page(
        self,
        rows: QuerySet[M, T],
        size: int,
        *,
        after: Key | None = None,
        before: Key | None = None,
    ) -> Page[T]:
        """The rows `after` a key, or those right `before` it, else the first ones."""
        if before is not None:
            behind = rows.filter(self.beyond(before, backwards=True))
            found = list(self.ordered(behind, backwards=True)[: size + 1])
            return self._page(found[:size][::-1], more_before=len(found) > size, more_after=True)
        ahead = rows.filter(self.beyond(after)) if after is not None else rows
        found = list(self.ordered(ahead)[: size + 1])
        return self._page(found[:size], more_before=after is not None, more_after=len(found) > size)

    def _page(self, rows: list[T], *, more_before: bool, more_after: bool) -> Page[T]:
        if not rows:
            return Page(rows)
        return Page(
            rows,
            before=self.key_of(rows[0]) if more_before else None,
            after=self.key_of(rows[-1]) if more_after else None,
        )


def cut(rows: Sequence[T], size: int) -> tuple[list[T], bool]:
    """Of a statement that was asked for one row more: the page, and whether another follows."""
    return list(rows[:size]), len(rows) > size
