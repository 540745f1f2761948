"""The judge of an answer: what is accepted, in which form, and what is refused."""

import json
from typing import Any

import pytest

from fields.kinds import Settings, clean_settings
from fields.validation import ABSENT, ValueRefused, clean_value
from tests.fields.samples import EVERY, sample

NAN, INF = float("nan"), float("inf")
TENTHS = clean_settings("number", {"min": 0, "max": 1, "step": 0.1})


def cleaned(kind: str, value: object, *, settings: Settings | None = None) -> Any:
    return clean_value(kind, sample(kind) if settings is None else settings, value, required=True)


def refusal(kind: str, value: object, *, settings: Settings | None = None) -> str:
    with pytest.raises(ValueRefused) as caught:
        cleaned(kind, value, settings=settings)
    return str(caught.value)


@pytest.mark.parametrize(("kind", "settings"), EVERY)
def test_absence_is_refused_only_where_an_answer_is_required(kind: str, settings: Settings) -> None:
    assert clean_value(kind, settings, ABSENT, required=False) is ABSENT
    assert refusal(kind, ABSENT, settings=settings) == "This needs an answer."


@pytest.mark.parametrize(("kind", "settings"), EVERY)
@pytest.mark.parametrize("required", [True, False])
def test_null_is_no_answer_of_any_kind(kind: str, settings: Settings, required: bool) -> None:
    with pytest.raises(ValueRefused):
        clean_value(kind, settings, None, required=required)


def test_zero_false_and_the_empty_string_are_values() -> None:
    assert cleaned("boolean", False) is False
    assert cleaned("integer", 0) == 0
    assert cleaned("number", 0) == 0
    assert clean_value("text", sample("text"), "", required=False) == ""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", True),
        ("thumbs", "up"),
        ("thumbs", "down"),
        ("integer", -7),
        ("integer", 2**53 - 1),
        ("number", -0.125),
        ("rating", 1),
        ("rating", 5),
        ("date", "2026-12-31"),
        ("date", "2024-02-29"),
        ("category", "fair"),
        ("categories", ["good", "poor"]),
        ("ranking", ["poor", "good", "fair"]),
        ("text", "Two lines\nand a 🚲"),
    ],
)
def test_canonical_values_pass_unchanged(kind: str, value: object) -> None:
    result = cleaned(kind, value)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", 1),
        ("boolean", "true"),
        ("thumbs", True),
        ("thumbs", "sideways"),
        ("thumbs", ["up"]),
        ("integer", True),
        ("integer", "3"),
        ("integer", 3.5),
        ("integer", 2**53),
        ("number", False),
        ("number", "0.5"),
        ("number", NAN),
        ("number", INF),
        ("number", -INF),
        ("number", 1e300),
        ("number", [1]),
        ("rating", 0),
        ("rating", 6),
        ("rating", 2.5),
        ("rating", True),
        ("date", "2026-02-29"),
        ("date", "2026-1-1"),
        ("date", "20260101"),
        ("date", "2026-W01-1"),
        ("date", "0000-01-01"),
        ("date", "12026-01-01"),
        ("date", "٢٠٢٦-٠١-٠١"),
        ("date", "2026-01-01T00:00"),
        ("date", "2026-01-01\n"),
        ("date", 20260101),
        ("date", ["2026-01-01"]),
        ("category", "Fair"),
        ("category", "excellent"),
        ("category", ["fair"]),
        ("category", {"value": "fair"}),
        ("categories", "fair"),
        ("categories", []),
        ("categories", ["fair", "fair"]),
        ("categories", ["fair", 1]),
        ("categories", [["fair"]]),
        ("ranking", []),
        ("ranking", ["poor", "good"]),
        ("ranking", ["poor", "good", "good"]),
        ("ranking", ["poor", "good", "fair", "poor"]),
        ("ranking", ["poor", "good", "Fair"]),
        ("ranking", ["poor", ["good"], "fair"]),
        ("ranking", "poor"),
        ("ranking", {"poor": 1, "good": 2, "fair": 3}),
        ("text", 5),
        ("text", ["words"]),
        ("text", "x" * 10_001),
    ],
)
def test_other_values_are_refused(kind: str, value: object) -> None:
    assert refusal(kind, value).endswith(".")


@pytest.mark.parametrize("kind", ["integer", "number", "rating"])
def test_a_number_too_long_to_print_is_refused(kind: str) -> None:
    refusal(kind, 10**5000)


def test_a_whole_number_may_be_written_as_a_float() -> None:
    for kind in ("integer", "rating", "number"):
        result = cleaned(kind, 3.0)
        assert (result, type(result)) == (3, int)
    assert json.dumps(cleaned("number", -0.0)) == "0"


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_bounds_are_inclusive_and_named(kind: str) -> None:
    settings = clean_settings(kind, {"min": -3, "max": 12})
    assert cleaned(kind, -3, settings=settings) == -3
    assert cleaned(kind, 12, settings=settings) == 12
    assert refusal(kind, -4, settings=settings) == "Give -3 or more; -4 is too small."
    assert refusal(kind, 13, settings=settings) == "Give 12 or less; 13 is too large."


