"""What holds for every value, valid or not."""

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from fields.kinds import Settings, clean_settings
from fields.validation import ValueRefused, clean_value, from_form, to_form
from tests.fields.samples import FIELDS, answers


@given(answers(), st.booleans())
def test_what_is_accepted_is_canonical_and_storable(
    answer: tuple[str, Settings, Any], required: bool
) -> None:
    kind, settings, raw = answer
    try:
        value = clean_value(kind, settings, raw, required=required)
    except ValueRefused:
        return
    again = clean_value(kind, settings, value, required=required)
    assert (repr(again), type(again)) == (repr(value), type(value))
    stored = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    assert clean_value(kind, settings, json.loads(stored), required=required) == value


@given(answers())
def test_a_form_gives_back_the_value_it_was_filled_with(
    answer: tuple[str, Settings, Any],
) -> None:
    kind, settings, raw = answer
    try:
        value = clean_value(kind, settings, raw, required=False)
    except ValueRefused:
        return
    assume(value != "")
    back = from_form(kind, settings, to_form(value))
    assert (back, type(back)) == (value, type(value))


@given(FIELDS, st.lists(st.text(), max_size=3), st.booleans())
def test_any_posted_strings_are_judged(
    field: tuple[str, Settings], raw: list[str], required: bool
) -> None:
    kind, settings = field
    sentence = "Accepted."
    try:
        clean_value(kind, settings, from_form(kind, settings, raw), required=required)
    except ValueRefused as refused:
        sentence = str(refused)
    assert sentence.endswith(".")


@given(st.integers(-9999, 9999), st.integers(1, 999), st.integers(0, 1000))
def test_every_point_of_a_decimal_grid_is_accepted(least: int, step: int, count: int) -> None:
    settings = clean_settings("number", {"min": least / 100, "step": step / 100})
    reckoned = least / 100 + count * (step / 100)
    value = clean_value("number", settings, reckoned, required=True)
    assert value == (least + count * step) / 100
