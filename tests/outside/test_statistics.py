"""The statistics, which need none of the site, beside libraries of others, on drawn tables."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from fields.scales import Scale
from reviews.results.statistics.agreement import agreement, krippendorff_alpha
from reviews.results.statistics.agreement import fleiss_kappa as our_fleiss
from reviews.results.statistics.figures import Coefficient, Figure
from reviews.results.statistics.pairs import cohen_kappa
from reviews.results.statistics.ratings import Ratings, collect

TABLES = 25
MISSING = -1


def drawn(missing: float) -> Iterator[tuple[Any, int]]:
    """Items × people, answers from 0 on, with their number; people agree more or less."""
    draw = np.random.default_rng(7)
    for _ in range(TABLES):
        items, people, values = draw.integers((30, 2, 2), (90, 7, 7))
        truth = draw.integers(0, values, (items, 1)).repeat(people, 1)
        noise = draw.integers(0, values, (items, people))
        table = np.where(draw.random((items, people)) < draw.random(), truth, noise)
        table[draw.random((items, people)) < missing] = MISSING
        yield table, int(values)


def ratings_of(table: Any, values: int, scale: Scale) -> Ratings:
    given = [(*place, int(value)) for place, value in np.ndenumerate(table) if value != MISSING]
    return collect(
        ((item, person, value) for item, person, value in given), scale=scale, values=range(values)
    )


def is_close(found: Coefficient, theirs: float) -> None:
    assert isinstance(found, Figure)
    assert found.value == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("scale", list(Scale))
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_alpha_equals_that_of_krippendorff(scale: Scale, missing: float) -> None:
    for table, values in drawn(missing):
        data = np.where(table == MISSING, np.nan, table).T
        theirs = krippendorff.alpha(
            reliability_data=data,
            value_domain=list(range(values)),
            level_of_measurement=scale.value,
        )
        is_close(krippendorff_alpha(ratings_of(table, values, scale)), theirs)


def test_fleiss_kappa_and_percent_agreement_equal_those_of_statsmodels() -> None:
    for table, values in drawn(0):
        ratings = ratings_of(table, values, Scale.NOMINAL)
        counts, _ = aggregate_raters(table, n_cat=values)
        is_close(our_fleiss(ratings), fleiss_kappa(counts))
        pairs = [a == b for a, b in combinations(table.T, 2)]
        is_close(agreement(ratings).percent, np.mean(pairs))


@pytest.mark.parametrize(
    ("scale", "weights"), [(Scale.NOMINAL, None), (Scale.ORDINAL, "quadratic")]
)
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_cohens_kappa_equals_that_of_scikit_learn_and_statsmodels(
    scale: Scale, weights: str | None, missing: float
) -> None:
    for table, values in drawn(missing):
        ratings = ratings_of(table, values, scale)
        both = table[(table[:, :2] != MISSING).all(1), :2]
        theirs = cohen_kappa_score(*both.T, weights=weights, labels=list(range(values)))
        is_close(cohen_kappa(ratings, 0, 1), theirs)
        cells = np.bincount(both @ (values, 1), minlength=values**2).reshape(values, values)
        again = cohens_kappa(cells, wt=weights, return_results=False)
        is_close(cohen_kappa(ratings, 0, 1), again)
