"""Which answers are taken for which: how often one goes with each other. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .ratings import Ints, Ratings


@dataclass(frozen=True)
class Confusion:
    """`counts[i][j]`: how often `values[i]` of the rows met `values[j]` of the columns."""

    values: Sequence[Hashable]
    counts: Sequence[Sequence[int]]

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def agreed(self) -> int:
        return sum(row[place] for place, row in enumerate(self.counts))


def confusion(ratings: Ratings, one: Hashable, other: Hashable) -> Confusion:
    """Of the items that both answered: rows are the answers of `one`, columns of `other`. Raises
    ValueError if one of the two is no rater.
    """
    raters = list(ratings.raters)
    codes = np.full((2, len(ratings.items)), -1, np.int64)
    for row, place in zip(codes, (raters.index(one), raters.index(other)), strict=True):
        whose = ratings.rater_of == place
        row[ratings.item_of[whose]] = ratings.code_of[whose]
    both = (codes >= 0).all(0)
    return _counted(ratings.values, codes[0][both], codes[1][both])


def confusion_with(
    ratings: Ratings, final: Mapping[Any, Any], *, rater: Hashable | None = None
) -> Confusion:
    """Rows are people's answers (one's, where `rater` is named), columns the final values of their
    items: `final` by item. Items without one are left out, and values that nobody answered and
    the field does not list are added at the end.
    """
    added = [value for value in dict.fromkeys(final.values()) if value not in set(ratings.values)]
    values = [*ratings.values, *added]
    place = {value: code for code, value in enumerate(values)}
    of_item = np.array(
        [place[final[item]] if item in final else -1 for item in ratings.items], np.int64
    )
    kept = of_item[ratings.item_of] >= 0
    if rater is not None:
        kept &= ratings.rater_of == list(ratings.raters).index(rater)
    return _counted(values, ratings.code_of[kept], of_item[ratings.item_of[kept]])


def _counted(values: Sequence[Hashable], rows: Ints, columns: Ints) -> Confusion:
    size = len(values)
    counts = np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)
    return Confusion(values, counts.tolist())
