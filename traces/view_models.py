"""View models: what the pages show of traces, so that templates ask no data for methods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from .humanize import amount, duration
from .ingest.parsed import ParsedTrace, latency_between
from .judged_cells import Cells
from .list_columns import ListColumn
from .models import Span, Trace, TraceQueue
from .previews import first_line
from .queries import QueuePlace
from .reading.sections import Reading, read_sides
from .reading.steps import MOST_STEPS
from .sessions import Totals
from .span_tree import Sums
from .titles import Heading, heading_of

SHOWN_SPANS = MOST_STEPS
SHOWN_QUEUES = 2  # where a trace is in more, the first one and how many more
# Columns of the list that show a text of the trace as it is.
TEXTS = {
    "model": "model", "session": "session_id", "user": "user_id", "output": "output_preview",
    "id": "trace_id",
}  # fmt: skip
STATE_GLYPH = {
    TraceQueue.State.OPEN: "pending",
    TraceQueue.State.PENDING_REVIEW: "pending_review",
    TraceQueue.State.COMPLETED: "completed",
}


@dataclass(frozen=True)
class Place:
    """A queue a trace is in. `glyph` is the status whose drawing tells `word`."""

    queue_id: str
    name: str
    glyph: str
    word: str


@dataclass(frozen=True)
class Cell:
    """`text`: of a column that shows a text as it is, else "". `judged`: of one of judgments, what
    `judged_cells` gave; `is_judged`: whether it is one.
    """

    key: str
    label: str
    css: str
    text: str = ""
    is_judged: bool = False
    judged: Any = None


@dataclass(frozen=True)
class TraceRow:
    """`is_in`: it is in the queue that traces are chosen for."""

    trace: Trace
    heading: Heading
    places: list[Place]
    more_places: int
    cells: list[Cell]
    is_in: bool = False

    @property
    def cost(self) -> str:
        return amount(self.trace.cost)

    @property
    def has_tokens(self) -> bool:
        return self.trace.tokens_in is not None or self.trace.tokens_out is not None


@dataclass(frozen=True)
class Sample:
    """A trace that an upload would bring, as it will read."""

    heading: Heading
    trace: ParsedTrace
    reading: Reading


@dataclass(frozen=True)
class Fact:
    """A labelled figure or word; `is_code` for ids, which are read letter by letter; `address`: of
    the page about it.
    """

    label: str
    value: str
    is_code: bool = False
    address: str = ""


def place(found: QueuePlace) -> Place:
    state = TraceQueue.State(found.state)
    return Place(str(found.queue_id), found.name, STATE_GLYPH[state], state.label)


def trace_row(
    trace: Trace,
    places: list[QueuePlace],
    columns: Iterable[ListColumn],
    *,
    repeated: str = "",
    into: UUID | None = None,
    judged: Cells | None = None,
) -> TraceRow:
    """`repeated`: the line that the traces around it begin with, see `traces.titles`; `into`: the
    queue that traces are chosen for.
    """
    most = SHOWN_QUEUES if len(places) <= SHOWN_QUEUES else 1
    shown = [place(found) for found in places[:most]]
    heading = trace_heading(trace, repeated=repeated)
    cells = [_cell(trace, one, judged or {}) for one in columns]
    is_in = any(found.queue_id == into for found in places)
    return TraceRow(trace, heading, shown, len(places) - len(shown), cells, is_in)


def _cell(trace: Trace, column: ListColumn, judged: Cells) -> Cell:
    if column.about:
        told = judged.get((trace.pk, column.about))
        return Cell(column.key, column.label, column.css, is_judged=True, judged=told)
    text = getattr(trace, TEXTS.get(column.key, ""), "")
    return Cell(column.key, column.label, column.css, text)


def trace_heading(trace: Trace, *, repeated: str = "") -> Heading:
    return heading_of(trace.name, trace.input_preview or trace.output_preview, repeated=repeated)


def trace_facts(trace: Trace, *, session_page: str = "") -> list[Fact]:
    """What is known of the run as a whole, besides its time, tags and queues."""
    facts = [
        Fact("Latency", duration(trace.latency)),
        Fact("Model", trace.model),
        Fact("Tokens in", _count(trace.tokens_in)),
        Fact("Tokens out", _count(trace.tokens_out)),
        Fact("Cost", amount(trace.cost)),
        Fact("Session", trace.session_id, is_code=True, address=session_page),
        Fact("User", trace.user_id, is_code=True),
        Fact("Id", trace.trace_id, is_code=True),
    ]
    return [fact for fact in facts if fact.value]


def span_facts(span: Span, sums: Sums) -> list[Fact]:
    """`sums`: of the span and all below it."""
    latency = duration(latency_between(span.start, span.end))
    facts = [
        Fact("Latency", latency),
        Fact("Model", span.model),
        Fact("Tokens in", _count(sums.tokens_in)),
        Fact("Tokens out", _count(sums.tokens_out)),
        Fact("Cost", amount(sums.cost)),
        Fact("Span", span.span_id, is_code=True),
    ]
    return [fact for fact in facts if fact.value]


def session_facts(totals: Totals) -> list[Fact]:
    """Sums over its traces."""
    span = latency_between(totals.start, totals.end)
    failed = f"{totals.failed:,} of {totals.traces:,}" if totals.failed else ""
    facts = [
        Fact("Traces", f"{totals.traces:,}"),
        Fact("Failed", failed),
        Fact("From first to last", duration(span)),
        Fact("Latency, sum", duration(totals.latency)),
        Fact("Tokens in", _count(totals.tokens_in)),
        Fact("Tokens out", _count(totals.tokens_out)),
        Fact("Cost", amount(totals.cost)),
    ]
    return [fact for fact in facts if fact.value]


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def sample(trace: ParsedTrace) -> Sample:
    line = first_line(*trace.sides)
    return Sample(heading_of(trace.name, line), trace, read_sides(*trace.sides, glimpse=True))
