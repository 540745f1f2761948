"""How traces and spans are told to programs. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class TraceLine(Schema):
    """A trace in a list. `latency` is in milliseconds, `cost` in the sender's currency."""

    id: UUID
    trace_id: str
    name: str
    start: datetime
    latency: int | None
    status: str
    model: str
    tokens_in: int | None
    tokens_out: int | None
    cost: float | None
    tags: list[str]
    session_id: str
    user_id: str
    input_preview: str
    output_preview: str
    span_count: int


class TraceFacts(TraceLine):
    end: datetime | None
    attributes: dict[str, Any]
    created_at: datetime


class SpanOut(Schema):
    """A step; the one without a `parent_id` carries the trace's inputs and outputs."""

    span_id: str
    parent_id: str
    name: str
    kind: str
    start: datetime | None
    end: datetime | None
    status: str
    model: str
    tokens_in: int | None
    tokens_out: int | None
    cost: float | None
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    attributes: dict[str, Any]
    events: list[Any]


class TracePage(Schema):
    items: list[TraceLine]
    next_cursor: str | None


class SpanPage(Schema):
    items: list[SpanOut]
    next_cursor: str | None


class TraceDetail(Schema):
    trace: TraceFacts
    spans: SpanPage


class RowOut(Schema):
    """`row` counts from 1; `result`: added, already_there or refused; `notes`: what was mended."""

    row: int
    result: str
    reason: str
    trace_id: str
    id: UUID | None
    notes: list[str]


class Received(Schema):
    added: int
    already_there: int
    refused: int
    results: list[RowOut]
