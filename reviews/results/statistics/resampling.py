"""The bootstrap over items: what a coefficient would have been, had other items been drawn. Pure.

Items are drawn with their answers, since answers to one item are not independent (Efron and
Tibshirani 1993, chapter 13). Equal items are drawn together: how often each of their patterns
comes is multinomial, which is the same draw and much less of it.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from .ratings import Floats, Ints

RESAMPLES: Final = 1000
SEED: Final = 20260
CELLS: Final = 250_000
"""Of a block of weights: 2 MB, which a processor's cache holds."""

DRAWS_PER_BINOMIAL: Final = 12
"""A binomial number costs as much as so many draws of one item."""

Formula = Callable[[Floats], Floats]
"""From weights (resamples × patterns: how often each is in it) to a figure of each resample, nan
where there is none.
"""


def resampled(times: Ints, formulas: Sequence[Formula]) -> Floats:
    """(1 + RESAMPLES) × formulas; the first row is of the items themselves.

    `times`: how many items each pattern has. The seed is fixed: equal answers give equal figures.
    """
    actual = times[np.newaxis].astype(np.float64)
    weights = chain([actual], _blocks(times))
    return np.concatenate(
        [np.stack([formula(block) for formula in formulas], axis=1) for block in weights]
    )


def interval(figures: Floats) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of those that are there."""
    low, high = np.percentile(figures[np.isfinite(figures)], [2.5, 97.5])
    return float(low), float(high)


def _blocks(times: Ints) -> Iterator[Floats]:
    """Weights of RESAMPLES resamples, as many at a time as fit."""
    draw = np.random.Generator(np.random.SFC64(SEED))
    items, patterns = int(times.sum()), len(times)
    which = np.repeat(np.arange(patterns), times)
    most = max(1, CELLS // max(patterns, items))
    for start in range(0, RESAMPLES, most):
        count = min(most, RESAMPLES - start)
        if patterns * DRAWS_PER_BINOMIAL < items:
            yield draw.multinomial(items, times / items, size=count).astype(np.float64)
        else:
            drawn = draw.integers(0, items, (count, items), np.int32)
            weights = np.empty((count, patterns))
            for row, chosen in zip(weights, drawn, strict=True):
                kept = chosen if patterns == items else which[chosen]
                row[:] = np.bincount(kept, minlength=patterns)
            yield weights
