"""How far two people agree, on the items that both answered. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from . import figures
from .agreement import coefficient
from .figures import FEWEST_ITEMS, Coefficient, Undefined
from .formulas import beyond_chance
from .ratings import Floats, Ints, Ratings, totals
from .resampling import Formula, resampled
from .units import MOST_VALUES


@dataclass(frozen=True)
class Pair:
    """Two people, and Cohen's kappa of their answers."""

    one: Hashable
    other: Hashable
    kappa: Coefficient


def pair_matrix(ratings: Ratings) -> Sequence[Pair]:
    """Each two of the raters once, in the order of `ratings.raters`."""
    table = _table(ratings)
    return [
        Pair(ratings.raters[one], ratings.raters[other], _kappa(ratings, table[one], table[other]))
        for one, other in combinations(range(len(ratings.raters)), 2)
    ]


def cohen_kappa(ratings: Ratings, one: Hashable, other: Hashable) -> Coefficient:
    """Cohen 1960; with quadratic weights where answers are ordered (Cohen 1968). Raises ValueError
    if one of the two is no rater.
    """
    table, raters = _table(ratings), list(ratings.raters)
    return _kappa(ratings, table[raters.index(one)], table[raters.index(other)])


def _table(ratings: Ratings) -> Ints:
    """Raters × items: the code of each answer, -1 where there is none."""
    table = np.full((len(ratings.raters), len(ratings.items)), -1, np.int64)
    table[ratings.rater_of, ratings.item_of] = ratings.code_of
    return table


def _kappa(ratings: Ratings, one: Ints, other: Ints) -> Coefficient:
    both = (one >= 0) & (other >= 0)
    items = int(both.sum())
    if ratings.scale is None:
        return Undefined(figures.WORDS_ONLY, items, items)
    if items < FEWEST_ITEMS:
        return Undefined(figures.too_few_of_two(items), items, items)
    size = len(ratings.values)
    cells, times = np.unique(one[both] * size + other[both], return_counts=True)
    first, second = cells // size, cells % size
    formula = (
        _weighted(ratings.numbers[first], ratings.numbers[second])
        if ratings.is_ordered
        else _unweighted(first, second)
    )
    disputed = int(times[first != second].sum())
    return coefficient(resampled(times, [formula])[:, 0], items, items, disputed=disputed)


def _unweighted(first: Ints, second: Ints) -> Formula:
    """p_e needs only how often each has given the answers that both have given."""
    alike = (first == second).astype(np.float64)
    met = _met_by_chance(first, second)

    def kappa(w: Floats) -> Floats:
        n = w.sum(1)
        return beyond_chance(1 - w @ alike / n, 1 - met(w) / n**2)

    return kappa


def _met_by_chance(first: Ints, second: Ints) -> Formula:
    """Σ of how often one gave an answer, times how often the other did."""
    shared = np.intersect1d(first, second)
    if len(shared) <= MOST_VALUES:
        ones = (first[:, np.newaxis] == shared).astype(np.float64)
        others = (second[:, np.newaxis] == shared).astype(np.float64)
        return lambda w: ((w @ ones) * (w @ others)).sum(1)
    _, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    left, right = np.split(codes, 2)
    size = int(codes.max()) + 1
    return lambda w: np.array([totals(left, row, size) @ totals(right, row, size) for row in w])


def _weighted(first: Floats, second: Floats) -> Formula:
    """1 − mean (x − y)² ÷ (var x + var y + (mean x − mean y)²): the quadratic weights, by sums."""
    sums = np.stack(
        [np.ones(len(first)), (first - second) ** 2, first**2 + second**2, first, second], axis=1
    )

    def kappa(w: Floats) -> Floats:
        n, distance, squares, ones, others = (w @ sums).T
        expected = squares / n - 2 * ones * others / n**2
        return beyond_chance(distance / n, expected, squares / n)

    return kappa
