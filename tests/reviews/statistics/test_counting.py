"""Distributions, confusion and disputed items: counts, and the order in which they are told."""

import pytest

from fields.scales import Scale
from reviews.results.statistics.confusion import confusion, confusion_with
from reviews.results.statistics.disputed import DisputedItem, most_disputed
from reviews.results.statistics.distribution import distribution
from reviews.results.statistics.ratings import collect

ANSWERS = [
    ("i1", "Ada", "good"), ("i1", "Bo", "good"), ("i1", "Chi", "good"),
    ("i2", "Ada", "good"), ("i2", "Bo", "bad"), ("i2", "Chi", "good"),
    ("i3", "Ada", "bad"), ("i3", "Bo", "good"),
]  # fmt: skip
VERDICTS = collect(ANSWERS, scale=Scale.NOMINAL, values=["good", "unsure", "bad"])


def test_a_distribution_holds_answers_that_nobody_gave() -> None:
    found = distribution(VERDICTS)
    assert found.values == ["good", "unsure", "bad"]
    assert found.counts == [6, 0, 2]
    assert found.by_rater == {"Ada": [2, 0, 1], "Bo": [2, 0, 1], "Chi": [2, 0, 0]}
    assert found.total == len(ANSWERS)


def test_answers_that_are_not_fixed_are_told_in_their_order() -> None:
    numbers = collect([("a", "Ada", 10), ("b", "Ada", 9.5), ("c", "Bo", 9.5)], scale=Scale.INTERVAL)
    assert distribution(numbers).values == [9.5, 10]
    assert distribution(numbers).counts == [2, 1]
    days = collect([("a", "Ada", "2026-10-01"), ("a", "Bo", "2026-09-30")], scale=Scale.INTERVAL)
    assert distribution(days).values == ["2026-09-30", "2026-10-01"]
    assert days.numbers.tolist() == [0, 1]


def test_confusion_of_two_people() -> None:
    found = confusion(VERDICTS, "Ada", "Bo")
    assert found.counts == [[1, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert (found.total, found.agreed) == (3, 1)
    turned = confusion(VERDICTS, "Bo", "Ada")
    assert turned.counts == [list(row) for row in zip(*found.counts, strict=True)]
    with pytest.raises(ValueError, match="not in list"):
        confusion(VERDICTS, "Ada", "Eve")


def test_confusion_of_answers_with_final_values() -> None:
    final = {"i1": "good", "i2": "bad", "elsewhere": "bad"}
    found = confusion_with(VERDICTS, final)
    assert found.counts == [[3, 0, 2], [0, 0, 0], [0, 0, 1]]
    assert confusion_with(VERDICTS, final, rater="Bo").counts == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert confusion_with(VERDICTS, {}).total == 0


def test_a_final_value_that_nobody_answered_is_in_the_matrix() -> None:
    numbers = collect([("a", "Ada", 1), ("a", "Bo", 3)], scale=Scale.INTERVAL)
    found = confusion_with(numbers, {"a": 2})
    assert found.values == [1, 3, 2]
    assert found.counts == [[0, 0, 1], [0, 0, 1], [0, 0, 0]]


def test_the_most_disputed_come_first_and_the_undisputed_do_not_come() -> None:
    assert most_disputed(VERDICTS) == [
        DisputedItem("i3", 1.0, 2), DisputedItem("i2", 1 - 2 / 6, 3),
    ]  # fmt: skip
    assert most_disputed(VERDICTS, most=1) == [DisputedItem("i3", 1.0, 2)]


def test_on_an_ordered_scale_far_apart_is_worse_than_side_by_side() -> None:
    rows = [("near", "Ada", 4), ("near", "Bo", 5), ("far", "Ada", 1), ("far", "Bo", 5)]
    ratings = collect(rows, scale=Scale.ORDINAL, values=range(1, 6))
    assert most_disputed(ratings) == [
        DisputedItem("far", 1.0, 2), DisputedItem("near", 1 / 16, 2),
    ]  # fmt: skip


def test_options_of_one_field_count_alike() -> None:
    one = collect([("a", "Ada", True), ("a", "Bo", False)], scale=Scale.NOMINAL)
    other = collect([("a", "Ada", True), ("a", "Bo", True)], scale=Scale.NOMINAL)
    assert most_disputed(one, other) == [DisputedItem("a", 0.5, 2)]


def test_texts_are_not_disputed() -> None:
    assert most_disputed(collect([("a", "Ada", "x"), ("a", "Bo", "y")], scale=None)) == []
    assert most_disputed(collect([], scale=Scale.NOMINAL)) == []
    assert distribution(collect([], scale=Scale.NOMINAL)).total == 0
