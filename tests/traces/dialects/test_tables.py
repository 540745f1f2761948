"""Each table against its dialect, and each input against all others."""

import copy
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from traces.reading.conversation import Conversation
from traces.reading.dialects import DIALECTS, Dialect, opened_side, places_in, read
from traces.reading.dialects.base import Sureness

from .case import Case
from .texts import texts_in

TABLES: dict[str, list[Case]] = {
    dialect.name: import_module(f"{__package__}.{dialect.name}").CASES for dialect in DIALECTS
}
ALL = [
    pytest.param(dialect, case, id=f"{dialect.name}: {case}")
    for dialect in DIALECTS
    for case in TABLES[dialect.name]
]


def reading(case: Case) -> Conversation:
    side = opened_side(case.side)
    return read(side, places_in(side)[0])


@pytest.mark.parametrize(("dialect", "case"), ALL)
def test_a_dialect_reads_its_inputs(dialect: Dialect, case: Case) -> None:
    before = copy.deepcopy(case.side)
    found = reading(case)
    assert found.messages == case.messages
    assert (found.rivals, found.left) == (case.rivals, case.left)
    assert case.side == before


@pytest.mark.parametrize(("dialect", "case"), ALL)
def test_no_dialect_claims_an_input_of_another(dialect: Dialect, case: Case) -> None:
    places = places_in(opened_side(case.side))
    certain = {place.dialect.name for place in places if place.fits is Sureness.CERTAIN}
    assert places[0].dialect is dialect
    assert certain == {dialect.name, *case.also}


def test_the_documents_name_every_dialect() -> None:
    told = Path("docs/engineers.md").read_text()
    assert [one.label for one in DIALECTS if f"| {one.label} |" not in told] == []


IN_FULL = "SOAK" in os.environ
MISSING = object()
ODD: list[Any] = [
    MISSING, None, "", 0, True, [], {}, "odd text", ["odd", None], {"odd": {"text": 1}},
]  # fmt: skip


def broken(value: Any, odd: Any) -> Iterator[Any]:
    """The value with one part of it after the other replaced, or missing."""
    yield odd
    if isinstance(value, dict):
        for key, inner in value.items():
            for one in broken(inner, odd):
                rest = {**value, key: one}
                yield {name: rest[name] for name in rest if rest[name] is not MISSING}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for one in broken(inner, odd):
                yield [*value[:at], *([] if one is MISSING else [one]), *value[at + 1 :]]


@pytest.mark.parametrize(("dialect", "case"), ALL)
@(pytest.mark.soak if IN_FULL else lambda test: test)
def test_parts_that_are_missing_or_of_another_type_lose_nothing(
    dialect: Dialect, case: Case
) -> None:
    for turn, odd in enumerate(ODD):
        for number, side in enumerate(broken(case.side, odd)):
            # Each part is missing and null, and meets a third of the others; all in the soak.
            is_tried = IN_FULL or turn < 2 or (number + turn) % 3 == 0
            if not isinstance(side, dict) or not is_tried:
                continue
            side = opened_side(side)
            for place in places_in(side):
                shown = repr(read(side, place))  # all that a conversation says
                lost = [text for text in texts_in(side) if text not in shown]
                assert lost == [], f"{place.dialect.name} loses {lost} of {side}"
