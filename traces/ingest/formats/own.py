"""Our own format: one JSON object for each trace, every key optional but some content.

    {"trace_id": text of at most 128 characters; absent: made from the content
     "name": text, cut at 200 characters
     "session_id", "user_id", "model": text
     "start", "end": ISO 8601 text (without a zone: UTC) or Unix time (seconds to nanoseconds)
     "status": "ok", "error" or "unset"
     "tokens_in", "tokens_out", "cost": numbers
     "tags": at most 50 texts
     "attributes", "inputs", "outputs": objects
     "spans": at most 10,000 of
       {"span_id": text of at most 64 characters, unique in the trace
        "parent_id": the span_id of another; absent: at the top of the trace
        "kind": "llm", "tool", "retriever", "chain", "agent", "embedding" or "other"
        "name", "start", "end", "status", "inputs", "outputs", "attributes", "model",
        "tokens_in", "tokens_out", "cost": as above
        "events": at most 1,000 objects}}

A trace without spans gets one. A single top span is the root and shares inputs and outputs with
the trace; several get a root above them. Every other key is an attribute. Mended with a note: an
end before its start, an unknown kind, a parent that is missing or part of a circle. Anything else
that is wrong refuses the trace and names the place, as in "spans[3].start: must be a time ...".
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.one_root import with_one_root
from traces.ingest.formats.places import Place
from traces.ingest.parsed import (
    KINDS,
    MAX_EVENTS,
    MAX_SPANS,
    MAX_TAGS,
    ParsedSpan,
    ParsedTrace,
    content_id,
    latency_between,
)
from traces.ingest.values import (
    Unreadable,
    read_cost,
    read_count,
    read_id,
    read_name,
    read_span_id,
    read_status,
    read_tags,
    read_text,
    read_time,
)

END_FIRST = "An end before its start was dropped."
UNKNOWN_KIND = f'A kind other than {", ".join(KINDS)} became "other".'

_NOT_SENT = {"latency_ms", "notes", "is_part", "id_of_content", "told", "judgments"}
TRACE_KEYS = frozenset(field.name for field in fields(ParsedTrace)) - _NOT_SENT
TRACE_KEYS |= {"inputs", "outputs"}
SPAN_KEYS = frozenset(field.name for field in fields(ParsedSpan)) - _NOT_SENT


def own_trace(row: dict[str, Any], default_name: str) -> ParsedTrace:
    """Read a row in our own format. Raises InputRefused naming the place that is wrong."""
    place = Place(row, "")
    notes: list[str] = []
    own_id = place.read("trace_id", read_id)
    trace_id = own_id or content_id(row)
    given = _spans(place, notes)
    whole = _in_order(_with_times_of(_whole(place, default_name), given), notes)
    spans, mended = with_one_root(trace_id, whole, given)
    return ParsedTrace(
        trace_id=trace_id,
        name=whole.name,
        session_id=place.read("session_id", read_id),
        user_id=place.read("user_id", read_id),
        start=whole.start,
        end=whole.end,
        latency_ms=latency_between(whole.start, whole.end),
        status=spans[0].status if whole.status == "unset" else whole.status,
        model=place.read("model", read_text),
        tokens_in=place.read("tokens_in", read_count),
        tokens_out=place.read("tokens_out", read_count),
        cost=place.read("cost", read_cost),
        tags=place.read("tags", _tags),
        attributes=place.with_others("attributes", TRACE_KEYS),
        spans=spans,
        notes=list(dict.fromkeys(notes + mended)),
        id_of_content=not own_id,
    )


def _whole(place: Place, default_name: str) -> ParsedSpan:
    """The trace seen as a span, without an id yet."""
    inputs, outputs = place.object("inputs"), place.object("outputs")
    if not (inputs or outputs or place.values.get("spans")):
        raise InputRefused("inputs: a trace needs inputs, outputs or spans.")
    return ParsedSpan(
        span_id="",
        parent_id=None,
        name=place.read("name", read_name) or default_name,
        kind="chain",
        start=place.read("start", read_time),
        end=place.read("end", read_time),
        status=place.read("status", read_status),
        inputs=inputs,
        outputs=outputs,
    )


def _spans(trace: Place, notes: list[str]) -> list[ParsedSpan]:
    spans: dict[str, ParsedSpan] = {}
    for index, value in enumerate(trace.objects("spans", MAX_SPANS)):
        place = Place(value, f"spans[{index}].")
        span = read_span(place, notes)
        if not span.span_id:
            raise place.refusal("span_id", "is missing or nothing but zeros.")
        if span.span_id in spans:
            raise place.refusal("span_id", "is the id of an earlier span.")
        spans[span.span_id] = span
    return list(spans.values())


def read_span(place: Place, notes: list[str]) -> ParsedSpan:
    """A span; its id is "" where it has none. Adds to the notes. Raises InputRefused."""
    kind = place.read("kind", read_text).lower() or "other"
    if kind not in KINDS:
        notes.append(UNKNOWN_KIND)
        kind = "other"
    span = ParsedSpan(
        span_id=place.read("span_id", read_span_id),
        parent_id=place.read("parent_id", read_span_id) or None,
        name=place.read("name", read_name) or kind,
        kind=kind,
        start=place.read("start", read_time),
        end=place.read("end", read_time),
        status=place.read("status", read_status),
        inputs=place.object("inputs"),
        outputs=place.object("outputs"),
        attributes=place.with_others("attributes", SPAN_KEYS),
        events=place.objects("events", MAX_EVENTS),
        model=place.read("model", read_text),
        tokens_in=place.read("tokens_in", read_count),
        tokens_out=place.read("tokens_out", read_count),
        cost=place.read("cost", read_cost),
    )
    return _in_order(span, notes)


def _in_order(span: ParsedSpan, notes: list[str]) -> ParsedSpan:
    if span.start and span.end and span.end < span.start:
        notes.append(END_FIRST)
        return replace(span, end=None)
    return span


def _with_times_of(whole: ParsedSpan, spans: list[ParsedSpan]) -> ParsedSpan:
    """The whole from its first start to its last end, where it does not tell them itself."""
    return replace(
        whole,
        start=whole.start or min((span.start for span in spans if span.start), default=None),
        end=whole.end or max((span.end for span in spans if span.end), default=None),
    )


def _tags(value: Any) -> list[str]:
    tags = read_tags(value)
    if len(tags) > MAX_TAGS:
        raise Unreadable(f"must be at most {MAX_TAGS}.")
    return tags
