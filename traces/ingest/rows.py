"""Read the rows of an uploaded JSON or JSONL file; the content decides which of the two it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any, BinaryIO

from traces.ingest.cleaning import DECODER, TOO_DEEP, Refused, clean_json
from traces.ingest.detection import holds_rows
from traces.ingest.document import NOT_UTF8, Content, Document, Element
from traces.ingest.file_kinds import other_text_kind, utf8_text

NO_ROWS = "This file holds no rows."

_LINE_SAMPLE = 20
_LINE_FILES = (".jsonl", ".ndjson")
_JSON_WORDS = {str: "text", bool: "true or false", list: "a list", type(None): "null"}


@dataclass(frozen=True)
class Row:
    """A good row. `number` is its line (JSONL) or position (JSON), from 1; `value` is storable.

    `cleaned` tells that clean_json had to change something.
    """

    number: int
    value: dict[str, Any]
    cleaned: bool = False


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken, and one sentence saying why."""

    number: int
    reason: str


def read_rows(file: BinaryIO, name: str) -> Iterator[Row | BadRow]:
    """Yield the rows of a file: a JSON list, one object, an object around one list, or JSONL.

    The file is read whole: the caller bounds its size. Raises Refused at once, before any row, for
    a file that is empty, of another kind, without rows, or not valid JSON.
    """
    data = utf8_text(file.read())
    try:
        elements = _elements(Document(data).read())
    except JSONDecodeError as error:
        if _is_jsonl(data, name):
            return _rows_of_lines(data)
        raise Refused(other_text_kind(data, name) or _syntax_error(error)) from None
    if not elements:
        raise Refused(NO_ROWS)
    return (_row_of(number, element) for number, element in enumerate(elements, 1))


def _elements(content: Content | dict[str, Content]) -> list[Element]:
    if isinstance(content, list):
        return content
    if isinstance(content, Element):
        raise Refused(f"This file holds {_json_word(content.value)}, not rows.")
    plain = {key: _plain(member) for key, member in content.items()}
    for key, member in content.items():
        if isinstance(member, list) and holds_rows(plain, key):
            return member
    reasons = [reason for member in content.values() if (reason := _reason(member))]
    return [Element(plain, reasons[0] if reasons else "")]


def _plain(member: Content) -> Any:
    if isinstance(member, Element):
        return member.value
    return [element.value for element in member]


def _reason(member: Content) -> str:
    elements = member if isinstance(member, list) else [member]
    return next((element.reason for element in elements if element.reason), "")


def _rows_of_lines(data: bytes) -> Iterator[Row | BadRow]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if stripped := line.strip():
            yield _row_of(number, _decode_line(stripped))


def _decode_line(line: bytes) -> Element:
    try:
        return Element(DECODER.decode(line.decode()))
    except UnicodeDecodeError:
        return Element(None, NOT_UTF8)
    except RecursionError:
        return Element(None, TOO_DEEP)
    except JSONDecodeError as error:
        return Element(None, f"It is not valid JSON: column {error.colno}: {error.msg}.")


def _row_of(number: int, element: Element) -> Row | BadRow:
    if element.reason:
        return BadRow(number, element.reason)
    if not isinstance(element.value, dict):
        return BadRow(number, f"It is {_json_word(element.value)}, not an object.")
    if not element.value:
        return BadRow(number, "It is an empty object.")
    try:
        value, cleaned = clean_json(element.value)
    except Refused as refusal:
        return BadRow(number, str(refusal))
    return Row(number, value, cleaned)


def _is_jsonl(data: bytes, name: str) -> bool:
    """Whether text that is no JSON document is lines of JSON, some of which may be broken.

    A broken JSON document can have a line that is an object by itself, so without the right
    extension most of the first lines have to be objects.
    """
    lines = [line for line in data.split(b"\n", 4 * _LINE_SAMPLE) if line.strip()][:_LINE_SAMPLE]
    good = sum(isinstance(_decode_line(line.strip()).value, dict) for line in lines)
    if name.lower().endswith(_LINE_FILES):
        return good > 0
    return good * 2 > len(lines)


def _syntax_error(error: JSONDecodeError) -> str:
    return f"This file is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}."


def _json_word(value: Any) -> str:
    return _JSON_WORDS.get(type(value), "a number")
