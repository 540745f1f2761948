"""What the first rows of a file would become, without storing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from traces.ingest.file_kinds import Readable
from traces.ingest.parsed import ParsedTrace
from traces.ingest.plan import SAMPLE, Plan, as_traces
from traces.ingest.rows import BadRow, read_first_rows

SHOWN_TRACES = 3
SHOWN_PROBLEMS = 20


@dataclass
class FilePreview:
    """What became of the rows looked at; `whole` where these are all rows of the file.

    problems: the first unusable rows. notes: what was mended, in how many traces. repeats: usable
    rows whose id an earlier row has. traces: what the usable rows are, spans of one trace once.
    """

    seen: int = 0
    whole: bool = True
    usable: int = 0
    traces: int = 0
    repeats: int = 0
    first: list[ParsedTrace] = field(default_factory=list)
    problems: list[BadRow] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        return self.seen - self.usable


def preview_file(file: Readable, name: str, plan: Plan) -> FilePreview:
    """Looks at the first rows as a plan does. Raises InputRefused for the file as a whole."""
    found = FilePreview()
    ids: set[str] = set()
    first, whole = read_first_rows(file, name)
    rows = as_traces(first, name, plan)
    for row in islice(rows, SAMPLE):
        found.seen += 1
        if isinstance(row, BadRow):
            found.problems += [row] if len(found.problems) < SHOWN_PROBLEMS else []
            continue
        found.usable += 1
        found.notes.update(row.notes)
        known = row.trace.trace_id in ids
        found.repeats += known and not row.trace.is_part
        found.traces += not (known and row.trace.is_part)
        ids.add(row.trace.trace_id)
        found.first += [row.trace] if len(found.first) < SHOWN_TRACES else []
    found.whole = whole and next(rows, None) is None
    return found
