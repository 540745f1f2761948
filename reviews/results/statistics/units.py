"""Items as coefficients see them: how often each answer was given, equal ones once. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from fields.scales import Scale

from .ratings import Floats, Ints, Ratings, totals

MOST_VALUES: Final = 64
"""Up to so many different answers an item is its counts of each; else its sums."""


@dataclass(frozen=True, eq=False)
class Units:
    """Row p of each array is a pattern, which `times[p]` items have.

    `answers`, `alike`: how many were given, and ordered pairs of equal ones among them. `sums`,
    `squares`: of the answers as numbers, zero where these have none. `counts`: patterns × values,
    None where there are more than MOST_VALUES. Without counts each item is a pattern of its own,
    and `item_of`, `code_of` are its answers.
    """

    scale: Scale | None
    numbers: Floats
    times: Ints
    answers: Floats
    alike: Floats
    sums: Floats
    squares: Floats
    counts: Floats | None
    item_of: Ints
    code_of: Ints

    @property
    def items(self) -> int:
        """With two answers or more."""
        return int(self.times[self.answers > 1].sum())

    @property
    def pairs(self) -> int:
        return int(self.times @ (self.answers * (self.answers - 1) / 2))

    @property
    def disputed(self) -> int:
        """Items whose answers are not all equal."""
        return int(self.times[self.alike < self.answers * (self.answers - 1)].sum())


def units_of(ratings: Ratings, *, fewest: int = 2) -> Units:
    """Of the items with `fewest` answers or more."""
    enough = ratings.answers_per_item >= fewest
    kept = enough[ratings.item_of]
    place = np.cumsum(enough) - 1
    item_of, code_of = place[ratings.item_of[kept]], ratings.code_of[kept]
    if len(ratings.values) > MOST_VALUES:
        return _by_sums(ratings, item_of, code_of, int(enough.sum()))
    return _by_counts(ratings, item_of, code_of, int(enough.sum()))


def _by_counts(ratings: Ratings, item_of: Ints, code_of: Ints, items: int) -> Units:
    size = len(ratings.values)
    flat = np.bincount(item_of * size + code_of, minlength=items * size)
    whole = flat.reshape(items, size)
    patterns, times = (
        np.unique(whole, axis=0, return_counts=True) if size else (whole, np.zeros(0, np.int64))
    )
    counts = patterns.astype(np.float64)
    numbers = ratings.numbers
    return Units(
        scale=ratings.scale, numbers=numbers, times=times, answers=counts.sum(1),
        alike=(counts * (counts - 1)).sum(1), sums=counts @ numbers, squares=counts @ numbers**2,
        counts=counts, item_of=item_of, code_of=code_of,
    )  # fmt: skip


def _by_sums(ratings: Ratings, item_of: Ints, code_of: Ints, items: int) -> Units:
    size = len(ratings.values)
    cells, often = np.unique(item_of * size + code_of, return_counts=True)
    given = ratings.numbers[code_of]
    return Units(
        scale=ratings.scale, numbers=ratings.numbers, times=np.ones(items, np.int64),
        answers=np.bincount(item_of, minlength=items).astype(np.float64),
        alike=totals(cells // size, often * (often - 1.0), items),
        sums=totals(item_of, given, items), squares=totals(item_of, given**2, items),
        counts=None, item_of=item_of, code_of=code_of,
    )  # fmt: skip
