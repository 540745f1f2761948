"""What can be set on each kind of field, and what is said when it cannot."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fields.kinds import KINDS, SettingsError, clean_settings
from tests.fields.samples import EVERY, JSON, OPTIONS


def errors_of(kind: str, settings: Any) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        clean_settings(kind, settings)
    return caught.value.field_errors


def options_error(*options: Any) -> str:
    return errors_of("category", {"options": list(options)})["options"]


def test_defaults_are_filled_in() -> None:
    assert clean_settings("boolean", {}) == {"true_label": "Yes", "false_label": "No"}
    assert clean_settings("thumbs", {}) == {}
    assert clean_settings("integer", {}) == {"min": None, "max": None, "unit": ""}
    assert clean_settings("number", {}) == {
        "min": None,
        "max": None,
        "step": None,
        "unit": "",
        "widget": "input",
    }
    assert clean_settings("rating", {}) == {"stars": 5, "low_label": "", "high_label": ""}
    assert clean_settings("date", {}) == {"min": None, "max": None}
    assert clean_settings("text", {}) == {
        "min_length": 0,
        "max_length": 10_000,
        "multiline": True,
        "placeholder": "",
    }


def test_null_stands_for_the_default() -> None:
    assert clean_settings("rating", {"stars": None}) == clean_settings("rating", {})


@pytest.mark.parametrize(("kind", "settings"), EVERY)
def test_cleaning_twice_changes_nothing(kind: str, settings: dict[str, Any]) -> None:
    assert clean_settings(kind, settings) == settings
    assert clean_settings(kind, json.loads(json.dumps(settings))) == settings


def test_unknown_kind_is_refused() -> None:
    assert errors_of("colour", {}) == {"kind": "There is no kind “colour” of field."}


@pytest.mark.parametrize("settings", [None, [], "min=1", 3])
def test_settings_must_be_an_object(settings: Any) -> None:
    assert errors_of("integer", settings) == {"settings": "Give the settings as an object."}


def test_every_fault_is_reported_under_its_own_key() -> None:
    errors = errors_of("integer", {"min": "1", "max": 2.5, "stars": 3})
    assert errors == {
        "min": "Give a number.",
        "max": "Give a whole number, without a fraction.",
        "stars": "This kind has no setting “stars”.",
    }


@pytest.mark.parametrize(
    ("kind", "settings", "key"),
    [
        ("boolean", {"true_label": " "}, "true_label"),
        ("boolean", {"true_label": "Fine", "false_label": "FINE"}, "false_label"),
        ("boolean", {"true_label": "x" * 101}, "true_label"),
        ("integer", {"min": 2, "max": 1}, "max"),
        ("integer", {"min": True}, "min"),
        ("integer", {"max": 2**53}, "max"),
        ("integer", {"unit": "x" * 21}, "unit"),
        ("number", {"min": 0.2, "max": 0.1}, "max"),
        ("number", {"min": float("nan")}, "min"),
        ("number", {"max": float("inf")}, "max"),
        ("number", {"step": 0}, "step"),
        ("number", {"step": -0.1}, "step"),
        ("number", {"step": "0.1"}, "step"),
        ("number", {"widget": "dial"}, "widget"),
        ("number", {"widget": ["slider"]}, "widget"),
        ("number", {"widget": "slider", "max": 1}, "min"),
        ("number", {"widget": "slider", "min": 0}, "max"),
        ("number", {"widget": "slider", "min": 1, "max": 1}, "max"),
        ("rating", {"stars": 1}, "stars"),
        ("rating", {"stars": 11}, "stars"),
        ("rating", {"stars": True}, "stars"),
        ("rating", {"low_label": 1}, "low_label"),
        ("date", {"min": "31.12.2026"}, "min"),
        ("date", {"min": "2026-02-29"}, "min"),
        ("date", {"max": 20261231}, "max"),
        ("date", {"min": "2026-01-02", "max": "2026-01-01"}, "max"),
        ("category", {}, "options"),
        ("categories", {}, "options"),
        ("categories", {"options": OPTIONS, "min_choices": 4}, "min_choices"),
        ("categories", {"options": OPTIONS, "max_choices": 4}, "max_choices"),
        ("categories", {"options": OPTIONS, "max_choices": 0}, "max_choices"),
        ("categories", {"options": OPTIONS, "min_choices": 3, "max_choices": 2}, "max_choices"),
        ("ranking", {}, "options"),
        ("ranking", {"options": OPTIONS, "min_choices": 1}, "min_choices"),
        ("text", {"min_length": -1}, "min_length"),
        ("text", {"max_length": 0}, "max_length"),
        ("text", {"max_length": 100_001}, "max_length"),
        ("text", {"min_length": 6, "max_length": 5}, "max_length"),
        ("text", {"multiline": 1}, "multiline"),
        ("text", {"placeholder": "x" * 201}, "placeholder"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    kind: str, settings: dict[str, Any], key: str
) -> None:
    assert list(errors_of(kind, settings)) == [key]


def test_a_number_too_long_to_print_is_refused() -> None:
    assert list(errors_of("number", {"max": 10**5000})) == ["max"]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("integer", {"min": 1, "max": 1}),
        ("integer", {"min": -5, "max": -5}),
        ("number", {"min": 0, "max": 0.5, "step": 0.2}),
        ("number", {"widget": "slider", "min": 0, "max": 1}),
        ("rating", {"stars": 2}),
        ("rating", {"stars": 10}),
        ("date", {"min": "2026-01-01", "max": "2026-01-01"}),
        ("date", {"min": "0001-01-01", "max": "9999-12-31"}),
        ("category", {"options": OPTIONS[:2]}),
        ("category", {"options": [{"label": str(n)} for n in range(50)]}),
        ("categories", {"options": OPTIONS, "min_choices": 3, "max_choices": 3}),
        ("text", {"min_length": 5, "max_length": 5}),
    ],
)
def test_the_boundaries_are_allowed(kind: str, settings: dict[str, Any]) -> None:
    cleaned = clean_settings(kind, settings)
    assert all(cleaned[key] == settings[key] for key in settings if key != "options")


def test_numbers_are_stored_without_noise() -> None:
    cleaned = clean_settings("number", {"min": -0.0, "max": 3.0, "step": 0.1})
    assert json.dumps(cleaned) == (
        '{"min": 0, "max": 3, "step": 0.1, "unit": "", "widget": "input"}'
    )


def test_labels_become_one_clean_line() -> None:
    cleaned = clean_settings("boolean", {"true_label": "  Meets\r\nthe \x00policy\ud800 "})
    assert cleaned["true_label"] == "Meets the policy\ufffd"


def test_options_are_completed() -> None:
    options = clean_settings("category", {"options": OPTIONS})["options"]
    assert options == [
        {"value": "good", "label": "Good", "description": "", "color": ""},
        {"value": "fair", "label": "Fair", "description": "", "color": ""},
        {"value": "poor", "label": "Poor", "description": "", "color": ""},
    ]


def test_options_are_neutral_until_a_colour_is_chosen() -> None:
    given = [{"label": "A"}, {"label": "B", "color": "grey"}, {"label": "C", "color": ""}]
    options = clean_settings("category", {"options": given})["options"]
    assert [option["color"] for option in options] == ["", "grey", ""]


def test_values_made_from_labels_are_unique_and_leave_given_ones_alone() -> None:
    given = [
        {"label": "Not sure"},
        {"label": "Not sure!"},
        {"label": "Other", "value": "not-sure"},
        {"label": "不明"},
        {"label": "不詳"},
    ]
    options = clean_settings("category", {"options": given})["options"]
    assert [option["value"] for option in options] == [
        "not-sure-2",
        "not-sure-3",
        "not-sure",
        "option",
        "option-2",
    ]


def test_twins_that_differ_only_by_case_are_refused() -> None:
    assert "same label" in options_error({"label": "Straße"}, {"label": "STRASSE"})
    assert "same value" in options_error(
        {"label": "One", "value": "a"}, {"label": "Two", "value": "A"}
    )


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("Good", "Option 2 is not an object with a label."),
        ({}, "Option 2 needs a label."),
        ({"label": " \n"}, "Option 2 needs a label."),
        ({"label": 5}, "Option 2: the label must be text."),
        ({"label": "x" * 101}, "Option 2: the label has 101 characters; 100 is the most."),
        ({"label": "B", "description": "x" * 501}, "500 is the most"),
        ({"label": "B", "value": "no spaces"}, "Option 2: the value may hold letters"),
        ({"label": "B", "value": "é"}, "Option 2: the value may hold letters"),
        ({"label": "B", "value": 2}, "Option 2: the value may hold letters"),
        ({"label": "B", "color": "pink"}, "Option 2: the colour must be one of red, orange"),
        ({"label": "B", "color": ["red"]}, "Option 2: the colour must be one of red, orange"),
        ({"label": "B", "colour": "red"}, "Option 2 has an unknown key “colour”."),
    ],
)
def test_an_option_at_fault_is_named(option: Any, words: str) -> None:
    assert words in options_error({"label": "A"}, option)


def test_two_to_fifty_options() -> None:
    assert options_error({"label": "A"}) == "Give 2 to 50 options, not 1."
    many = [{"label": str(n)} for n in range(51)]
    assert options_error(*many) == "Give 2 to 50 options, not 51."
    assert errors_of("category", {"options": "a, b"})["options"] == "Give a list of options."


KEYS = st.sampled_from(sorted({one.key for kind in KINDS.values() for one in kind.settings}))


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(KEYS | st.text(), JSON, max_size=5))
def test_any_object_is_cleaned_for_good_or_refused(kind: str, settings: dict[str, Any]) -> None:
    sentences = ["Nothing to say."]
    try:
        cleaned = clean_settings(kind, settings)
    except SettingsError as error:
        sentences = list(error.field_errors.values())
    else:
        assert clean_settings(kind, cleaned) == cleaned
        json.dumps(cleaned, allow_nan=False).encode()
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)


@given(st.lists(st.fixed_dictionaries({"label": st.text(min_size=1)}), min_size=2, max_size=8))
def test_options_made_from_labels_stay_as_they_are(options: list[dict[str, str]]) -> None:
    try:
        cleaned = clean_settings("category", {"options": options})
    except SettingsError:
        return
    assert clean_settings("category", cleaned) == cleaned
    values = [option["value"].lower() for option in cleaned["options"]]
    assert len(set(values)) == len(options)
