"""What the first rows of a file would become, without storing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice

from traces.ingest.file_kinds import Readable
from traces.ingest.parsed import ParsedTrace
from traces.ingest.plan import SAMPLE, Plan, as_traces
from traces.ingest.records import BadRow
from traces.ingest.rows import read_first_rows

SHOWN_TRACES = 3
SHOWN_PROBLEMS = 20
SHOWN_SPANS = 100  # of one trace


@dataclass
class FilePreview:
    """What became of the rows looked at; `whole` where these are all rows of the file.

    problems: the first unusable rows. notes: what was mended, in how many traces. repeats: usable
    rows whose id an earlier row has. equals: those without an id that equal an earlier row.
    traces: what the usable rows are, spans of one trace once. judgments: said in them.
    """

    seen: int = 0
    whole: bool = True
    usable: int = 0
    traces: int = 0
    repeats: int = 0
    equals: int = 0
    judgments: int = 0
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
        found.judgments += len(row.trace.judgments)
        if not row.trace.spans:
            continue
        known = row.trace.trace_id in ids
        if known and not row.trace.is_part:
            found.equals += row.trace.id_of_content
            found.repeats += not row.trace.id_of_content
        found.traces += not known
        ids.add(row.trace.trace_id)
        _show(found.first, row.trace)
    found.whole = whole and next(rows, None) is None
    return found


def _show(first: list[ParsedTrace], trace: ParsedTrace) -> None:
    """Keeps the first traces, each once; spans join their trace."""
    for at, shown in enumerate(first):
        if shown.trace_id == trace.trace_id:
            if trace.is_part and len(shown.spans) < SHOWN_SPANS:
                first[at] = _joined(shown, trace)
            return
    if len(first) < SHOWN_TRACES:
        first.append(trace)


def _joined(shown: ParsedTrace, part: ParsedTrace) -> ParsedTrace:
    spans = sorted([*shown.spans, *part.spans], key=lambda span: span.parent_id is not None)
    root = spans[0]
    return replace(shown, spans=spans, name=shown.name if root.parent_id else root.name)
