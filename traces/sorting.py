"""The orders that a list of traces may have, as its address names them: `latency`, `-latency`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce


@dataclass(frozen=True)
class Sortable:
    """`key` is never null, so that pages can be found by it; `read` its text in an address.

    An index of the project has it, see `Trace`.
    """

    key: Combinable
    read: Callable[[str], Any]


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if not moment.tzinfo:
        raise ValueError
    return moment


def _name(text: str) -> str:
    if "\x00" in text:
        raise ValueError
    return text


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= 10**18:
        raise ValueError
    return number


def _whole(text: str) -> int:
    return int(_number(text))


# A trace that has none comes behind the least.
LATENCY = Coalesce("latency", -1)
TOKENS = Coalesce(
    F("tokens_in") + F("tokens_out"), "tokens_in", "tokens_out", -1, output_field=BigIntegerField()
)
COST = Coalesce("cost", Decimal(-1))
SORTABLE = {
    "time": Sortable(F("start"), _time),
    "name": Sortable(F("name"), _name),
    "latency": Sortable(LATENCY, _whole),
    "tokens": Sortable(TOKENS, _whole),
    "cost": Sortable(COST, _number),
}


@dataclass(frozen=True)
class Order:
    column: str = "time"
    falling: bool = True

    @classmethod
    def parse(cls, text: str) -> Order:
        """Newest first for what names no order."""
        column = text.removeprefix("-")
        return cls(column, text.startswith("-")) if column in SORTABLE else cls()

    def __str__(self) -> str:
        return f"-{self.column}" if self.falling else self.column

    @property
    def by_time(self) -> bool:
        return self.column == "time"

    @property
    def newest_first(self) -> bool:
        return self == NEWEST

    def pairs(self) -> list[tuple[str, str]]:
        """The parameter that gives this order again."""
        return [] if self.newest_first else [("sort", str(self))]


NEWEST = Order()


def order_problem(text: str) -> str:
    """A sentence for what names no order; "" where it names one, and for ""."""
    if not text or str(Order.parse(text)) == text:
        return ""
    return f"Sort by one of {', '.join(SORTABLE)}, falling with a - before."
