"""What is drawn of figures, in units of the drawing; the figures are in a table beside it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from ..statistics.figures import Coefficient, Figure
from .throughput import Day

MOST_DAYS, FEWEST_DAYS = 90, 14
PITCH, COLUMN, HEIGHT, LEAST = 10, 8, 100, 2
WIDTH, INSET = 120, 5  # of an interval's line: room for the dot at either end
SHADES = 5


@dataclass(frozen=True)
class Column:
    label: str
    count: int
    x: int
    height: float

    @property
    def y(self) -> float:
        return HEIGHT - self.height


@dataclass(frozen=True)
class DayChart:
    """`earlier`: days before the first column on which something was submitted."""

    columns: Sequence[Column]
    most: int
    earlier: int

    @property
    def width(self) -> int:
        return PITCH * len(self.columns)


@dataclass(frozen=True)
class Interval:
    """A dot with its interval; `zero`: where the line of chance is."""

    zero: float
    low: float
    high: float
    value: float


def day_chart(days: Sequence[Day]) -> DayChart | None:
    """FEWEST_DAYS to MOST_DAYS up to the latest, empty ones as well; None of no days."""
    if not days:
        return None
    last = days[-1].day
    first = max(days[0].day, last - timedelta(days=MOST_DAYS - 1))
    first = min(first, last - timedelta(days=FEWEST_DAYS - 1))
    counts = {one.day: one.annotations for one in days}
    shown = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    most = max(counts.get(day, 0) for day in shown)
    columns = [
        Column(_label(day), count, PITCH * n + 1, _height(count, most))
        for n, day in enumerate(shown)
        for count in [counts.get(day, 0)]
    ]
    return DayChart(columns, most, sum(day < first for day in counts))


def _label(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _height(count: int, most: int) -> float:
    return max(LEAST, round(HEIGHT * count / most, 1)) if count else 0


def axis_start(coefficients: Sequence[Coefficient]) -> float:
    """Where the common scale of these begins, which ends at 1: 0, or a half below."""
    lows = [one.low for one in coefficients if isinstance(one, Figure)]
    return min(0.0, floor(2 * min(lows, default=0)) / 2)


def interval(coefficient: Coefficient, start: float) -> Interval | None:
    """None where there is no figure."""
    if not isinstance(coefficient, Figure):
        return None
    place = [
        round(INSET + (WIDTH - 2 * INSET) * (one - start) / (1 - start), 1)
        for one in (0, coefficient.low, coefficient.high, coefficient.value)
    ]
    return Interval(*place)


def shade(share: float) -> int:
    """Of a cell: 0 where the share is nothing, else 1 to SHADES."""
    return min(SHADES, floor(share * SHADES) + 1) if share > 0 else 0
