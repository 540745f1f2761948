"""Whatever a source writes is read, or kept for More: each text of it, once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.reading.dialects import DIALECTS, Dialect, opened_side, places_in, read
from traces.reading.json_text import opened
from traces.reading.sections import read_sides

from .case import PNG
from .test_tables import IN_FULL, TABLES
from .texts import SAYS_WHAT, SPEAKER

# Ids and names join calls to results, and are shown as such or not at all.
_JOINS = ("id", "ids", "name", "author", "label")
_MEDIA = ("data:", "UklG", PNG.partition(",")[2])


def renewed(value: Any, fresh: Callable[[], str], key: str = "") -> Any:
    """The value with a new word for each text; ids, names and what tells the kind stay."""
    inside = opened(value)
    if inside is not value:
        return json.dumps(renewed(inside, fresh, key))
    if isinstance(value, dict):
        return {name: renewed(one, fresh, name) for name, one in value.items()}
    if isinstance(value, list):
        return [renewed(one, fresh, key) for one in value]
    stays = not isinstance(value, str) or value.startswith(_MEDIA) or _tells(key)
    if stays:
        return value
    if SPEAKER.match(value.lstrip()):
        return "\n".join(_renewed(line, fresh) for line in value.split("\n"))
    return fresh()


def _renewed(line: str, fresh: Callable[[], str]) -> str:
    """A line with a new word for what is said in it, after the label of its speaker if any."""
    label = SPEAKER.match(line)
    said = line[label.end() :] if label else line
    return (label[0] if label else "") + (fresh() if said else "")


def _tells(key: str) -> bool:
    last = key.rpartition(".")[2]
    return last in SAYS_WHAT or last.lower().endswith(_JOINS)


@st.composite
def payloads(draw: st.DrawFn, sides: list[dict[str, Any]]) -> dict[str, Any]:
    """A side of a table, with elements repeated, missing or swapped, and keys that nobody knows."""
    side: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(sides))))
    for _ in range(draw(st.integers(0, 3))):
        holder = draw(st.sampled_from(list(_holders(side))))
        at = draw(st.integers(0, 3))
        if isinstance(holder, dict):
            holder[f"zz{at}"] = draw(st.sampled_from(["other", {"deep": ["other"]}]))
        elif at < len(holder):
            change = draw(st.sampled_from(["repeat", "drop", "swap"]))
            if change == "drop":
                del holder[at]
            else:
                one = holder[at] if change == "repeat" else holder.pop(at)
                holder.insert(0, json.loads(json.dumps(one)))
    return side


def _holders(value: Any) -> Iterator[dict[str, Any] | list[Any]]:
    if isinstance(value, dict | list):
        yield value
        for one in value.values() if isinstance(value, dict) else value:
            yield from _holders(one)


def said(value: Any) -> Iterator[str]:
    """All texts of a conversation, and the words of keys."""
    if is_dataclass(value):
        for field in fields(value):
            yield from said(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from said(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from said(one)
    elif isinstance(value, str):
        inside = opened(value)
        yield from [value] if inside is value else said(inside)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@settings(max_examples=400 if IN_FULL else 40)
@given(data=st.data())
def test_each_text_is_read_or_kept_once(dialect: Dialect, data: st.DataObject) -> None:
    words: list[str] = []

    def fresh() -> str:
        words.append(f"w{len(words)}w")
        return words[-1]

    side = renewed(data.draw(payloads([case.side for case in TABLES[dialect.name]])), fresh)
    opened_up = opened_side(side)
    found = ""
    for place in reversed(places_in(opened_up)):
        found = " ".join(said(read(opened_up, place)))
        counts = {word: found.count(word) for word in words if found.count(word) != 1}
        assert counts == {}, f"{place.dialect.name} reads {json.dumps(side)}"
    page = render_to_string("traces/_reading.html", {"reading": read_sides({}, side)})
    # A file that is no picture is not shown.
    shown = [word for word in words if f"base64,{word}" not in found]
    assert [word for word in shown if word not in page] == [], json.dumps(side)
