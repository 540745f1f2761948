"""Log records of OTLP that belong to a span: GenAI events, which carry content or a judgment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from traces.ingest.cleaning import InputRefused
from traces.ingest.conventions import meaning_of
from traces.ingest.conventions.genai import CONTENT_EVENTS, DETAILS, MESSAGE_EVENTS
from traces.ingest.formats.otlp import (
    any_value,
    attributes_of,
    camel_case,
    objects_of,
    read_otlp_id,
)
from traces.ingest.formats.parts import object_of, with_facts
from traces.ingest.parsed import ParsedSpan
from traces.ingest.values import Unreadable, read_id, read_span_id

NOT_KEPT = "Of log records only GenAI events are kept."
NO_SPAN = "A log record has no traceId and spanId."
# Where an event of a span, of before 1.37, has what a log record has in its body.
_CONTENT = "gen_ai.event.content"


class LogEvent(NamedTuple):
    """Content of a span: `event` as a span's own event has it, `time` in Unix nanoseconds."""

    trace_id: str
    span_id: str
    time: int
    event: dict[str, Any]

    @property
    def digest(self) -> str:
        told = json.dumps([self.time, self.event], sort_keys=True)
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def records_of(
    row: dict[str, Any],
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Resource, scope and log record, of a request or of one group in it."""
    for group in objects_of(row, "resourceLogs") or [row]:
        for inner in objects_of(group, "scopeLogs"):
            for record in objects_of(inner, "logRecords"):
                named = {camel_case(key): value for key, value in record.items()}
                yield object_of(group, "resource"), object_of(inner, "scope"), named


def name_of(record: dict[str, Any]) -> str:
    name = record.get("eventName") or attributes_of(record).get("event.name")
    return name if isinstance(name, str) else ""


def ids_of(record: dict[str, Any]) -> tuple[str, str]:
    """Raises InputRefused."""
    try:
        trace = read_id(read_otlp_id(record.get("traceId")))
        span = read_span_id(read_otlp_id(record.get("spanId")))
    except Unreadable as error:
        raise InputRefused(f"A log record's id {error}") from None
    return trace, span


def read_event(record: dict[str, Any]) -> LogEvent:
    """Raises InputRefused for what is no content of a span."""
    name, attributes = name_of(record), attributes_of(record)
    if name not in CONTENT_EVENTS and name not in MESSAGE_EVENTS:
        raise InputRefused(NOT_KEPT)
    trace_id, span_id = ids_of(record)
    if not trace_id or not span_id:
        raise InputRefused(NO_SPAN)
    body = any_value(record.get("body"))
    if isinstance(body, dict):
        attributes = body | attributes if name == DETAILS else {**attributes, _CONTENT: body}
    time = record.get("timeUnixNano") or record.get("observedTimeUnixNano") or 0
    moment = int(time) if str(time).isdecimal() and len(str(time)) < 20 else 0
    event = {"timeUnixNano": str(moment), "name": name, "attributes": attributes}
    return LogEvent(trace_id, span_id, min(moment, 2**63 - 1), event)


def content_of(events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a span that its log records tell; they are in the order of their times."""
    meaning = meaning_of({}, events)
    span = ParsedSpan("", None, "", meaning.kind or "other", None, None, "unset")
    read = with_facts(span, meaning.facts)
    return {
        "kind": read.kind, "inputs": meaning.inputs, "outputs": meaning.outputs,
        "model": read.model, "tokens_in": read.tokens_in, "tokens_out": read.tokens_out,
        "cost": read.cost, "told": read.told,
    }  # fmt: skip
