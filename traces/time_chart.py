"""The drawing of a list over time: bars of volume and of latency, each with what it tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .filters import Operator, Row, TraceFilter
from .humanize import duration
from .listing import Listing
from .over_time import SAMPLED, OverTime, Step

PITCH, WIDTH = 10, 8  # of a bar, in units of the drawing
HEIGHT, LEAST = 100, 2


@dataclass(frozen=True)
class Bar:
    """`query` is that of the list narrowed to the step; the heights are in units of the drawing."""

    label: str
    count: int
    median: str
    slow: str
    query: str
    x: int
    volume: float
    median_height: float
    slow_height: float

    @property
    def volume_y(self) -> float:
        return HEIGHT - self.volume

    @property
    def median_y(self) -> float:
        return HEIGHT - self.median_height

    @property
    def slow_y(self) -> float:
        return HEIGHT - self.slow_height


@dataclass(frozen=True)
class Chart:
    """`most` and `slowest` are the figures at the top of the scales; `whole` is the query of the
    list without its range of time, "" where it has none.
    """

    bars: list[Bar]
    step: str
    count: int
    most: int
    slowest: str
    zone: str
    searched: int
    sampled: int
    has_range: bool
    whole: str

    @property
    def width(self) -> int:
        return PITCH * len(self.bars)


def time_chart(found: OverTime, listing: Listing, zone_name: str) -> Chart:
    zone = ZoneInfo(zone_name)
    most = max(step.count for step in found.steps)
    slowest = max((step.slow or 0) for step in found.steps)
    rest = listing.filter.without("time")
    bars = [
        Bar(
            _label(step, found.form, zone),
            step.count,
            duration(step.median),
            duration(step.slow),
            listing.filtered(_narrowed(rest, step)),
            PITCH * number + 1,
            _height(step.count, most),
            _height(step.median, slowest),
            _height(step.slow, slowest),
        )
        for number, step in enumerate(found.steps)
    ]
    return Chart(
        bars, found.words, found.count, most, duration(slowest or None),
        zone_name.replace("_", " "), found.searched, SAMPLED, rest != listing.filter,
        listing.filtered(rest),
    )  # fmt: skip


def _narrowed(rest: TraceFilter, step: Step) -> TraceFilter:
    rows = (
        Row("time", Operator.GTE, _written(step.first)),
        Row("time", Operator.LT, _written(step.last)),
    )
    return replace(rest, rows=(*rest.rows, *rows))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _label(step: Step, form: str, zone: ZoneInfo) -> str:
    return step.first.astimezone(zone).strftime(form).lstrip("0")


def _height(value: int | None, most: int) -> float:
    return max(LEAST, round(HEIGHT * value / most, 1)) if value and most else 0
