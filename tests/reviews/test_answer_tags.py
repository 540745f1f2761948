"""What several people answered to one field, in a few words."""

from typing import Any

import pytest

from fields.models import Field
from reviews.results.answer_tags import LONGEST, Given, tag_of

CHOICE = Field(
    name="First mistake",
    kind="category",
    settings={"options": [
        {"value": value, "label": value.title(), "description": "", "color": ""}
        for value in ("none", "policy")
    ]},
)  # fmt: skip
TEXT = Field(name="Why", kind="text", settings={})


def tag(field: Field | None, *values: Any, final: Any = None) -> tuple[str, str]:
    people = ["Kwame", "Yuki", "Tess", "Ines"]
    given = [Given(who, field, value) for who, value in zip(people, values, strict=False)]
    if final is not None:
        given.append(Given("Ingrid", field, final, is_final=True))
    made = tag_of("First mistake", given)
    return made.text, made.share


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["none"], ("None", "")),
        (["none", "none"], ("None", "")),
        (["none", "policy"], ("", "2 differ")),
        (["none", "policy", "none"], ("None", "2 of 3")),
        (["none", "policy", "none", "policy"], ("", "4 differ")),
    ],
)
def test_one_answer_what_most_gave_or_that_they_differ(
    values: list[str], told: tuple[str, str]
) -> None:
    assert tag(CHOICE, *values) == told


def test_a_final_value_takes_the_place_of_the_answers() -> None:
    assert tag(CHOICE, "none", "policy", final="policy") == ("Policy", "final")


def test_texts_differ_without_saying_anything_and_a_long_one_is_cut() -> None:
    assert tag(TEXT, "one", "other") == ("", "2 texts")
    assert tag(TEXT, "same", "same") == ("same", "")
    assert tag(TEXT, "one", "one", "other") == ("", "3 texts")
    assert tag(TEXT, "") == ("Empty text", "")
    text, _ = tag(TEXT, "word " * 100)
    assert len(text) <= LONGEST
    assert text.endswith("…")


def test_what_no_field_judged_reads_as_it_came_and_true_is_not_one() -> None:
    assert tag(None, 0.83) == ("0.83", "")
    assert tag(None, True, 1) == ("", "2 differ")


def test_it_tells_who_answered_what_and_stops_somewhere() -> None:
    given = [Given(f"P{number}", CHOICE, "none") for number in range(14)]
    told = tag_of("x", given).told.splitlines()
    assert told[0] == "P0: None"
    assert told[-1] == "and 2 more"
    assert len(told) == 13
