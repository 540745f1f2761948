"""The rows of a table in text (CSV), as its bytes arrive."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from traces.ingest.cells import cell_value, grouped, opened_cell
from traces.ingest.cleaning import InputRefused, clean_json
from traces.ingest.csv_shape import Table, decoded
from traces.ingest.records import NOT_UTF8, BadRow, Position, Row, shown
from traces.ingest.scanner import HEAD, MAX_BYTES, TOO_LARGE

LATIN = "Text that is not UTF-8 was read as Windows-1252 (Latin-1)."
NO_QUOTE = "A quotation mark opens in it and never closes."
MOST_AGAIN = 16 * MAX_BYTES  # read again behind quotation marks that never close


@dataclass(frozen=True)
class _Line:
    data: bytes
    size: int


class _TooLong(Exception):
    """The record is larger than a row may be."""


def table_rows(
    chunks: Iterable[bytes], table: Table, after: Position, *, cut_off: bool
) -> Iterator[Row | BadRow]:
    """`chunks` begin at the position; `cut_off`: they are a part of the file, and what is not
    whole at their end is left out.
    """
    feed = _Feed(chunks, table.newline, after.offset, cut_off)
    number = after.number
    while (record := feed.record(table.delimiter)) is not None:
        if record.reason or not table.is_blank(record.cells):
            number += 1
            yield _row(number, record, table)


@dataclass(frozen=True)
class _Record:
    cells: list[str]
    end: int
    size: int = 0
    head: bytes = b""
    lines: int = 1
    reason: str = ""
    is_latin: bool = False


def _row(number: int, record: _Record, table: Table) -> Row | BadRow:
    start = shown(record.head)
    reason = record.reason or _ragged(record, table)
    if reason:
        return BadRow(number, reason, record.end, start)
    values = dict(zip(table.columns, map(cell_value, record.cells), strict=False))
    try:
        value, cleaned = clean_json(grouped(values))
    except InputRefused as refused:
        return BadRow(number, str(refused), record.end, start)
    notes = [LATIN] * record.is_latin
    return Row(number, value, cleaned, record.end, record.size, start, notes, is_of_table=True)


def of_table(row: Row) -> Row:
    """A row of typed columns as one of a table: only its texts may be JSON."""
    cells = {k: opened_cell(v) if isinstance(v, str) else v for k, v in row.value.items()}
    return replace(row, value=grouped(cells), is_of_table=True)


def _ragged(record: _Record, table: Table) -> str:
    cells, columns = len(record.cells), len(table.columns)
    if cells == columns or (cells > columns and table.is_blank(record.cells[columns:])):
        return ""
    lines = f", on {record.lines:,} lines" if record.lines > 1 else ""
    return f"It has {_counted(cells, 'cell')}{lines}; the table has {_counted(columns, 'column')}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass
class _Feed:
    """Gives csv.reader its lines, and knows which of them a record took.

    A quotation mark that never closes costs the line where it opens: the lines behind it are read
    again, as long as that does not take more than MOST_AGAIN bytes.
    """

    chunks: Iterable[bytes]
    newline: bytes
    end: int
    cut_off: bool
    again: deque[_Line] = field(default_factory=deque)
    may_read_again: int = MOST_AGAIN

    def __post_init__(self) -> None:
        self.lines = cut_text(self.chunks, self.newline)
        self._begin()

    def _begin(self) -> None:
        self.taken: list[_Line] = []
        self.size = 0
        self.is_over = self.is_latin = self.is_broken = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.lines, None)
        if line is None:
            self.is_over = True
            raise StopIteration
        self.taken.append(line)
        self.size += line.size
        if self.size > MAX_BYTES:
            raise _TooLong
        read = decoded(line.data)
        self.is_latin |= read.is_latin
        self.is_broken |= read.is_broken
        return read.text

    def record(self, delimiter: str) -> _Record | None:
        """The next one; None at the end."""
        self._begin()
        try:
            cells = next(csv.reader(self, delimiter=delimiter), None)
        except (_TooLong, csv.Error) as error:
            too_long = len(self.taken) == 1 and isinstance(error, _TooLong)
            return self._lost(TOO_LARGE if too_long else NO_QUOTE)
        if cells is None:
            return None
        if self.is_over:  # it asked for one line more
            return None if self.cut_off and self._is_partial() else self._lost(NO_QUOTE)
        if self.cut_off and self._is_partial() and not self.again:
            return None
        reason = NOT_UTF8 if self.is_broken else ""
        return self._record(cells, reason)

    def _is_partial(self) -> bool:
        return not self.taken[-1].data.endswith(self.newline) or self.is_over

    def _lost(self, reason: str) -> _Record:
        first, *rest = self.taken
        size = sum(line.size for line in rest)
        if rest and size <= self.may_read_again and len(self.taken[-1].data) <= MAX_BYTES:
            self.may_read_again -= size
            self.again.extendleft(reversed(rest))
            self.taken, self.size = [first], first.size
        return self._record([], reason)

    def _record(self, cells: list[str], reason: str) -> _Record:
        self.end += self.size
        head = self.taken[0].data[:HEAD]
        return _Record(
            cells, self.end, self.size, head, len(self.taken), reason, is_latin=self.is_latin
        )


def cut_text(chunks: Iterable[bytes], newline: bytes) -> Iterator[_Line]:
    """The lines with their ends; of one that is larger than a row, no more than shows it."""
    kept, size = bytearray(), 0
    for chunk in chunks:
        *whole, rest = chunk.split(newline)
        for part in whole:
            size += len(part) + len(newline)
            yield _line(kept + part + newline, size)
            kept, size = bytearray(), 0
        kept += rest
        size += len(rest)
        if size > MAX_BYTES:
            del kept[MAX_BYTES + 1 :]
    if size:
        yield _line(kept, size)


def _line(data: bytearray, size: int) -> _Line:
    return _Line(bytes(data[: MAX_BYTES + 1]), size)
