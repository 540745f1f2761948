"""When a queue may be done: ranges and refusals, by hand-made figures."""

import random
from math import inf
from statistics import mean, stdev

import pytest

from queues.queries.forecast import FEWEST, MOST_DAYS, Between, TooLittle, days_left, hours_left


def test_equal_days_give_one_day() -> None:
    assert days_left([10] * 5, 40) == Between(4, 4)
    assert days_left([10] * 5, 41) == Between(5, 5)


def test_days_that_differ_give_a_range_around_the_mean() -> None:
    found = days_left([2, 18, 10, 4, 16, 12, 8], 100)
    assert isinstance(found, Between)
    assert found.most is not None
    assert found.least < 10 < found.most


def test_more_days_of_the_same_spread_narrow_it() -> None:
    few, many = days_left([5, 15, 10], 100), days_left([5, 15, 10] * 4, 100)
    assert isinstance(few, Between)
    assert isinstance(many, Between)
    assert (many.most or inf) - many.least < (few.most or inf) - few.least


def test_days_that_differ_too_much_have_no_last_day() -> None:
    found = days_left([0, 0, 30, 0], 400)
    assert isinstance(found, Between)
    assert found.most is None


@pytest.mark.parametrize("done", [[], [50], [50, 60]])
def test_too_few_days_are_refused(done: list[int]) -> None:
    found = days_left(done, 10)
    assert isinstance(found, TooLittle)
    assert "3 whole days" in found.sentence


@pytest.mark.parametrize("done", [[0, 0, 0], [3, 3, 3], [0] * 13 + [9]])
def test_too_few_items_are_refused(done: list[int]) -> None:
    found = days_left(done, 10)
    assert isinstance(found, TooLittle)
    assert "fewer than 10 items" in found.sentence


def test_what_takes_more_than_a_year_is_refused() -> None:
    found = days_left([1] * 14, 10 * MOST_DAYS)
    assert isinstance(found, TooLittle)
    assert "more than 365 days" in found.sentence


def test_eight_in_ten_futures_end_in_the_range() -> None:
    chance, inside = random.Random(7), 0
    for _ in range(400):
        seen = [max(0, round(chance.gauss(12, 4))) for _ in range(14)]
        found = days_left(seen, 200)
        assert isinstance(found, Between)
        left, day = 200, 0
        while left > 0:
            left, day = left - max(0, round(chance.gauss(12, 4))), day + 1
        inside += found.least <= day <= (found.most or inf)
    assert 0.76 < inside / 400 < 0.93  # whole days make it a little wider


def test_hours_are_the_mean_times_what_is_left() -> None:
    sample = [60_000, 90_000, 120_000, 30_000] * 5
    found = hours_left(measured=20, mean_ms=mean(sample), deviation_ms=stdev(sample), left=48)
    assert isinstance(found, Between)
    assert found.most is not None
    middle = 48 * mean(sample) / 3_600_000
    assert found.least < middle < found.most
    assert found.least + found.most == pytest.approx(2 * middle)


def test_hours_of_too_few_annotations_are_refused() -> None:
    found = hours_left(measured=FEWEST - 1, mean_ms=1, deviation_ms=1, left=5)
    assert isinstance(found, TooLittle)
    assert "9 of the 10" in found.sentence
