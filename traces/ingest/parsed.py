"""What every way in produces: a trace and its spans, ready to be stored."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from traces.ingest.judgments import Judgment

MAX_ID = 128
MAX_SPAN_ID = 64
MAX_NAME = 200
MAX_TAGS = 50
MAX_TAG = 100
MAX_SPANS = 10_000
MAX_EVENTS = 1_000

KINDS = ("llm", "tool", "retriever", "chain", "agent", "embedding", "other")
STATUSES = ("ok", "error", "unset")


@dataclass(frozen=True)
class ParsedSpan:
    """One step. `parent_id` is None for the root alone; `kind` is in KINDS, `status` in STATUSES.

    inputs, outputs and attributes are JSON objects, events a list of JSON objects. model, tokens
    and cost are those of this step, or of all steps below it. told: what it says of a trace that
    comes in parts: name, session_id, user_id, tags, attributes.
    """

    span_id: str
    parent_id: str | None
    name: str
    kind: str
    start: datetime | None
    end: datetime | None
    status: str
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ParsedTrace:
    """One run. spans[0] is the root, which carries the trace's inputs and outputs.

    Texts are "" when absent. Times are UTC between 1970 and 9998 and end is never before start.
    Token counts fit 31 bits; cost has up to 9 digits before the point and 9 behind it.
    `notes` are sentences on what was mended while reading. `is_part`: these are some spans of the
    trace, of any place in it, and others may come; model, tokens and cost are the spans' then.
    `id_of_content`: the sender gave no id, so that equal content has an equal one. `judgments` are
    of this trace or another, of its spans or a session; without spans there are only these.
    """

    trace_id: str
    name: str
    session_id: str
    user_id: str
    start: datetime | None
    end: datetime | None
    latency_ms: int | None
    status: str
    model: str
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None
    tags: list[str]
    attributes: dict[str, Any]
    spans: list[ParsedSpan]
    notes: list[str] = field(default_factory=list)
    is_part: bool = False
    id_of_content: bool = False
    judgments: list[Judgment] = field(default_factory=list)

    @property
    def root(self) -> ParsedSpan:
        """The span that carries the trace's inputs and outputs."""
        return self.spans[0]

    @property
    def sides(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the trace says: its root's inputs and outputs. Where that says nothing or is not
        there: the first inputs, with the outputs of the same span or else the last. Calls of a
        model beside each other are a conversation that grows, and so the last of them counts.
        """
        if self.root.parent_id is None and (self.root.inputs or self.root.outputs):
            return self.root.inputs, self.root.outputs
        spans = sorted(self.spans, key=_by_start)
        asked = next((span for span in spans if span.inputs), self.root)
        if beside := [span for span in spans if _continues(span, asked)]:
            asked = beside[-1]
        answers = (span.outputs for span in reversed(spans) if span.outputs)
        return asked.inputs, asked.outputs or next(answers, {})


def _continues(span: ParsedSpan, first: ParsedSpan) -> bool:
    """Whether both are calls of a model beside each other, and this one has an answer."""
    beside = span.kind == first.kind == "llm" and span.parent_id == first.parent_id
    return beside and bool(span.inputs and span.outputs)


def _by_start(span: ParsedSpan) -> tuple[bool, float]:
    return span.start is None, span.start.timestamp() if span.start else 0


def content_id(value: Any) -> str:
    """32 hexadecimal digits that are equal for equal JSON, whatever the order of its keys."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def root_span_id(trace_id: str) -> str:
    """The id of a root span that the source did not name: 16 hexadecimal digits."""
    return hashlib.sha256(f"{trace_id}/root".encode()).hexdigest()[:16]


def latency_between(start: datetime | None, end: datetime | None) -> int | None:
    """Milliseconds from start to end, or None if either is unknown."""
    if start is None or end is None:
        return None
    return round((end - start).total_seconds() * 1000)
