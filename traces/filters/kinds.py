"""Kinds of columns: which operators each takes, and what a value must be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from .operators import Operator

LONGEST = 200
_NUMBER = re.compile(r"-?([0-9]{1,12}(\.[0-9]{0,9})?|\.[0-9]{1,9})")
_SPAN_OF_TIME = re.compile(r"([1-9][0-9]{0,4}) ?([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
RANGE = ".."


class Unreadable(ValueError):
    """A condition cannot be asked; the message is a sentence for whoever wrote it."""


@dataclass(frozen=True)
class Kind:
    """`read` gives the value to compare with, or raises Unreadable.

    `choices`: the only values there are, with their words.
    """

    operators: tuple[Operator, ...]
    read: Callable[[Operator, str], Any]
    control: str = "text"
    choices: tuple[tuple[str, str], ...] = ()


def read_text(operator: Operator, text: str) -> str:
    if len(text) > LONGEST:
        raise Unreadable(f"A text to look for has {LONGEST} characters at most.")
    return text


def read_number(operator: Operator, text: str) -> Decimal:
    plain = text.replace(",", "").strip()
    if not _NUMBER.fullmatch(plain):
        raise Unreadable(f"“{text[:40]}” is not a number. Write it like 1200 or 0.5.")
    return Decimal(plain)


def read_whole(operator: Operator, text: str) -> int:
    number = read_number(operator, text)
    if number % 1:
        raise Unreadable("Tokens are counted in whole numbers.")
    return int(number)


def read_seconds(operator: Operator, text: str) -> int:
    """In milliseconds, as latency is stored."""
    number = read_number(operator, text.strip().removesuffix("s").rstrip()) * 1000
    if number % 1:
        raise Unreadable("Latency is kept to a thousandth of a second.")
    return int(number)


def read_time(operator: Operator, text: str) -> datetime | tuple[datetime, datetime]:
    if operator is Operator.LAST:
        return timezone.now() - span_of_time(text)
    if operator is not Operator.BETWEEN:
        return moment(text)
    first, dots, last = text.partition(RANGE)
    if not dots:
        raise Unreadable("Give two times, the earlier one first.")
    start, end = moment(first), moment(last)
    if end < start:
        raise Unreadable("The second time is before the first.")
    return start, end


def span_of_time(text: str) -> timedelta:
    found = _SPAN_OF_TIME.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"“{text[:40]}” is not a span of time. Write it like 30m, 24h or 7d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def moment(text: str) -> datetime:
    """A time that names no zone is read in UTC; a date is its first moment."""
    try:
        day = parse_date(text.strip())
        found = datetime(day.year, day.month, day.day) if day else parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None or not 1970 <= found.year <= 9998:
        raise Unreadable(
            f"“{text[:40]}” is not a time. Write it like 2026-05-01 or 2026-05-01T14:30."
        )
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_uuid(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Unreadable(f"There is no such {what}.") from None


def choice(name: str, *choices: tuple[str, str], more: tuple[Operator, ...] = ()) -> Kind:
    """One of a few values; `name` stands at the beginning of the sentence for another."""
    values = [value for value, _ in choices]

    def read(operator: Operator, text: str) -> str:
        if text not in values:
            raise Unreadable(f"{name} is one of {', '.join(values[:-1])} and {values[-1]}.")
        return text

    return Kind((Operator.IS, Operator.IS_NOT, *more), read, "choice", choices)


def read_queue(operator: Operator, text: str) -> UUID:
    return read_uuid(text, "queue")


_SAME = (Operator.IS, Operator.IS_NOT)
_PARTS = (Operator.CONTAINS, Operator.STARTS_WITH)
_SIZES = (Operator.LT, Operator.LTE, Operator.GT, Operator.GTE)
_EMPTY = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)

TEXT = Kind((*_SAME, *_PARTS, *_EMPTY), read_text)
SEARCHED = Kind((Operator.CONTAINS, Operator.STARTS_WITH, *_EMPTY), read_text)
NAMES = Kind((*_SAME, *_PARTS), read_text)
LABELS = Kind((*_SAME, *_EMPTY), read_text)
NUMBER = Kind((*_SAME, *_SIZES, *_EMPTY), read_number, "number")
COUNT = Kind((*_SAME, *_SIZES, *_EMPTY), read_whole, "count")
SECONDS = Kind((*_SAME, *_SIZES, *_EMPTY), read_seconds, "seconds")
TIME = Kind((Operator.LAST, Operator.BETWEEN, Operator.GTE, Operator.LT), read_time, "time")
QUEUE = Kind((*_SAME, *_EMPTY), read_queue, "queue")


def read_mixed(operator: Operator, text: str) -> Any:
    """What may hold numbers and texts: sizes compare numbers, the rest texts."""
    return read_number(operator, text) if operator in _SIZES else read_text(operator, text)


MIXED = Kind((*_SAME, *_PARTS, *_SIZES, *_EMPTY), read_mixed)
