"""What becomes of what a program reports under a name."""

from typing import Any

import pytest

from reviews.evaluations import fields_by_name, read_evaluation
from tests.conftest import Cast
from tests.factories import make_field

pytestmark = pytest.mark.django_db
OPTIONS = {"options": [{"label": "Not grounded", "value": "no"}, {"label": "Grounded"}]}
TAKEN = [
    ("boolean", {}, [1.0, "pass"], True),
    ("boolean", {"true_label": "Pass", "false_label": "Fail"}, ["fail"], False),
    ("thumbs", {}, [0], "down"),
    ("category", OPTIONS, [0.2, "not grounded"], "no"),
    ("category", OPTIONS, ["grounded"], "grounded"),
    ("rating", {"stars": 5}, [4.0], 4),
    ("number", {"min": 0, "max": 1, "step": 0.1}, [0.3], 0.3),
    ("text", {}, [0.5, "long words"], "long words"),
]


@pytest.mark.parametrize(("kind", "settings", "said", "value"), TAKEN)
def test_a_field_takes_its_value_in_a_program_s_words(
    cast: Cast, kind: str, settings: dict[str, Any], said: list[Any], value: Any
) -> None:
    field = make_field(cast.project, kind, settings=settings)
    found, got = read_evaluation(field, said)
    assert found == field
    assert (type(got), got) == (type(value), value)


@pytest.mark.parametrize("said", [[0.83], [7], ["maybe"], [True]])
def test_what_the_field_does_not_take_stays_as_it_came(cast: Cast, said: list[Any]) -> None:
    field = make_field(cast.project, "number", settings={"min": 0, "max": 1, "step": 0.1})
    assert read_evaluation(field, said) == (None, said[0])


@pytest.mark.parametrize("said", [[], [None], [float("nan")], [""], [{"a": 1}], ["x" * 4001]])
def test_nothing_that_can_be_compared_is_no_value(said: list[Any]) -> None:
    assert read_evaluation(None, said) == (None, None)


def test_fields_are_found_by_their_names_in_any_case(cast: Cast) -> None:
    field = make_field(cast.project, name="Helpful")
    make_field(cast.project, name="Old", archived_at="2026-01-01T00:00Z")
    make_field(cast.other_project, name="Else")
    assert fields_by_name(cast.project, ["HELPFUL", "old", "else"]) == {"HELPFUL": field}
