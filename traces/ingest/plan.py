"""How the rows of a file are to be read as traces, and reading them so.

Nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath
from typing import Any

from annotate_site.text import strip_bidi_controls
from traces.ingest.cleaning import InputRefused
from traces.ingest.conversations import outline
from traces.ingest.detection import IDS_WITHIN, TABLES, Format, Role, default_mapping, detect
from traces.ingest.file_kinds import Readable
from traces.ingest.formats import to_traces
from traces.ingest.parsed import ParsedTrace
from traces.ingest.records import BadRow, Position, Row
from traces.ingest.rows import read_first_rows, read_rows

SAMPLE = 1000  # rows, or those in the first 4 MB if they are fewer
NO_ROWS = "This file holds no rows."
MAX_COLUMNS = 100
CHUNK = 200
CHUNK_BYTES = 1024**2
MOST_COLUMNS = 200  # looked at for a plan
LONGEST_COLUMN = 200
CLEANED = "Characters that no database can store were replaced by \ufffd, and NaN by null."

_LONGEST_STEM = 150


@dataclass(frozen=True)
class Plan:
    """How the rows of a file are to be read. `roles` are those of the columns of flat rows, or
    beside messages, in order.
    """

    format: Format
    roles: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True)
class GoodRow:
    """A row that became a trace, with one sentence for each thing that was mended.

    A row that holds spans of several traces is several of these, of one number. `end` and `size`
    are those of its Row.
    """

    number: int
    trace: ParsedTrace
    notes: list[str]
    end: int
    size: int


def plan_for(file: Readable, name: str) -> Plan:
    """The plan that the first rows suggest. Raises InputRefused for a file without rows."""
    found, _ = read_first_rows(file, name)
    rows = list(map(_outline, islice(found, SAMPLE)))
    if not rows:
        raise InputRefused(NO_ROWS)
    sample = _with_few_columns([row for row in rows if row is not None])
    format = detect(sample)
    if format not in TABLES:
        return Plan(format)
    roles = default_mapping(sample, format)
    columns = [column for column in roles if _can_be_shown(column)]
    return Plan(format, {column: roles[column] for column in columns[:MAX_COLUMNS]})


def _outline(row: Row | BadRow) -> dict[str, Any] | None:
    """As much of a row as a plan looks at, so that a thousand rows take little memory."""
    if isinstance(row, BadRow):
        return None
    return {key: _outline_of(key, value) for key, value in islice(row.value.items(), MOST_COLUMNS)}


def _outline_of(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return dict.fromkeys(IDS_WITHIN & value.keys(), "")
    if isinstance(value, list):
        return outline(value, key)
    return value


def _with_few_columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the first columns; a table where each row has columns of its own has no end."""
    columns = dict.fromkeys(column for row in rows for column in row)
    kept = set(islice(columns, MOST_COLUMNS))
    return [{key: value for key, value in row.items() if key in kept} for row in rows]


def _can_be_shown(column: str) -> bool:
    """A longer or emptier name is no column to choose for; it becomes an attribute."""
    return 0 < len(column) <= LONGEST_COLUMN


def read_traces(
    file: Readable, name: str, plan: Plan, after: Position | None = None
) -> Iterator[GoodRow | BadRow]:
    """Every row as a trace, or why it is none. Raises and goes on as `read_rows`."""
    return as_traces(read_rows(file, name, after), name, plan)


def as_traces(rows: Iterable[Row | BadRow], name: str, plan: Plan) -> Iterator[GoodRow | BadRow]:
    """The rows of the file `name`, which names traces that have no name of their own."""
    stem = strip_bidi_controls(PurePath(name).stem[:_LONGEST_STEM])
    for row in rows:
        if isinstance(row, BadRow):
            yield row
        else:
            yield from _read(row, plan, f"{stem} {row.number}")


def _read(row: Row, plan: Plan, default_name: str) -> list[GoodRow | BadRow]:
    value = {k: v for k, v in row.value.items() if v is not None} if row.is_of_table else row.value
    try:
        traces = to_traces(value, plan.format, plan.roles, default_name=default_name)
    except InputRefused as refused:
        return [BadRow(row.number, str(refused), row.end, row.start)]
    notes = [*[CLEANED] * row.cleaned, *row.notes]
    return [GoodRow(row.number, trace, notes + trace.notes, row.end, row.size) for trace in traces]


def in_chunks(rows: Iterable[GoodRow | BadRow]) -> Iterator[list[GoodRow | BadRow]]:
    """Rows in order, as many as one transaction and its memory may hold; those of one number
    stay together.
    """
    chunk: list[GoodRow | BadRow] = []
    size = number = 0
    for row in rows:
        if (len(chunk) >= CHUNK or size >= CHUNK_BYTES) and row.number != number:
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row.size if isinstance(row, GoodRow) and row.number != number else 0
        number = row.number
    if chunk:
        yield chunk
