"""Each table against its dialect, and each input against all others."""

import copy
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from traces.reading.conversation import Conversation
from traces.reading.dialects import DIALECTS, Dialect, opened_side, places_in, read
from traces.reading.dialects.base import Sureness
from traces.reading.json_text import opened

from .case import Case

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
ODD: list[Any] = [None, "", 0, True, [], {}, "odd text", ["odd", None], {"odd": {"text": 1}}]


def broken(value: Any, odd: Any) -> list[Any]:
    """The value with one part of it after the other replaced, or missing."""
    found: list[Any] = [odd]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [{**value, key: one} for one in broken(inner, odd)]
            found.append({name: one for name, one in value.items() if name != key})
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            found += [[*value[:at], one, *value[at + 1 :]] for one in broken(inner, odd)]
            found.append([*value[:at], *value[at + 1 :]])
    return found


@pytest.mark.parametrize(("dialect", "case"), ALL)
def test_parts_that_are_missing_or_of_another_type_lose_nothing(
    dialect: Dialect, case: Case
) -> None:
    for turn, odd in enumerate(ODD):
        for number, side in enumerate(broken(case.side, odd)):
            # Each part meets a third of the odd values, and all of them in the soak.
            if not isinstance(side, dict) or ((number + turn) % 3 and not IN_FULL):
                continue
            side = opened_side(side)
            for place in places_in(side):
                shown = repr(read(side, place))  # all that a conversation says
                lost = [text for text in texts_in(side) if text not in shown]
                assert lost == [], f"{place.dialect.name} loses {lost} of {side}"


# Words that tell what a thing is; a reading says them in its own way.
_SAYS_WHAT = {
    "type", "role", "from", "object", "lc", "format", "media_type", "mimeType", "detail",
    "mediaType", "contentType", "state", "status", "mime_type", "modality", "outcome",
}  # fmt: skip
_SHORTEST = 5


def texts_in(value: Any, key: str = "") -> list[str]:
    """The texts that people or models wrote; ids that join calls to results, and words that tell
    what a thing is, are not among them; nor is the path of a class, which is a list as an id.
    """
    if isinstance(value, dict):
        said = {name: one for name, one in value.items() if (name, type(one)) != ("id", list)}
        return [text for name, one in said.items() for text in texts_in(one, name)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one, key)]
    if (inside := opened(value)) is not value:
        return texts_in(inside)
    says_what = key == "event.name" or key.rpartition(".")[2] in _SAYS_WHAT
    is_text = isinstance(value, str) and len(value) >= _SHORTEST and not says_what
    return [repr(value)[1:-1]] if is_text else []
