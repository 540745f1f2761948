"""What the literature computed from its tables, to its last digit."""

import pytest

from fields.scales import Scale
from reviews.results.statistics.agreement import (
    agreement,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
)
from reviews.results.statistics.figures import Coefficient, Figure
from reviews.results.statistics.pairs import cohen_kappa

from . import tables


def value(coefficient: Coefficient) -> float:
    assert isinstance(coefficient, Figure)
    assert coefficient.low <= coefficient.value <= coefficient.high
    return coefficient.value


@pytest.mark.parametrize(
    ("scale", "alpha"),
    [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)],
)
def test_krippendorff_2011_with_missing_data(scale: Scale, alpha: float) -> None:
    found = krippendorff_alpha(tables.read(tables.KRIPPENDORFF, scale))
    assert round(value(found), 3) == alpha
    assert (found.items, found.pairs) == (11, 55)


def test_krippendorff_2011_of_two_observers() -> None:
    binary = tables.read(tables.KRIPPENDORFF_BINARY, Scale.NOMINAL)
    assert round(value(krippendorff_alpha(binary)), 3) == 0.095
    nominal = tables.read(tables.KRIPPENDORFF_NOMINAL, Scale.NOMINAL)
    assert round(value(krippendorff_alpha(nominal)), 3) == 0.692


def test_fleiss_1971() -> None:
    found = fleiss_kappa(tables.of_counts(tables.FLEISS))
    assert round(value(found), 3) == 0.430
    assert found.items == 30


def test_cohen_1960() -> None:
    found = cohen_kappa(tables.of_cells(tables.COHEN), "one", "other")
    assert round(value(found), 3) == 0.492
    assert (found.items, found.pairs) == (200, 200)


def test_gwet_2008_where_one_answer_dominates() -> None:
    ratings = tables.of_cells(tables.GWET)
    assert round(value(gwet_ac(ratings)), 4) == 0.9408
    assert round(value(cohen_kappa(ratings, "one", "other")), 4) == -0.0234
    assert agreement(ratings).one_dominates


def test_gwet_2014_with_missing_data() -> None:
    ratings = tables.read(tables.KRIPPENDORFF, Scale.NOMINAL, range(1, 6))
    assert round(value(gwet_ac(ratings)), 3) == 0.775
