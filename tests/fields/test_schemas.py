"""A field's JSON Schema says what its judge says, as far as a schema can say it."""

from typing import Any

import pytest
from hypothesis import assume, given
from jsonschema import Draft202012Validator, FormatChecker

from annotate_site.text import clean_text
from fields.describing import field_schema
from fields.kinds import Settings
from fields.models import Field
from fields.validation import ValueRefused, clean_value
from tests.fields.samples import EVERY, FIELDS, JSON, answers, sample


def schema_of(kind: str, settings: Settings, **more: Any) -> dict[str, Any]:
    return field_schema(Field(name="Tone", kind=kind, settings=settings, **more))


def is_valid(kind: str, settings: Settings, value: Any) -> bool:
    validator = Draft202012Validator(schema_of(kind, settings), format_checker=FormatChecker())
    return bool(validator.is_valid(value))


def is_accepted(kind: str, settings: Settings, value: Any) -> bool:
    try:
        clean_value(kind, settings, value, required=False)
    except ValueRefused:
        return False
    return True


def says_all(settings: Settings) -> bool:
    """The steps of a number and the range of a date are said in words alone."""
    return settings.get("step") is None and not isinstance(settings.get("min"), str)


@pytest.mark.parametrize(("kind", "settings"), EVERY)
def test_it_is_a_schema(kind: str, settings: Settings) -> None:
    schema = schema_of(kind, settings)
    Draft202012Validator.check_schema(schema)
    assert (schema["title"], "description" in schema) == ("Tone", not says_all(settings))


@given(answers())
def test_what_the_judge_returns_is_valid(answer: tuple[str, Settings, Any]) -> None:
    kind, settings, raw = answer
    try:
        value = clean_value(kind, settings, raw, required=False)
    except ValueRefused:
        assume(False)
    assert is_valid(kind, settings, value)


@given(answers())
def test_what_the_judge_refuses_is_not_valid(answer: tuple[str, Settings, Any]) -> None:
    kind, settings, raw = answer
    assume(says_all(settings))
    # The judge counts the characters of a text as it is stored.
    assume(not isinstance(raw, str) or clean_text(raw) == raw)
    assume(not is_accepted(kind, settings, raw))
    assert not is_valid(kind, settings, raw)


@given(FIELDS, JSON)
def test_of_any_json_it_takes_what_the_judge_takes(field: tuple[str, Settings], value: Any) -> None:
    assume(says_all(field[1]))
    assume(not isinstance(value, str) or clean_text(value) == value)
    assert is_valid(*field, value) == is_accepted(*field, value)


def test_it_names_what_people_read() -> None:
    schema = schema_of("category", sample("category"), description="How to *decide*.")
    assert schema["description"] == "How to *decide*."
    assert [option["title"] for option in schema["oneOf"]] == ["Good", "Fair", "Poor"]
    assert [option["const"] for option in schema["oneOf"]] == ["good", "fair", "poor"]
    assert schema_of("boolean", sample("boolean", 1))["oneOf"][1] == {
        "const": False,
        "title": "Unsafe",
    }


def test_the_steps_of_a_number_follow_the_description() -> None:
    settings = sample("number", 2)
    schema = schema_of("number", settings, description="In seconds.")
    assert schema["description"] == "In seconds.\n\nIn steps of 0.3, counted from -0.25."
