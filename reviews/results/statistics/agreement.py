"""How far all who answered agree. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from . import figures
from .figures import FEW_ITEMS, FEWEST_ITEMS, Coefficient, Figure, Undefined
from .formulas import formulas_of
from .ratings import Floats, Ratings
from .resampling import RESAMPLES, interval, resampled
from .units import Units, units_of

DOMINANT: Final = 0.8
"""From this share of all answers on, one answer dominates: kappa and alpha say little then."""

MOST_WITHOUT: Final = 0.05
"""Of the resamples, the share that may lack a figure; with more there is no interval."""


@dataclass(frozen=True)
class Agreement:
    """`gwet`: AC1; AC2 where the answers are ordered (`is_weighted`). `dominant`: the share of the
    most frequent answer.
    """

    percent: Coefficient
    alpha: Coefficient
    fleiss: Coefficient
    gwet: Coefficient
    is_weighted: bool
    dominant: float

    @property
    def one_dominates(self) -> bool:
        return self.dominant >= DOMINANT


def agreement(ratings: Ratings) -> Agreement:
    """All coefficients of a field, by the same resamples."""
    units = units_of(ratings)
    percent, alpha, fleiss = _coefficients(units, "percent", "alpha", "fleiss")
    share = np.bincount(ratings.code_of).max(initial=0) / max(1, len(ratings.code_of))
    return Agreement(
        percent=percent,
        alpha=_of_words(ratings) or alpha,
        fleiss=_of_words(ratings) or _uneven(ratings, units) or fleiss,
        gwet=gwet_ac(ratings),
        is_weighted=ratings.is_ordered,
        dominant=float(share),
    )


def percent_agreement(ratings: Ratings) -> Coefficient:
    """The share of the pairs of answers to the same item that are equal."""
    return _coefficients(units_of(ratings), "percent")[0]


def krippendorff_alpha(ratings: Ratings) -> Coefficient:
    """By the scale: nominal, ordinal or interval (Krippendorff 2011). Answers may be missing."""
    return _of_words(ratings) or _coefficients(units_of(ratings), "alpha")[0]


def fleiss_kappa(ratings: Ratings) -> Coefficient:
    """Fleiss 1971; with quadratic weights where answers are ordered (Gwet 2014, chapter 3)."""
    units = units_of(ratings)
    return _of_words(ratings) or _uneven(ratings, units) or _coefficients(units, "fleiss")[0]


def gwet_ac(ratings: Ratings) -> Coefficient:
    """AC1 (Gwet 2008); AC2 with quadratic weights where answers are ordered (Gwet 2014). Items with
    one answer count in how often each answer is given.
    """
    if ratings.scale is None:
        return Undefined(figures.WORDS_ONLY)
    if not ratings.declared:
        return Undefined(figures.NO_FIXED_ANSWERS)
    return _coefficients(units_of(ratings, fewest=1), "gwet")[0]


def _of_words(ratings: Ratings) -> Undefined | None:
    return Undefined(figures.WORDS_ONLY) if ratings.scale is None else None


def _uneven(ratings: Ratings, units: Units) -> Undefined | None:
    given = ratings.answers_per_item
    if units.items < FEWEST_ITEMS or given.min() == given.max():
        return None
    reason = figures.uneven(int(given.min()), int(given.max()))
    return Undefined(reason, units.items, units.pairs)


def _coefficients(units: Units, *names: str) -> list[Coefficient]:
    """By the same resamples, in the order of `names`: attributes of Formulas."""
    items, pairs = units.items, units.pairs
    if items < FEWEST_ITEMS:
        return [Undefined(figures.too_few(items), items, pairs)] * len(names)
    formulas = formulas_of(units)
    columns = resampled(units.times, [getattr(formulas, name) for name in names]).T
    return [coefficient(column, items, pairs, disputed=units.disputed) for column in columns]


def coefficient(column: Floats, items: int, pairs: int, *, disputed: int) -> Coefficient:
    """`column`: of `resampled`; nan where chance alone would agree as well."""
    value, resamples = column[0], column[1:]
    if not np.isfinite(value):
        return Undefined(figures.ONE_ANSWER, items, pairs)
    if np.isnan(resamples).sum() > MOST_WITHOUT * RESAMPLES:
        return Undefined(figures.NEARLY_ONE_ANSWER, items, pairs)
    caution = figures.narrow(items) if items < FEW_ITEMS else ""
    caution = caution if disputed else figures.none_differ(items)
    return Figure(float(value), *interval(resamples), items, pairs, caution)
