from typing import Any

import pytest
from hypothesis import given

from tests.traces.hostile import json_values
from traces.ingest.cleaning import clean_json
from traces.reading.one_line import one_line

FERRIES: list[Any] = [
    {"line": "F7", "from": "Pier 1", "seats": {"deck": 9}, "prices": {"deck": 121}},
    {"line": "F9", "from": "Pier 1", "seats": {"deck": 7}, "prices": {"deck": 100}},
]


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ({"id": 7, "tags": ["x"], "more": {}}, "id: 7, tags: x, more: {}"),
        ({"a": 1, "b": {"c": 2}, "c": None, "d": 3, "e": 5}, "a: 1, b: c 2, c: null, d: 3, …"),
        (["x", 2], "x, 2"),
        ("two\n  lines", "two lines"),
        (None, "null"),
        ({}, ""),
        ([], ""),
        ([[], {}], "[], {}"),
        ([{"a": None}], "{}"),
        ({"\u202ek": "\u2066v"}, "k: v"),
        ({"a\nb": 1}, "a b: 1"),
        ({"text": "word " * 50}, "text: word word word word word word wor…"),
        (FERRIES, "F7 prices 121, F9 prices 100"),
        (FERRIES[:1], "F7 prices 121"),
        ([FERRIES, FERRIES[:1]], "F7 + F9, F7"),
        ({"trips": [*FERRIES, "x"]}, "trips: F7 + F9 + …"),
        ([{"n": 1}, {"n": 2}], "n 1, n 2"),
        ([{"a": {"b": {"c": "deep"}}}], "deep"),
        ([1, 2, 3, 4, 5], "1, 2, 3, 4, …"),
        ([{"pier\nfee": 2}], "pier fee 2"),
    ],
)  # fmt: skip
def test_a_line_names_leaves(value: Any, line: str) -> None:
    assert one_line(value, 40) == line


@given(json_values())
def test_any_value_has_its_line(value: Any) -> None:
    line = one_line(clean_json(value)[0], 30)
    assert len(line) <= 30
    assert "\n" not in line


def test_a_line_of_much_looks_at_little() -> None:
    wide: list[Any] = [{str(n): {"x": [n] * 1000} for n in range(1000)}] * 1000
    assert len(one_line({"a": wide, "b": wide}, 160)) <= 160
