"""How a queue's completed items add up, day by day, and what is left of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from annotate_site import sql

from ..conditions import NOW
from ..effort import Spent
from ..models import Queue
from ..states import QueueStatus
from . import forecast
from .forecast import Between, TooLittle

SHOWN = 60  # days

DAYS = f"""
select (i.completed_at at time zone %(zone)s)::date as day, count(*) as n,
       ({NOW} at time zone %(zone)s)::date as today
  from queues_item i
 where i.queue_id = %(queue)s and i.status = 'completed' and i.completed_at is not null
   and i.removed_at is null and i.kind = 'normal'
 group by 1 order by 1
"""
# Places of present rounds that nobody has filled yet.
OPEN_PLACES = """
select count(*) as n from queues_slot s where s.queue_id = %(queue)s and s.state in ('free', 'held')
"""


@dataclass(frozen=True)
class Day:
    """`completed`: on this day; `so_far`: by its end."""

    day: date
    completed: int
    so_far: int


@dataclass(frozen=True)
class BurnUp:
    """`days`: without a gap, up to today, 60 at most; [] where nothing is completed yet.

    `looked_at`: the whole days that the estimate is from, with `rate` items each; `measured`: the
    annotations whose active time its hours are from.
    """

    days: list[Day]
    total: int
    places: int
    looked_at: int = 0
    rate: float = 0
    measured: int = 0
    days_left: Between | TooLittle | None = None
    hours_left: Between | TooLittle | None = None

    @property
    def left(self) -> int:
        return self.total - (self.days[-1].so_far if self.days else 0)

    @property
    def why_no_date(self) -> str:
        return self.days_left.sentence if isinstance(self.days_left, TooLittle) else ""

    @property
    def why_no_hours(self) -> str:
        return self.hours_left.sentence if isinstance(self.hours_left, TooLittle) else ""

    @property
    def earliest(self) -> date | None:
        return self._on(self.days_left.least) if isinstance(self.days_left, Between) else None

    @property
    def latest(self) -> date | None:
        return self._on(self.days_left.most) if isinstance(self.days_left, Between) else None

    def _on(self, days: float | None) -> date | None:
        return None if days is None else self.days[-1].day + timedelta(days=days)


def burn_up(queue: Queue, *, total: int, spent: Spent) -> BurnUp:
    """Two statements. `spent`: the active time of the queue's annotations together."""
    asked = {"queue": queue.pk, "zone": queue.project.time_zone}
    found = sql.rows(DAYS, asked)
    places = sql.one(OPEN_PLACES, asked)
    assert places is not None
    days = _filled({row.day: row.n for row in found}, found[0].today) if found else []
    made = BurnUp(days[-SHOWN:], total, places.n)
    return _estimated(queue, made, days, spent) if made.left else made


def _filled(by_day: dict[date, int], today: date) -> list[Day]:
    first = min(by_day)
    every = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    counted = [by_day.get(day, 0) for day in every]
    return [Day(*one) for one in zip(every, counted, accumulate(counted), strict=True)]


def _estimated(queue: Queue, made: BurnUp, days: list[Day], spent: Spent) -> BurnUp:
    if queue.archived_at or queue.status != QueueStatus.ACTIVE:
        return made
    whole = [day.completed for day in days[:-1]][-forecast.WINDOW :]
    return BurnUp(
        made.days, made.total, made.places,
        looked_at=len(whole),
        rate=sum(whole) / len(whole) if whole else 0,
        measured=spent.measured,
        days_left=forecast.days_left(whole, made.left),
        hours_left=forecast.hours_left(
            measured=spent.measured, mean_ms=spent.mean, deviation_ms=spent.deviation,
            left=made.places,
        ) if made.places else None,
    )  # fmt: skip
