"""The coefficients as formulas over sums of items, for many resamples at once. Pure.

W is resamples × patterns, how often each pattern is in each resample. Squared distances of all
ordered pairs in an item are 2 (m Σx² − (Σx)²), so that quadratic weights need no matrix of pairs.
"""

from dataclasses import dataclass

import numpy as np

from fields.scales import Scale

from .ratings import Floats
from .resampling import Formula
from .units import Units

TINY = 1e-12


@dataclass(frozen=True)
class Formulas:
    percent: Formula
    alpha: Formula
    fleiss: Formula
    gwet: Formula


def formulas_of(units: Units) -> Formulas:
    return Formulas(
        percent=_percent(units),
        alpha=_alpha(units),
        fleiss=_fleiss(units),
        gwet=_gwet(units),
    )


def beyond_chance(observed: Floats, expected: Floats, unit: Floats | float = 1.0) -> Floats:
    """1 − observed ÷ expected disagreement; nan where none is expected. `unit`: what is large."""
    there = expected > TINY * unit
    ratio = np.divide(observed, expected, out=np.full_like(expected, np.nan), where=there)
    return 1 - ratio


def _percent(units: Units) -> Formula:
    pairs = units.answers * (units.answers - 1)
    return lambda w: (w @ units.alike) / (w @ pairs)


def _alpha(units: Units) -> Formula:
    if units.scale == Scale.ORDINAL:
        return _alpha_ordinal(units)
    return _alpha_interval(units) if units.scale == Scale.INTERVAL else _alpha_nominal(units)


def _alpha_nominal(units: Units) -> Formula:
    """Krippendorff 2011, section C: D_o ÷ D_e, both times n."""
    m = units.answers
    differing = (m * (m - 1) - units.alike) / np.maximum(m - 1, 1)

    def alpha(w: Floats) -> Floats:
        n = w @ m
        return beyond_chance(w @ differing, (n**2 - _squared_totals(units, w)) / (n - 1), n)

    return alpha


def _alpha_interval(units: Units) -> Formula:
    """Krippendorff 2011, section E, with δ² = (c − k)²."""
    m, x, xx = units.answers, units.sums, units.squares
    differing = 2 * (m * xx - x**2) / np.maximum(m - 1, 1)

    def alpha(w: Floats) -> Floats:
        n, total, squares = w @ m, w @ x, w @ xx
        return beyond_chance(w @ differing, 2 * (n * squares - total**2) / (n - 1), squares)

    return alpha


def _alpha_ordinal(units: Units) -> Formula:
    """Krippendorff 2011, section D: its δ² is the squared distance of middle ranks, n_1 + … + n_c −
    n_c ÷ 2, of the answers in the resample itself.
    """
    if units.counts is None:
        raise ValueError("An ordinal scale has few steps.")
    counts, m = units.counts, units.answers
    steps = counts.shape[1]
    both = counts[:, :, None] * counts[:, None, :] - np.einsum("pc,ck->pck", counts, np.eye(steps))
    coincidences = (both / np.maximum(m - 1, 1)[:, None, None]).reshape(-1, steps**2)

    def alpha(w: Floats) -> Floats:
        totals, pairs = w @ counts, (w @ coincidences).reshape(-1, steps, steps)
        rank = totals.cumsum(1) - totals / 2
        n, first, second = w @ m, (totals * rank).sum(1), (totals * rank**2).sum(1)
        observed = 2 * (second - np.einsum("bck,bc,bk->b", pairs, rank, rank))
        return beyond_chance(observed, 2 * (n * second - first**2) / (n - 1), second)

    return alpha


def _fleiss(units: Units) -> Formula:
    """Each item has the same number of answers. Chance is drawn with replacement."""
    m, x, xx = units.answers, units.sums, units.squares
    pairs = np.maximum(m * (m - 1), 1)
    if units.scale == Scale.NOMINAL or units.scale is None:
        differing = 1 - units.alike / pairs

        def kappa(w: Floats) -> Floats:
            expected = 1 - _squared_totals(units, w) / (w @ m) ** 2
            return beyond_chance(w @ differing / w.sum(1), expected)

        return kappa
    distance = 2 * (m * xx - x**2) / pairs

    def weighted(w: Floats) -> Floats:
        n = w @ m
        mean, square = w @ x / n, w @ xx / n
        return beyond_chance(w @ distance / w.sum(1), 2 * (square - mean**2), square)

    return weighted


def _gwet(units: Units) -> Formula:
    """p_e = T_w ÷ (q (q − 1)) · Σ π (1 − π), T_w the sum of all weights, which is q unweighted."""
    if units.counts is None:
        return lambda w: np.full(len(w), np.nan)
    counts, m, x = units.counts, units.answers, units.numbers
    q = counts.shape[1]
    pairs = np.maximum(m * (m - 1), 1)
    if units.scale == Scale.NOMINAL or units.scale is None:
        agreeing, weights = units.alike / pairs, float(q)
    else:
        widest = np.ptp(x) ** 2 or 1.0
        agreeing = 1 - 2 * (m * units.squares - units.sums**2) / pairs / widest
        weights = float((1 - np.subtract.outer(x, x) ** 2 / widest).sum())
    paired, shares = (m > 1).astype(np.float64), counts / m[:, None]
    agreeing = agreeing * paired

    def ac(w: Floats) -> Floats:
        given = w @ shares / w.sum(1)[:, None]
        expected = weights / (q * (q - 1)) * (given * (1 - given)).sum(1)
        with np.errstate(invalid="ignore", divide="ignore"):  # a resample without pairs
            observed = w @ agreeing / (w @ paired)
        return beyond_chance(1 - observed, 1 - expected)

    return ac


def _squared_totals(units: Units, w: Floats) -> Floats:
    """Σ n_c² of each resample."""
    if units.counts is not None:
        squared: Floats = ((w @ units.counts) ** 2).sum(1)
        return squared
    totals = (np.bincount(units.code_of, row[units.item_of]) for row in w)
    return np.array([np.square(one).sum() for one in totals])
