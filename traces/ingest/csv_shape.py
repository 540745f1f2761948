"""Tell a table in text (CSV) from other text: what is between its cells, and its columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from traces.ingest.cleaning import InputRefused
from traces.ingest.scanner import MAX_BYTES

MOST_COLUMNS = 1000
TOO_MANY_COLUMNS = f"This table has more than {MOST_COLUMNS:,} columns."
TABLE_FILES = (".csv", ".tsv", ".tab")

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 256 * 1024
_SAMPLE_RECORDS = 20

csv.field_size_limit(MAX_BYTES)  # of a cell: as a row may have


@dataclass(frozen=True)
class Table:
    """`start` is the byte where the first row begins, behind the line of columns."""

    delimiter: str
    columns: tuple[str, ...]
    start: int
    newline: bytes = b"\n"

    def is_blank(self, cells: list[str]) -> bool:
        """Nothing is in any cell."""
        return not any(cell.strip() for cell in cells)


def table_of(head: bytes, name: str) -> Table | None:
    """What the beginning of a file shows; None where it is no table.

    A file that is named as one is a table also with a single column; another one only if its
    first lines have as many cells as its header. Raises InputRefused.
    """
    newline = b"\n" if b"\n" in head[:_SAMPLE] else b"\r"
    sample, start = head[:_SAMPLE], 0
    named = name.lower().endswith(TABLE_FILES)
    delimiters: Iterable[str] = ("\t", *_DELIMITERS) if name.lower().endswith(".tsv") else ()
    if sample[:4].lower() == b"sep=" and newline in sample:  # a spreadsheet's own first line
        start = sample.index(newline) + len(newline)
        delimiters, named = [sample[4:5].decode("latin-1")], True
    if len(sample) < len(head):  # the last line is perhaps not whole
        sample = sample[: sample.rfind(newline) + 1] or sample
    text = sample[start:].decode("latin-1")
    found = [
        _tried(text, one) for one in delimiters or _DELIMITERS if one.isprintable() or one == "\t"
    ]
    fit, _, delimiter = max(found, default=(0, 0, ","))
    if not named and fit < 2:
        return None
    return _table(head, start, delimiter, newline)


def _tried(text: str, delimiter: str) -> tuple[int, int, str]:
    """In how many of the first records there are as many cells as in the header; how many."""
    records = [one for one in islice(_records(text, delimiter), _SAMPLE_RECORDS) if one]
    if not records or len(records[0]) < 2:
        return 0, 1, delimiter
    alike = sum(len(one) == len(records[0]) for one in records)
    return (alike if 2 * alike > len(records) else 0), len(records[0]), delimiter


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    except csv.Error:
        return


def _table(head: bytes, start: int, delimiter: str, newline: bytes) -> Table:
    lines = _Counted(head, start, newline)
    try:
        names = next((one for one in csv.reader(lines, delimiter=delimiter) if any(one)), [])
    except csv.Error:
        raise InputRefused("The first line of this table cannot be read as its columns.") from None
    if len(names) > MOST_COLUMNS:
        raise InputRefused(TOO_MANY_COLUMNS)
    return Table(delimiter, tuple(_distinct(names)), lines.end, newline)


class _Counted:
    """The lines of a text, and where the last of them ended."""

    def __init__(self, head: bytes, start: int, newline: bytes) -> None:
        self.head, self.end, self.newline = head, start, newline

    def __iter__(self) -> Iterator[str]:
        while self.end < len(self.head):
            begin, found = self.end, self.head.find(self.newline, self.end)
            self.end = found + len(self.newline) if found >= 0 else len(self.head)
            yield decoded(self.head[begin : self.end]).text


@dataclass(frozen=True)
class Decoded:
    """`is_latin`: it is no UTF-8 and was read as Windows-1252, Latin-1 with a few signs more;
    `is_broken`: it is UTF-8 with bytes that are not.
    """

    text: str
    is_latin: bool = False
    is_broken: bool = False


def decoded(line: bytes) -> Decoded:
    """A line of a table as text."""
    try:
        return Decoded(line.decode())
    except UnicodeDecodeError:
        pass
    if not line.decode(errors="ignore").isascii():
        return Decoded(line.decode(errors="replace"), is_broken=True)
    try:
        return Decoded(line.decode("cp1252"), is_latin=True)
    except UnicodeDecodeError:
        return Decoded(line.decode("latin-1"), is_latin=True)


def _distinct(names: list[str]) -> Iterator[str]:
    """Names for all columns: those without one are called by their place, doubles are counted."""
    taken: set[str] = set()
    for place, given in enumerate(names, 1):
        name = first = " ".join(given.replace("\x00", "\ufffd").split()) or f"column {place}"
        count = 1
        while name in taken:
            count += 1
            name = f"{first} ({count})"
        taken.add(name)
        yield name
