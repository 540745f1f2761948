"""Fields and answers in words."""

from typing import Any

import pytest

from fields.describing import show_value, summary
from fields.kinds import clean_settings
from tests.fields.samples import OPTIONS, sample

SIX = [{"label": letter} for letter in "ABCDEF"]


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("boolean", {}, "Yes or no"),
        ("boolean", {"true_label": "Safe"}, "Yes or no, “Safe” or “No”"),
        ("thumbs", {}, "Thumbs up or down"),
        ("integer", {}, "Whole number"),
        ("integer", {"unit": "errors"}, "Whole number, in errors"),
        ("integer", {"min": 0, "unit": "errors"}, "Whole number, 0 or more errors"),
        ("integer", {"max": 0}, "Whole number, 0 or less"),
        (
            "number",
            {"min": 0, "max": 1, "step": 0.1, "widget": "slider"},
            "Number, 0 to 1, in steps of 0.1, slider",
        ),
        ("rating", {}, "Rating, 1–5"),
        (
            "rating",
            {"low_label": "poor", "high_label": "excellent"},
            "Rating, 1–5, poor to excellent",
        ),
        ("date", {}, "Date"),
        ("date", {"min": "2026-12-31"}, "Date, 31 Dec 2026 or later"),
        ("category", {"options": OPTIONS}, "One choice, Good, Fair, Poor"),
        ("categories", {"options": SIX}, "Several choices, at least 1, A, B, C, D, 2 more"),
        (
            "categories",
            {"options": OPTIONS, "max_choices": 2},
            "Several choices, 1 to 2, Good, Fair, Poor",
        ),
        ("ranking", {"options": SIX}, "Ranking, A, B, C, D, 2 more"),
        ("text", {"multiline": False}, "Text, up to 10000 characters, one line"),
        ("text", {"min_length": 5, "max_length": 90}, "Text, 5 to 90 characters"),
    ],
)
def test_a_field_is_told_in_one_line(kind: str, settings: dict[str, Any], words: str) -> None:
    assert summary(kind, clean_settings(kind, settings)) == words


@pytest.mark.parametrize(
    ("kind", "place", "value", "words"),
    [
        ("boolean", 1, False, "Unsafe"),
        ("thumbs", 0, "up", "Thumbs up"),
        ("integer", 1, 0, "0 errors"),
        ("number", 1, 0.3, "0.3"),
        ("rating", 1, 4, "4 of 10"),
        ("date", 0, "2026-12-01", "1 Dec 2026"),
        ("category", 0, "fair", "Fair"),
        ("categories", 0, ["good", "poor"], "Good, Poor"),
        ("categories", 1, [], "None of these"),
        ("ranking", 0, ["poor", "good", "fair"], "1. Poor, 2. Good, 3. Fair"),
        ("text", 0, "As it is", "As it is"),
    ],
)
def test_a_value_is_shown_in_the_words_of_its_field(
    kind: str, place: int, value: Any, words: str
) -> None:
    assert show_value(kind, sample(kind, place), value) == words
