"""A stretch of time cut into steps as calendars and clocks have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST = 92  # a quarter of a year in days
DAY = 86_400
SECONDS = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
DAYS = (1, 7)
MONTHS = (1, 3, 12, 120)


@dataclass(frozen=True)
class Cut:
    """`edges` rise, and each but the last begins a step; `words`: how long a step is.

    `form` writes a step's beginning, for strftime.
    """

    edges: list[datetime]
    words: str
    form: str


def cut(first: datetime, last: datetime, zone: ZoneInfo) -> Cut:
    """The shortest steps that cover both moments and are no more than MOST."""
    for seconds in SECONDS:
        if (last - first).total_seconds() / seconds < MOST - 1:
            form = "%d %b %H:%M" if seconds >= 60 else "%d %b %H:%M:%S"
            return Cut(_clock_edges(first, last, seconds, zone), _words(seconds), form)
    for days in DAYS:
        if (last - first).total_seconds() / DAY / days < MOST - 1:
            words = "day" if days == 1 else "week"
            return Cut(
                _edges(_days(first.astimezone(zone).date(), days), last, zone), words, "%d %b"
            )
    begun = first.astimezone(zone).date()
    for months in MONTHS:
        edges = _edges(_months(begun, months), last, zone)
        if len(edges) <= MOST + 1:
            break
    words = {1: "month", 3: "3 months", 12: "year", 120: "10 years"}[months]
    return Cut(edges, words, "%b %Y")


def _words(seconds: int) -> str:
    for size, word in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            number = seconds // size
            return word if number == 1 else f"{number} {word}s"
    raise AssertionError(seconds)


def _clock_edges(first: datetime, last: datetime, seconds: int, zone: ZoneInfo) -> list[datetime]:
    """Counted from midnight of the first day."""
    midnight = _midnight(first.astimezone(zone).date(), zone)
    step = timedelta(seconds=seconds)
    edges = [midnight + (first - midnight) // step * step]
    while edges[-1] <= last:
        edges.append(edges[-1] + step)
    return edges


def _edges(dates: Iterator[date], last: datetime, zone: ZoneInfo) -> list[datetime]:
    edges: list[datetime] = []
    while not edges or edges[-1] <= last:
        edges.append(_midnight(next(dates), zone))
    return edges


def _days(begun: date, days: int) -> Iterator[date]:
    """Weeks begin on Monday."""
    here = begun - timedelta(days=begun.weekday() if days == 7 else 0)
    while True:
        yield here
        here += timedelta(days=days)


def _months(begun: date, months: int) -> Iterator[date]:
    number = begun.year * 12 + begun.month - 1
    number -= number % months
    while True:
        yield date(number // 12, number % 12 + 1, 1)
        number += months


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
