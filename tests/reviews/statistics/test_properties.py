"""What holds of every table: bounds, perfect agreement, the order of people and items."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fields.scales import Scale
from reviews.results.statistics.agreement import Agreement, agreement, gwet_ac, krippendorff_alpha
from reviews.results.statistics.figures import Coefficient, Figure, Undefined
from reviews.results.statistics.pairs import cohen_kappa, pair_matrix
from reviews.results.statistics.ratings import collect
from reviews.results.statistics.units import MOST_VALUES

Table = list[list[int | None]]
scales = st.sampled_from(list(Scale))
few = settings(max_examples=40, deadline=None)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A row for each item; None where somebody did not answer."""
    people = draw(st.integers(2, 4))
    cell = st.one_of(st.none(), st.integers(1, 4))
    return draw(st.lists(st.lists(cell, min_size=people, max_size=people), min_size=5, max_size=12))


def answers(table: Table) -> list[tuple[int, int, int]]:
    return [
        (item, person, value)
        for item, row in enumerate(table)
        for person, value in enumerate(row)
        if value is not None
    ]


def of_table(table: Table, scale: Scale) -> Agreement:
    return agreement(collect(answers(table), scale=scale, values=range(1, 5)))


def all_of(found: Agreement) -> list[Coefficient]:
    return [found.percent, found.alpha, found.fleiss, found.gwet]


def is_close(one: Coefficient, other: Coefficient) -> bool:
    """Sums in another order differ in their last digits."""
    if isinstance(one, Undefined) or isinstance(other, Undefined):
        return one == other
    told, again = ((f.value, f.low, f.high) for f in (one, other))
    return told == pytest.approx(again) and replace(one, value=0, low=0, high=0) == replace(
        other, value=0, low=0, high=0
    )


@few
@given(tables(), scales, st.randoms(use_true_random=False))
def test_neither_the_order_of_people_nor_that_of_items_matters(
    table: Table, scale: Scale, random: Any
) -> None:
    people = list(range(len(table[0])))
    random.shuffle(people)
    turned = [[row[person] for person in people] for row in table]
    random.shuffle(turned)
    both = zip(all_of(of_table(table, scale)), all_of(of_table(turned, scale)), strict=True)
    assert all(is_close(one, other) for one, other in both)


@few
@given(tables(), scales)
def test_figures_keep_their_bounds(table: Table, scale: Scale) -> None:
    """AC2 alone can be below −1."""
    found = of_table(table, scale)
    for one, least in zip(all_of(found), (0.0, -1.0, -1.0, -10.0), strict=True):
        if isinstance(one, Figure):
            assert least - 1e-9 <= one.low <= one.high <= 1 + 1e-9
            assert least - 1e-9 <= one.value <= 1 + 1e-9
        else:
            assert one.reason.endswith(".")


@few
@given(st.lists(st.integers(1, 4), min_size=12, max_size=20), st.integers(2, 4), scales)
def test_perfect_agreement_is_one(truth: list[int], people: int, scale: Scale) -> None:
    """Each answer is there three times at least, or nearly all are the same."""
    truth = [*truth, *(1, 2, 3, 4) * 3]
    table: Table = [[value] * people for value in truth]
    for found in all_of(of_table(table, scale)):
        assert isinstance(found, Figure)
        assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))
        assert f"None of the {len(truth)} items is disputed" in found.caution


@few
@given(tables(), scales)
def test_coefficients_equal_their_definitions_over_pairs(table: Table, scale: Scale) -> None:
    """Written out over all pairs of answers, as no resample could be."""
    ratings = collect(answers(table), scale=scale, values=range(1, 5))
    alpha, gwet = krippendorff_alpha(ratings), gwet_ac(ratings)
    if isinstance(alpha, Figure):
        assert alpha.value == pytest.approx(alpha_by_pairs(table, scale))
    if isinstance(gwet, Figure):
        assert gwet.value == pytest.approx(gwet_by_pairs(table, scale))


@pytest.mark.parametrize("scale", [Scale.NOMINAL, Scale.INTERVAL])
def test_answers_of_more_kinds_than_are_counted_by_kind(scale: Scale) -> None:
    """Items are sums then, and totals are counted anew in each resample."""
    table: Table = [[n, n if n % 3 else n // 2, n if n % 4 else None] for n in range(90)]
    ratings = collect(answers(table), scale=scale)
    assert len(ratings.values) > MOST_VALUES
    found = agreement(ratings)
    assert isinstance(found.alpha, Figure)
    assert found.alpha.value == pytest.approx(alpha_by_pairs(table, scale))
    assert 0.3 < found.alpha.low < found.alpha.value < found.alpha.high < 1
    kappa = cohen_kappa(ratings, 0, 1)
    assert isinstance(kappa, Figure)
    assert kappa.value == pytest.approx(kappa_by_pairs([(row[0], row[1]) for row in table], scale))
    assert 0.3 < kappa.low < kappa.value < kappa.high < 1


def kappa_by_pairs(both: Sequence[tuple[Any, Any]], scale: Scale) -> float:
    def distance(a: int, b: int) -> float:
        return float(a != b) if scale == Scale.NOMINAL else float((a - b) ** 2)

    observed = sum(distance(*pair) for pair in both) / len(both)
    chance = sum(distance(a, b) for (a, _), (_, b) in product(both, both)) / len(both) ** 2
    return 1 - observed / chance


def alpha_by_pairs(table: Table, scale: Scale) -> float:
    units = [[v for v in row if v is not None] for row in table]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in units for value in unit]

    def distance(a: int, b: int) -> float:
        if scale == Scale.NOMINAL:
            return float(a != b)
        low, high = sorted((a, b))
        between = sum(low <= value <= high for value in pooled)
        ends = (pooled.count(a) + pooled.count(b)) / 2
        return (between - ends) ** 2 if scale == Scale.ORDINAL else float((a - b) ** 2)

    def mean(values: list[int]) -> float:
        return 2 * sum(distance(a, b) for a, b in combinations(values, 2)) / (len(values) - 1)

    return 1 - sum(mean(unit) for unit in units) / mean(pooled)


def gwet_by_pairs(table: Table, scale: Scale) -> float:
    units = [[v for v in row if v is not None] for row in table]
    units = [unit for unit in units if unit]
    paired = [unit for unit in units if len(unit) > 1]
    values = range(1, 5)

    def weight(a: int, b: int) -> float:
        return float(a == b) if scale == Scale.NOMINAL else 1 - (a - b) ** 2 / 9

    def agreeing(unit: list[int]) -> float:
        pairs = list(combinations(unit, 2))
        return sum(weight(*pair) for pair in pairs) / len(pairs)

    observed = sum(map(agreeing, paired)) / len(paired)
    given = [sum(unit.count(v) / len(unit) for unit in units) / len(units) for v in values]
    total = sum(weight(*pair) for pair in product(values, values))
    expected = total / 12 * sum(p * (1 - p) for p in given)
    return (observed - expected) / (1 - expected)


@few
@given(tables(), scales)
def test_of_two_people_kappa_is_there_once(table: Table, scale: Scale) -> None:
    ratings = collect(answers(table), scale=scale, values=range(1, 5))
    found = pair_matrix(ratings)
    people = len(ratings.raters)
    assert len({frozenset((pair.one, pair.other)) for pair in found}) == len(found)
    assert len(found) == people * (people - 1) // 2
