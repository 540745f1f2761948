"""What every reader of files gives: rows, those that cannot be taken, and places between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from traces.ingest.scanner import HEAD

NOT_UTF8 = (
    "It holds bytes that are not valid UTF-8, as of a file saved as Latin-1. Save it as UTF-8."
)
BEYOND = 2**62  # the end of a row behind which a file has nothing more


@dataclass(frozen=True)
class Position:
    """Between two rows: the byte (of the text as UTF-8) where the next begins, and how many rows
    or lines were before it.
    """

    offset: int = 0
    number: int = 0


@dataclass(frozen=True)
class Row:
    """A good row. `number` is its line (JSONL) or position, from 1; `value` is storable.

    `cleaned` tells that clean_json had to change something, `size` how many bytes it had, `start`
    how it begins, `notes` what else was mended. `is_of_table`: None stands for an empty cell.
    """

    number: int
    value: dict[str, Any]
    cleaned: bool = False
    end: int = field(default=0, compare=False)
    size: int = field(default=0, compare=False)
    start: str = field(default="", compare=False)
    notes: Sequence[str] = field(default=(), compare=False)
    is_of_table: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken, one sentence saying why, and its first characters."""

    number: int
    reason: str
    end: int = field(default=0, compare=False)
    start: str = field(default="", compare=False)


def shown(data: bytes) -> str:
    """The beginning of a row as text that can be stored."""
    return data[:HEAD].decode(errors="replace").replace("\x00", "\ufffd").strip()
