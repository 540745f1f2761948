"""What was answered, and how often: by all, and by each person. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .ratings import Ratings


@dataclass(frozen=True)
class Distribution:
    """`counts[i]`: how often `values[i]` was answered; `by_rater`: {rater: counts}. Where answers
    are declared, one that nobody gave is there with zero.
    """

    values: Sequence[Hashable]
    counts: Sequence[int]
    by_rater: Mapping[Hashable, Sequence[int]]

    @property
    def total(self) -> int:
        return sum(self.counts)


def distribution(ratings: Ratings) -> Distribution:
    raters, values = len(ratings.raters), len(ratings.values)
    cells = ratings.rater_of * values + ratings.code_of
    table = np.bincount(cells, minlength=raters * values).reshape(raters, values)
    by_rater = zip(ratings.raters, table.tolist(), strict=True)
    return Distribution(ratings.values, table.sum(0).tolist(), dict(by_rater))
