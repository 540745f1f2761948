"""What answers are counted as: values, options, places, ranges."""

from typing import Any

import pytest

from fields.kinds import clean_settings
from fields.models import Field
from reviews.results.analytics.answers import FieldAnswers
from reviews.results.analytics.distributions import AnswerCounts, answer_counts
from reviews.results.statistics.distribution import distribution

from ...factories import SETTINGS


def counts(kind: str, *values: Any, **settings: Any) -> AnswerCounts:
    """Each of a person of their own, from 1 on, to one item."""
    field = Field(kind=kind, settings=clean_settings(kind, settings or SETTINGS.get(kind, {})))
    people = list(range(1, len(values) + 1))
    answers = FieldAnswers(field, [1] * len(values), people, list(values))
    return answer_counts(field, distribution(answers.ratings))


def rows(*given: Any, **settings: Any) -> list[tuple[str, int]]:
    return [(row.label, row.count) for row in counts(*given, **settings).rows]


def test_an_answer_that_nobody_gave_is_there_with_zero() -> None:
    assert rows("boolean", False, False) == [("Yes", 0), ("No", 2)]
    assert rows("rating", 1, 3, 3, stars=3) == [("1 of 3", 1), ("2 of 3", 0), ("3 of 3", 2)]


def test_who_gave_it_is_told() -> None:
    found = counts("thumbs", "up", "down", "up")
    assert dict(found.rows[0].counts) == {1: 1, 2: 0, 3: 1}
    assert dict(found.answered) == {1: 1, 2: 1, 3: 1}


def test_of_several_choices_each_option_is_counted_and_none_of_them_too() -> None:
    found = counts("categories", ["tone", "facts"], ["facts"], [])
    assert [(row.label, row.count) for row in found.rows] == [
        ("Tone", 1), ("Facts", 2), ("Policy", 0), ("None of these", 1),
    ]  # fmt: skip
    assert (found.total, found.counted) == (3, "chosen")


def test_of_rankings_the_first_place_and_the_mean() -> None:
    found = counts("ranking", ["facts", "tone", "policy"], ["facts", "policy", "tone"])
    told = [(row.label, row.count, row.mean_place) for row in found.rows]
    assert told == [("Facts", 2, 1.0), ("Tone", 0, 2.5), ("Policy", 0, 2.5)]


def test_few_numbers_are_counted_each_zero_among_them() -> None:
    assert rows("integer", 0, -2, 0) == [("-2", 1), ("0", 2)]


@pytest.mark.parametrize(
    ("kind", "values", "first", "last"),
    [
        ("integer", range(-20, 21), ("-20 to -16", 5), ("20 to 24", 1)),
        ("number", [n / 100 for n in range(100)], ("0 to below 0.1", 10), ("0.9 to below 1", 10)),
        (
            "date", [f"2026-{month:02}-01" for month in range(1, 13)] + ["2025-01-01"] * 4
            + [f"2025-0{month}-01" for month in range(2, 7)],
            None, None,
        ),
    ],
)  # fmt: skip
def test_many_numbers_are_counted_in_round_ranges(
    kind: str, values: Any, first: Any, last: Any
) -> None:
    found = rows(kind, *values, min=None, max=None)
    assert sum(count for _, count in found) == len(list(values))
    assert 4 <= len(found) <= 12
    if first:
        assert (found[0], found[-1]) == (first, last)


def test_texts_have_no_rows() -> None:
    assert rows("text", "one", "other") == []
    assert counts("text", "one", "other").total == 2


def test_nothing_answered_is_nothing_counted() -> None:
    assert rows("integer") == []
    assert rows("boolean") == [("Yes", 0), ("No", 0)]
