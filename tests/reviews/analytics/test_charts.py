"""Where things are drawn."""

from datetime import date

import pytest

from reviews.results.analytics.charts import axis_start, day_chart, interval, shade
from reviews.results.analytics.throughput import Day
from reviews.results.analytics.wording import decimals, reason, with_interval
from reviews.results.statistics.figures import Figure, Undefined


def figure(value: float, low: float, high: float) -> Figure:
    return Figure(value, low, high, 50, 150)


def test_an_interval_is_drawn_within_its_scale_and_no_figure_is_not() -> None:
    found = interval(figure(0.5, 0.0, 1.0), 0)
    assert found
    assert (found.zero, found.low, found.value, found.high) == (5, 5, 60, 115)
    below = figure(-0.2, -0.6, 0.1)
    assert axis_start([below, Undefined("why")]) == -1
    drawn = interval(below, -1)
    assert drawn
    assert 5 <= drawn.low < drawn.value < drawn.zero < drawn.high <= 115
    assert interval(Undefined("why"), 0) is None


@pytest.mark.parametrize(("share", "found"), [(0, 0), (0.001, 1), (0.2, 2), (0.99, 5), (1, 5)])
def test_shades(share: float, found: int) -> None:
    assert shade(share) == found


def test_days_without_anything_are_drawn_and_early_ones_left_to_the_table() -> None:
    days = [Day(date(2026, 1, 1), 5, 1, None), Day(date(2026, 11, 28), 2, 1, None),
            Day(date(2026, 12, 1), 4, 2, None)]  # fmt: skip
    chart = day_chart(days)
    assert chart
    assert [one.count for one in chart.columns[-4:]] == [2, 0, 0, 4]
    assert [one.height for one in chart.columns[-4:]] == [50, 0, 0, 100]
    assert (len(chart.columns), chart.earlier, chart.most) == (90, 1, 4)
    assert day_chart([]) is None


def test_no_figure_is_told_without_its_interval() -> None:
    assert with_interval(figure(0.62, 0.41, 0.79)) == "0.62, between 0.41 and 0.79"
    assert with_interval(figure(0.62, 0.41, 0.79), share=True) == "62 %, between 41 % and 79 %"
    assert with_interval(Undefined("Nobody answered.")) == ""
    assert reason(Undefined("Nobody answered.")) == "Nobody answered."
    assert [decimals(value) for value in (-0.001, -0.5, 0)] == ["0.00", "−0.50", "0.00"]
