"""Which inputs and outputs become inputs, outputs and expected of a row."""

from typing import Any

import pytest

from traces.datasets.columns import Chosen, map_columns

SIDES: dict[str, dict[str, Any]] = {
    "inputs": {"question": "Why?", "case": {"id": 7, "gold": "Because."}},
    "outputs": {"answer": "So.", "question": "Again?"},
}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ({}, {}, {})),
        (
            {"inputs": {"question": "inputs"}, "outputs": {"answer": "outputs"}},
            ({"question": "Why?"}, {"answer": "So."}, {}),
        ),
        (
            {"inputs": {"case": "inputs", "case.gold": "expected"}},
            ({"case": {"id": 7}}, {}, {"case": {"gold": "Because."}}),
        ),
        (
            {"inputs": {"case": "inputs", "case.id": "", "case.gold": "", "question": "inputs"}},
            ({"question": "Why?"}, {}, {}),
        ),
        (
            {"inputs": {"case": "", "case.gold": "expected"}},
            ({}, {}, {"case": {"gold": "Because."}}),
        ),
        (
            {"inputs": {"question": "inputs"}, "outputs": {"question": "inputs"}},
            ({"question": "Why?", "outputs.question": "Again?"}, {}, {}),
        ),
        ({"inputs": {"nothing": "inputs", "case.none": "expected"}}, ({}, {}, {})),
    ],
)
def test_each_path_goes_where_it_was_sent(chosen: Chosen, expected: Any) -> None:
    before = repr(SIDES)
    mapped = map_columns(SIDES, chosen)
    assert (mapped.inputs, mapped.outputs, mapped.expected) == expected
    assert repr(SIDES) == before


def test_keys_keep_the_order_in_which_they_were_sent() -> None:
    sides: dict[str, Any] = {"inputs": {"z": 1, "a": {"y": 1, "b": 2, "x": 3}}, "outputs": {}}
    chosen: Chosen = {"inputs": {"a": "inputs", "a.b": "", "z": "inputs"}}
    assert repr(map_columns(sides, chosen).inputs) == "{'z': 1, 'a': {'y': 1, 'x': 3}}"
