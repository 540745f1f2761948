"""What people answered to a field of each kind, as the statistics take it."""

from typing import Any

import pytest

from fields.kinds import CHOICES, KINDS, Scale, clean_settings
from reviews.results.rated_fields import option_ratings, ratings_of
from reviews.results.statistics.figures import Figure
from reviews.results.statistics.pairs import cohen_kappa

OPTIONS = {"options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]}


# Kind, its settings, two answers; scale, values.
EACH_KIND: list[tuple[str, dict[str, Any], list[Any], Scale | None, list[Any]]] = [
    ("boolean", {}, [False, True], Scale.NOMINAL, [True, False]),
    ("thumbs", {}, ["down", "up"], Scale.NOMINAL, ["up", "down"]),
    ("category", OPTIONS, ["b", "b"], Scale.NOMINAL, ["a", "b"]),
    ("categories", OPTIONS, [["b"], ["a", "b"]], Scale.NOMINAL, [("a", "b"), ("b",)]),
    ("ranking", OPTIONS, [["b", "a"], ["a", "b"]], Scale.NOMINAL, [("a", "b"), ("b", "a")]),
    ("rating", {"stars": 3}, [3, 1], Scale.ORDINAL, [1, 2, 3]),
    ("integer", {}, [7, -1], Scale.INTERVAL, [-1, 7]),
    ("number", {}, [0.5, 0], Scale.INTERVAL, [0, 0.5]),
    ("date", {}, ["2026-03-01", "2026-02-28"], Scale.INTERVAL, ["2026-02-28", "2026-03-01"]),
    ("text", {}, ["b", "a"], None, ["a", "b"]),
]


@pytest.mark.parametrize(("kind", "given", "answers", "scale", "values"), EACH_KIND)
def test_each_kind_has_its_scale_and_its_values(
    kind: str, given: dict[str, Any], answers: list[Any], scale: Scale | None, values: list[Any]
) -> None:
    rows = [("item", person, value) for person, value in enumerate(answers)]
    ratings = ratings_of(kind, clean_settings(kind, given), rows)
    assert ratings.scale == scale
    assert list(ratings.values) == values


def test_every_kind_is_among_them() -> None:
    assert {row[0] for row in EACH_KIND} == set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind, _ in CHOICES])
def test_possible_answers_are_valid_ones(kind: str) -> None:
    given = OPTIONS if kind in ("category", "categories", "ranking") else {}
    settings = clean_settings(kind, given)
    for answer in KINDS[kind].possible_answers(settings) or ():
        judged: Any = [answer] if KINDS[kind].by_option else answer
        assert KINDS[kind].judge(settings, judged) == judged


def test_of_several_choices_each_option_is_a_question_of_yes_or_no() -> None:
    chosen: list[tuple[int, str, Any]] = [
        (item, person, ["a", "b"] if item % 2 or person == "Ada" else ["a"])
        for item in range(10)
        for person in ("Ada", "Bo")
    ]
    found = option_ratings("categories", clean_settings("categories", OPTIONS), chosen)
    assert list(found) == ["a", "b"]
    assert found["b"].values == [True, False]
    assert int(found["b"].code_of.sum()) == 5
    assert not isinstance(cohen_kappa(found["a"], "Ada", "Bo"), Figure)
    assert option_ratings("boolean", clean_settings("boolean", {}), []) == {}
