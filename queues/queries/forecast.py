"""When a queue may be done, and how many hours that takes: ranges, never a single figure.

Pure arithmetic. Each range is one of eight in ten (`Z` standard errors either way), if days, or
annotations, go on as those that were seen: what they differ by among themselves, and how few they
are, makes it wide. Nothing is told from fewer than `FEWEST_DAYS` days or `FEWEST` pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

Z = 1.2816  # 10 % lie beyond on either side
WINDOW = 14  # whole days that are looked at
FEWEST_DAYS = 3
FEWEST = 10
MOST_DAYS = 365


@dataclass(frozen=True)
class Between:
    """`most` None: no end can be told."""

    least: float
    most: float | None


@dataclass(frozen=True)
class TooLittle:
    """Why there is no figure, as a sentence."""

    sentence: str


def days_left(done: Sequence[int], left: int) -> Between | TooLittle:
    """Days until `left` items are completed; `done`: items completed on each whole day looked at.

    The sum of d days has the mean d·m and the variance s²·(d + d²/k): days differ, and the mean of
    k days is itself uncertain.
    """
    if len(done) < FEWEST_DAYS:
        return TooLittle(f"There's no estimate before {FEWEST_DAYS} whole days of work.")
    if sum(done) < FEWEST:
        return TooLittle(
            f"There's no estimate: fewer than {FEWEST} items were completed in the last"
            f" {len(done)} whole days."
        )
    rate, spread, days = mean(done), stdev(done), len(done)

    def reached(sign: int) -> int | None:
        for day in range(1, MOST_DAYS + 1):
            if day * rate + sign * Z * spread * sqrt(day + day * day / days) >= left:
                return day
        return None

    least = reached(+1)
    if least is None:
        return TooLittle(f"At this rate it takes more than {MOST_DAYS} days.")
    return Between(least, reached(-1))


def hours_left(
    *, measured: int, mean_ms: float, deviation_ms: float, left: int
) -> Between | TooLittle:
    """Hours of work in `left` annotations, from the active time of those that were measured."""
    if measured < FEWEST:
        return TooLittle(
            f"There's no estimate of hours: the active time of {measured} of the {FEWEST}"
            " annotations that it takes was measured."
        )
    wide = Z * deviation_ms * sqrt(left + left * left / measured)
    hour = 3_600_000
    return Between(max(0.0, left * mean_ms - wide) / hour, (left * mean_ms + wide) / hour)
