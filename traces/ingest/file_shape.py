"""Tell from the beginning of a file where its rows are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from json import JSONDecodeError
from typing import Any

from traces.ingest.cleaning import DECODER, InputRefused
from traces.ingest.conversations import A_MESSAGE, is_conversation, is_message
from traces.ingest.csv_shape import Table, table_of
from traces.ingest.detection import SPAN_LISTS, holds_rows, is_inspect_log
from traces.ingest.file_kinds import is_markup, other_text_kind
from traces.ingest.scanner import MAX_BYTES, Element, cut_elements, is_closed, nesting_of, slices

EMPTY = "This file is empty."

_LINE_SAMPLE = 20
_LINE_FILES = (".jsonl", ".ndjson")
_MOST_MEMBERS = 1000
_ELEMENT_SAMPLE = 100
_LONGEST_VALUE = 1000
_MEMBER = re.compile(rb'\s*("(?:[^"\\\n]++|\\.)*+")\s*+:\s*+', re.DOTALL)
_NO_SPANS = {"resourceLogs": "logs", "resourceMetrics": "metrics"}
_JSON_WORDS = {str: "text", bool: "true or false", list: "a list", type(None): "null"}


class Kind(Enum):
    LINES = auto()
    LIST = auto()
    OBJECT = auto()
    SPANS = auto()
    TABLE = auto()
    SAMPLES = auto()


@dataclass(frozen=True)
class Shape:
    """Where the rows are: on lines, between the brackets of a list, or one value is the one row;
    or they are the spans of one OTLP request, the lines of a table, or the samples of a log of
    Inspect, which says `around` of all of them.

    `start` is where the first row begins, `end` where the only one does; None where the beginning
    of the file does not hold its end. `wrapped`: an object stands around the list.
    """

    kind: Kind
    start: int = 0
    end: int | None = None
    wrapped: bool = False
    table: Table | None = None
    around: bytes = b""


def shape_of(head: bytes, name: str, *, whole: bool) -> Shape:
    """`head` is the beginning of a file, `whole` tells that it is all of it.

    Raises InputRefused for what is neither JSON nor a table.
    """
    text = head.lstrip()
    if not text:
        raise InputRefused(EMPTY if whole else "This file begins with nothing but spaces.")
    start = len(head) - len(text)
    if _are_lines(text, name, whole):
        return Shape(Kind.LINES)
    if text.startswith(b"["):
        return _shape_of_list(head, start, whole)
    if text.startswith(b"{"):
        return _shape_of_object(head, start, whole)
    if word := _value_word(text, whole):
        raise InputRefused(word)
    if not is_markup(text) and (table := table_of(head, name)):
        return Shape(Kind.TABLE, table.start, table=table)
    raise InputRefused(other_text_kind(text) or EMPTY)


def _are_lines(text: bytes, name: str, whole: bool) -> bool:
    """A first row on one line, and another below it; or else most of the first lines are rows.

    A broken JSON document can have a line that is an object by itself.
    """
    most = 4 * _LINE_SAMPLE
    lines = text.split(b"\n", most)
    begun = _rows(lines)
    if len(begun) < 2:
        return False
    if is_closed(begun[0]) and begun[1].startswith((b"{", b"[")):
        return True
    rows = begun if whole and len(lines) <= most else _rows(lines[:-1])
    good = sum(isinstance(_decoded(row), dict) for row in rows)
    return 2 * good > len(rows) or (2 * good == len(rows) and name.lower().endswith(_LINE_FILES))


def _rows(lines: list[bytes]) -> list[bytes]:
    return [line.strip() for line in lines if line.strip()][:_LINE_SAMPLE]


def _shape_of_list(head: bytes, start: int, whole: bool) -> Shape:
    """A list of rows; or one row, where it is a list of messages."""
    elements = list(islice(cut_elements(slices(head, start + 1)), _ELEMENT_SAMPLE))
    values = [_decoded(element.data) for element in elements if not element.is_blank]
    if len(values) < 2 or not is_conversation([value for value in values if value is not None]):
        return Shape(Kind.LIST, start + 1)
    *_, last = cut_elements(slices(head, start + 1), offset=start + 1)
    end = last.end + 1 if last.closing else None
    return Shape(Kind.OBJECT, start, len(head) if end is None and whole else end)


def _shape_of_object(head: bytes, start: int, whole: bool) -> Shape:
    content: dict[str, Any] = {}
    lists: dict[str, int] = {}
    end, around = None, b""
    for member in islice(_members(head, start), _MOST_MEMBERS):
        if match := _MEMBER.match(head, member.start):
            key, value = str(_decoded(match[1])), match.end()
            content[key] = _outline(head, value)
            lists |= {key: value + 1} if head.startswith(b"[", value) else {}
            around = head[value : member.end - 1] if key == "eval" and member.closing else around
        end = member.end + 1 if member.closing == b"}" else None
    for key, place in lists.items():
        if key in _NO_SPANS:
            raise InputRefused(f"This file holds {_NO_SPANS[key]} of OpenTelemetry, not spans.")
        if key in SPAN_LISTS:
            return Shape(Kind.SPANS, place)
        if key == "samples" and is_inspect_log(content):
            return Shape(Kind.SAMPLES, place, around=around)
        if holds_rows(content, key):
            return Shape(Kind.LIST, place, wrapped=True)
    if not whole and b"\n" not in head[start:end]:
        return Shape(Kind.LINES)
    return Shape(Kind.OBJECT, start, len(head) if end is None and whole else end)


def _members(head: bytes, start: int) -> Iterator[Element]:
    inside = start + 1
    return cut_elements(slices(head, inside), offset=inside, closing=b"}")


def _outline(head: bytes, at: int) -> Any:
    """As much of a value as tells whether it holds rows, so that none is parsed in whole."""
    if head.startswith(b"{", at):
        return {}
    if not head.startswith(b"[", at):
        return ""
    elements = cut_elements(slices(head, at + 1))
    return [_outline_of_row(one) for one in islice(elements, _ELEMENT_SAMPLE) if not one.is_blank]


def _outline_of_row(element: Element) -> Any:
    value = _decoded(element.data) if element.data else {}
    if is_message(value):
        return A_MESSAGE
    return {} if isinstance(value, dict) or element.data.startswith(b"{") else None


def _decoded(data: bytes) -> Any:
    """None for what is no JSON, or too much of it."""
    if len(data) > MAX_BYTES or nesting_of(data):
        return None
    try:
        return DECODER.decode(data.decode())
    except (UnicodeDecodeError, JSONDecodeError):
        return None


def _value_word(text: bytes, whole: bool) -> str:
    """The sentence for a file that is one plain value."""
    if not whole or len(text) > _LONGEST_VALUE:
        return ""
    try:
        value = DECODER.decode(text.decode().strip())
    except (UnicodeDecodeError, JSONDecodeError):
        return ""
    return f"This file holds {json_word(value)}, not rows."


def json_word(value: Any) -> str:
    """What a JSON value that is no object is called."""
    return _JSON_WORDS.get(type(value), "a number")
