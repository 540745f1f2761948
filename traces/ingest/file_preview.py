"""What the first rows of a file would become, without storing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from traces.ingest.parsed import ParsedTrace
from traces.ingest.plan import Plan, read_traces
from traces.ingest.rows import BadRow

SHOWN_TRACES = 3
SHOWN_PROBLEMS = 20


@dataclass
class FilePreview:
    """What became of the rows looked at; `whole` where these are all rows of the file.

    problems: the first unusable rows. notes: what was mended, in how many traces. repeats: usable
    rows whose id an earlier row has.
    """

    seen: int = 0
    whole: bool = True
    usable: int = 0
    repeats: int = 0
    first: list[ParsedTrace] = field(default_factory=list)
    problems: list[BadRow] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        return self.seen - self.usable


def preview_file(file: BinaryIO, name: str, plan: Plan, most: int | None = None) -> FilePreview:
    """Looks at the rows, or at the first `most` of them, without storing anything."""
    found = FilePreview()
    ids: set[str] = set()
    rows = read_traces(file, name, plan)
    for row in islice(rows, most):
        found.seen += 1
        if isinstance(row, BadRow):
            found.problems += [row] if len(found.problems) < SHOWN_PROBLEMS else []
            continue
        found.usable += 1
        found.notes.update(row.notes)
        found.repeats += row.trace.trace_id in ids
        ids.add(row.trace.trace_id)
        found.first += [row.trace] if len(found.first) < SHOWN_TRACES else []
    found.whole = next(rows, None) is None
    return found