def test_the_range_of_a_date_is_inclusive_and_named() -> None:
    settings = clean_settings("date", {"min": "2026-01-01", "max": "2026-12-31"})
    assert cleaned("date", "2026-01-01", settings=settings) == "2026-01-01"
    assert cleaned("date", "2026-12-31", settings=settings) == "2026-12-31"
    assert refusal("date", "2025-12-31", settings=settings) == (
        "Give 1 Jan 2026 or later; 31 Dec 2025 is too early."
    )
    assert refusal("date", "2027-01-01", settings=settings) == (
        "Give 31 Dec 2026 or earlier; 1 Jan 2027 is too late."
    )
    assert refusal("date", "2026-02-30") == "There is no day 2026-02-30."
    assert refusal("date", "31.12.2026") == (
        "“31.12.2026” is not a date: write it like “2026-12-31”."
    )


def test_every_tenth_is_on_a_grid_of_tenths() -> None:
    for tenths in range(11):
        assert cleaned("number", tenths / 10, settings=TENTHS) == tenths / 10


def test_noise_of_float_arithmetic_is_dropped() -> None:
    assert repr(cleaned("number", 0.1 + 0.2, settings=TENTHS)) == "0.3"
    assert repr(cleaned("number", 1 - 0.9, settings=TENTHS)) == "0.1"
    assert repr(cleaned("number", -1e-17, settings=TENTHS)) == "0"


@pytest.mark.parametrize("value", [0.05, 0.3001, 0.30000001, 0.99])
def test_values_between_two_steps_are_refused(value: float) -> None:
    assert refusal("number", value, settings=TENTHS) == (
        f"{value} is between two steps: count in 0.1 from 0."
    )


def test_the_grid_is_counted_from_the_minimum() -> None:
    settings = clean_settings("number", {"min": 0.05, "step": 0.1})
    assert cleaned("number", 0.35, settings=settings) == 0.35
    assert "from 0.05" in refusal("number", 0.3, settings=settings)


def test_the_maximum_is_allowed_off_the_grid_and_nothing_beyond_it() -> None:
    settings = clean_settings("number", {"min": 0, "max": 1, "step": 0.3})
    assert cleaned("number", 1, settings=settings) == 1
    assert cleaned("number", 0.9, settings=settings) == 0.9
    assert refusal("number", 0.95, settings=settings).startswith("0.95 is between two steps")
    assert refusal("number", 1.2, settings=settings) == "Give 1 or less; 1.2 is too large."
    assert refusal("number", 1.25, settings=settings) == "Give 1 or less; 1.25 is too large."


def test_a_step_that_is_no_decimal_fraction_still_has_a_grid() -> None:
    settings = clean_settings("number", {"min": 0, "max": 3, "step": 1 / 3})
    assert cleaned("number", 7 / 3, settings=settings) == pytest.approx(7 / 3)


def test_categories_come_back_in_option_order() -> None:
    assert cleaned("categories", ["poor", "good"]) == ["good", "poor"]


def test_a_ranking_places_every_option_once() -> None:
    assert refusal("ranking", ["poor"]) == "Put all 3 options in order; 1 placed."
    assert refusal("ranking", ["poor", "good", "poor"]) == "“Poor” is chosen twice."


def test_the_number_of_choices_is_bounded() -> None:
    settings = sample("categories", 1)
    assert cleaned("categories", [], settings=settings) == []
    assert refusal("categories", ["good", "fair", "poor"], settings=settings) == (
        "Choose 2 at most; 3 chosen."
    )
    assert refusal("categories", []) == "Choose 1 at least; 0 chosen."


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\x00b", "ab"),
        ("a\r\x00\nb", "a\nb"),
        ("a\ud800b", "a\ufffdb"),
        ("\udfff", "\ufffd"),
        ("\ud83d\udeb2", "🚲"),
        ("  kept  ", "  kept  "),
    ],
)
def test_text_is_made_storable(raw: str, stored: str) -> None:
    assert cleaned("text", raw) == stored


def test_text_is_counted_in_characters_after_newlines_are_made_one() -> None:
    settings = clean_settings("text", {"min_length": 3, "max_length": 4})
    assert cleaned("text", "🚲🚲\r\n🚲", settings=settings) == "🚲🚲\n🚲"
    assert refusal("text", "five5", settings=settings) == (
        "Write 4 characters at most; there are 5."
    )
    assert refusal("text", "a\r\n", settings=settings) == (
        "Write 3 characters at least; there are 2."
    )


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\x00", "\u2003"])
def test_a_required_text_must_say_something(blank: str) -> None:
    assert refusal("text", blank) == "This needs an answer."
    clean_value("text", sample("text"), blank, required=False)
