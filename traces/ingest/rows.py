"""Read the rows of a file as it streams by; its content decides how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from json import JSONDecodeError
from typing import Any

from traces.ingest.cleaning import DECODER, InputRefused, clean_json
from traces.ingest.conversations import is_conversation
from traces.ingest.csv_rows import of_table, table_rows
from traces.ingest.csv_shape import Table
from traces.ingest.file_kinds import Readable, text_chunks
from traces.ingest.file_shape import Kind, Shape, json_word, shape_of
from traces.ingest.records import BEYOND, NOT_UTF8, BadRow, Position, Row, shown
from traces.ingest.sample_cutting import cut_samples
from traces.ingest.scanner import (
    CHUNK,
    HEAD,
    MAX_BYTES,
    NO_END,
    NOT_CLOSED,
    TOO_LARGE,
    Element,
    cut_elements,
    cut_lines,
    is_closed,
    nesting_of,
)
from traces.ingest.span_cutting import cut_spans
from traces.ingest.unpacking import TABLES, packed_kind, unpacked

NO_VALUE = "There is no row between two commas."
NOT_JSON = "It is not JSON."
_MOST_FIRST = 2000  # rows of what is unpacked

FOLLOWED = "Something follows the end of the JSON. It was not read."


def read_rows(file: Readable, name: str, after: Position | None = None) -> Iterator[Row | BadRow]:
    """The rows of a file: a JSON list, one object, an object around one list, JSONL, or a table.

    The file is read forwards and never held whole. Raises InputRefused at once, before any row, for
    a file that is empty or of another kind. With `after`, made of the end and the number of an
    earlier row, goes on behind that one.
    """
    start = file.read(CHUNK)
    if kind := packed_kind(start):
        number = after.number if after else 0
        return _packed_rows(unpacked(start, file, behind=number), kind, number)
    chunks = text_chunks(start, file)
    head = _read_head(chunks)
    return _rows(head.shape(name), head, chunks, after, cut_off=False)


def read_json_rows(file: Readable, name: str) -> Iterator[Row | BadRow]:
    """As read_rows, of what is JSON: what a program sends as such is nothing else."""
    chunks = text_chunks(file.read(CHUNK), file)
    head = _read_head(chunks)
    shape = head.shape(name)
    if shape.table:
        raise InputRefused(NOT_JSON)
    return _rows(shape, head, chunks, None, cut_off=False)


def read_first_rows(file: Readable, name: str) -> tuple[Iterator[Row | BadRow], bool]:
    """The rows within the first 4 MiB, and whether these are all; of what is unpacked, the first
    that have as much. Raises as read_rows.
    """
    start = file.read(CHUNK)
    if kind := packed_kind(start):
        return _first_of(_packed_rows(unpacked(start, file), kind, 0))
    chunks = text_chunks(start, file)
    head = _read_head(chunks)
    shape = head.shape(name)
    if shape.kind is Kind.SAMPLES:  # each of which may be much less than it takes in the file
        return _first_of(_rows(shape, head, chunks, None, cut_off=False))
    return _rows(shape, head, iter(()), None, cut_off=not head.whole), head.whole


def _packed_rows(elements: Iterator[Element], kind: str, behind: int) -> Iterator[Row | BadRow]:
    """Rows that another process unpacks; those of a table have cells."""
    for number, element in enumerate(elements, behind + 1):
        row = _row_of(number, element)
        yield of_table(row) if kind in TABLES and isinstance(row, Row) else row


def _first_of(rows: Iterator[Row | BadRow]) -> tuple[Iterator[Row | BadRow], bool]:
    first, size = [], 0
    for row in rows:
        first.append(row)
        size += row.size if isinstance(row, Row) else 0
        if size > MAX_BYTES or len(first) >= _MOST_FIRST:
            break
    return iter(first), next(rows, None) is None


@dataclass
class _Head:
    """The beginning of a file in parts; `whole`: all of it."""

    parts: list[bytes]
    whole: bool

    def shape(self, name: str) -> Shape:
        return shape_of(b"".join(self.parts), name, whole=self.whole)

    def given_up(self) -> Iterator[bytes]:
        """Each part, held no longer than it is needed."""
        while self.parts:
            yield self.parts.pop(0)


def _read_head(chunks: Iterator[bytes]) -> _Head:
    parts, size = [], 0
    for part in chunks:
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            return _Head(parts, whole=False)
    return _Head(parts, whole=True)


def _rows(
    shape: Shape, head: _Head, chunks: Iterator[bytes], after: Position | None, *, cut_off: bool
) -> Iterator[Row | BadRow]:
    """`cut_off`: the chunks are a part of the file, whose last row is perhaps not whole."""
    if shape.kind is Kind.OBJECT:
        return _one_row(shape, b"".join(head.parts)) if after is None else iter(())
    stream = chain(head.given_up(), chunks)
    if shape.kind is Kind.LINES:
        return _line_rows(stream, after or Position(), cut_off)
    if shape.kind is Kind.SPANS:
        return _span_rows(stream, shape, after or Position(), cut_off)
    if shape.kind is Kind.SAMPLES:
        return _sample_rows(stream, shape, after or Position(shape.start), cut_off)
    if shape.table:
        return _table_rows(stream, shape.table, after, cut_off)
    return _list_rows(stream, shape, after or Position(shape.start), cut_off)


def _line_rows(stream: Iterator[bytes], after: Position, cut_off: bool) -> Iterator[Row | BadRow]:
    rest = _skip_to(stream, after.offset)
    lines = cut_lines(chain([rest or b""], stream), offset=after.offset)
    for number, line in enumerate(lines, after.number + 1):
        if cut_off and not line.closing:
            yield from _too_large(number)
        elif not line.is_blank:
            yield _row_of(number, line if line.closing else _with_end(line))


def _sample_rows(
    stream: Iterator[bytes], shape: Shape, after: Position, cut_off: bool
) -> Iterator[Row | BadRow]:
    rest = _skip_to(stream, after.offset)
    chunks, number = chain([rest or b""], stream), after.number
    for element in cut_samples(chunks, 0, shape.around, after.offset):
        if cut_off and not element.closing:
            yield from _too_large(number + 1)
        elif not element.closing:
            yield BadRow(number + 1, NO_END, BEYOND, shown(element.head))
        elif element.closing == b"," or not element.is_blank:
            number += 1
            yield _row_of(number, element)


def _table_rows(
    stream: Iterator[bytes], table: Table, after: Position | None, cut_off: bool
) -> Iterator[Row | BadRow]:
    after = after or Position(table.start)
    rest = _skip_to(stream, after.offset)
    return table_rows(chain([rest or b""], stream), table, after, cut_off=cut_off)


def _list_rows(
    stream: Iterator[bytes], shape: Shape, after: Position, cut_off: bool
) -> Iterator[Row | BadRow]:
    rest = _skip_to(stream, after.offset)
    if rest is None:
        return
    number = after.number
    for element in cut_elements(chain([rest], stream), offset=after.offset):
        if cut_off and not element.closing:
            yield from _too_large(number + 1)
            return
        if not element.closing and element.reason:
            element = replace(element, end=BEYOND)
        if element.closing == b"," or not element.is_blank:
            number += 1
            yield _row_of(number, element)
        yield from _end_of_list(number + 1, element, shape)


def _span_rows(
    stream: Iterator[bytes], shape: Shape, after: Position, cut_off: bool
) -> Iterator[Row | BadRow]:
    """What stands around a span is before it, so that a file is read again from its beginning."""
    for number, element in enumerate(cut_spans(stream, shape.start), 1):
        if number <= after.number:
            continue
        if cut_off and not element.closing:
            yield from _too_large(number)
            return
        yield _row_of(number, element)


def _too_large(number: int) -> Iterator[BadRow]:
    """The row that is not whole where a part of the file ends: the first one is too large."""
    if number == 1:
        yield BadRow(1, TOO_LARGE)


def _end_of_list(number: int, element: Element, shape: Shape) -> Iterator[BadRow]:
    """What is wrong behind the last element."""
    if not element.closing and not element.reason:
        yield BadRow(number, NO_END, BEYOND)
    elif element.followed and not shape.wrapped:
        yield BadRow(number, FOLLOWED, BEYOND)


def _skip_to(stream: Iterator[bytes], offset: int) -> bytes | None:
    """The rest of the chunk that holds the byte; None where the stream ends before it."""
    for chunk in stream:
        if offset <= len(chunk):
            return chunk[offset:]
        offset -= len(chunk)
    return None


def _one_row(shape: Shape, head: bytes) -> Iterator[Row | BadRow]:
    if shape.end is None or shape.end - shape.start > MAX_BYTES:
        yield BadRow(1, TOO_LARGE)
        return
    data = head[shape.start : shape.end]
    yield _row_of(
        1, _with_end(Element(data.strip(), shape.start, shape.end, nesting_of(data), b""))
    )
    if head[shape.end :].strip():
        yield BadRow(2, FOLLOWED)


def _with_end(last: Element) -> Element:
    """The last of a file, whose list or object may be cut off."""
    is_open = last.data.startswith((b"{", b"[")) and not is_closed(last.data)
    return replace(last, data=b"", reason=NOT_CLOSED, head=last.data[:HEAD]) if is_open else last


def _row_of(number: int, element: Element) -> Row | BadRow:
    value, reason = (None, element.reason) if element.reason else _decode(element.data)
    if is_conversation(value):
        value = {"messages": value}
    if not reason and not isinstance(value, dict):
        reason = f"It is {json_word(value)}, not an object."
    elif not reason and not value:
        reason = "It is an empty object."
    start = shown(element.head or element.data)
    if reason:
        return BadRow(number, reason, element.end, start)
    try:
        value, cleaned = clean_json(value)
    except InputRefused as refusal:
        return BadRow(number, str(refusal), element.end, start)
    return Row(number, value, cleaned, element.end, len(element.data), start)


def _decode(data: bytes) -> tuple[Any, str]:
    """The value, or why there is none."""
    if not data:
        return None, NO_VALUE
    try:
        return DECODER.decode(data.decode()), ""
    except UnicodeDecodeError:
        return None, NOT_UTF8
    except JSONDecodeError as error:
        place = f"line {error.lineno} of it, " if error.lineno > 1 else ""
        return None, f"It is not valid JSON: {place}column {error.colno}: {error.msg}."
