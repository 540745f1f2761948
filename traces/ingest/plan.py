"""How the rows of a file are to be read as traces, and reading them so.

Nothing here knows the database. The caller bounds the size of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from annotate_site.bidi import strip_bidi_controls
from traces.ingest.cleaning import Refused
from traces.ingest.detection import Format, Role, default_mapping, detect
from traces.ingest.formats import to_trace
from traces.ingest.parsed import ParsedTrace
from traces.ingest.rows import BadRow, Row, read_rows

SAMPLE = 1000
MAX_COLUMNS = 100
LONGEST_COLUMN = 200
CLEANED = "Characters that no database can store were replaced by \ufffd, and NaN by null."

_LONGEST_STEM = 150


@dataclass(frozen=True)
class Plan:
    """How the rows of a file are to be read. `roles` are those of flat rows' columns, in order."""

    format: Format
    roles: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True)
class GoodRow:
    """A row that became a trace, with one sentence for each thing that was mended."""

    number: int
    trace: ParsedTrace
    notes: list[str]


def plan_for(file: BinaryIO, name: str) -> Plan:
    """The plan that the first rows suggest. Raises Refused for a file without rows."""
    rows = (row.value for row in read_rows(file, name) if isinstance(row, Row))
    sample = list(islice(rows, SAMPLE))
    format = detect(sample)
    if format is not Format.FLAT:
        return Plan(format)
    roles = default_mapping(sample)
    columns = [column for column in roles if _can_be_shown(column)]
    return Plan(format, {column: roles[column] for column in columns[:MAX_COLUMNS]})


def _can_be_shown(column: str) -> bool:
    """A longer or emptier name is no column to choose for; it becomes an attribute."""
    return 0 < len(column) <= LONGEST_COLUMN


def read_traces(file: BinaryIO, name: str, plan: Plan) -> Iterator[GoodRow | BadRow]:
    """Every row as a trace, or why it is none. Raises Refused for the file as a whole."""
    stem = strip_bidi_controls(PurePath(name).stem[:_LONGEST_STEM])
    for row in read_rows(file, name):
        yield row if isinstance(row, BadRow) else _read(row, plan, f"{stem} {row.number}")


def _read(row: Row, plan: Plan, default_name: str) -> GoodRow | BadRow:
    try:
        trace = to_trace(row.value, plan.format, plan.roles, default_name=default_name)
    except Refused as refused:
        return BadRow(row.number, str(refused))
    return GoodRow(row.number, trace, [CLEANED] * row.cleaned + trace.notes)
