"""Traces of MLflow: `info` and `data` with its spans, of the second or the third version; or a row
of a table of traces, whose columns are the keys of both.
"""

from __future__ import annotations

import re
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.conventions import Meaning, meaning_of
from traces.ingest.formats.judged.mlflow import mlflow_assessments
from traces.ingest.formats.one_root import with_one_root
from traces.ingest.formats.otlp import read_otlp_id
from traces.ingest.formats.parts import lenient, object_of, part_of, status_of, time_of, with_facts
from traces.ingest.json_text import opened, side_of, unquoted
from traces.ingest.parsed import MAX_EVENTS, MAX_SPANS, ParsedSpan, ParsedTrace
from traces.ingest.values import read_count, read_id, read_name, read_span_id

NO_ID = "The trace has no id."
NO_SPAN_ID = "A span has no id."
TOO_MANY_SPANS = f"It holds more than {MAX_SPANS:,} spans."

_OF_A_TRACE = {
    "trace_id", "request_id", "spans", "request", "response", "request_time", "timestamp_ms",
    "state", "status", "info", "data", "trace", "execution_duration", "execution_duration_ms",
    "execution_time_ms",
}  # fmt: skip
_OF_A_SPAN = {
    "name", "context", "span_id", "trace_id", "parent_id", "parent_span_id", "start_time",
    "end_time", "start_time_unix_nano", "end_time_unix_nano", "start_time_ns", "end_time_ns",
    "status", "status_code", "attributes", "events", "inputs", "outputs", "span_type",
}  # fmt: skip
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")


def mlflow_part(row: dict[str, Any]) -> ParsedTrace:
    """A trace with its spans. Raises InputRefused."""
    told = _flat(row)
    trace_id = lenient(read_id, told.get("trace_id") or told.get("request_id"))
    if not trace_id:
        raise InputRefused(NO_ID)
    listed = opened(told.get("spans"))
    given = (
        [one for one in map(opened, listed) if isinstance(one, dict)]
        if isinstance(listed, list)
        else []
    )
    if len(given) > MAX_SPANS:
        raise InputRefused(TOO_MANY_SPANS)
    spans = list({span.span_id: span for span in map(_span, given)}.values())
    metadata = _pairs(told, "trace_metadata") | _pairs(told, "request_metadata")
    whole = _whole(told, metadata)
    tree, notes = with_one_root(trace_id, whole, spans)
    if not any(span.tokens_in is not None for span in tree):
        tree[0] = with_facts(tree[0], _usage(metadata) | {"model": tree[0].model})
    facts = {
        "session_id": metadata.get("mlflow.trace.session"),
        "user_id": metadata.get("mlflow.trace.user"),
    }
    judgments, told["assessments"] = mlflow_assessments(told.get("assessments"), trace_id, _id)
    attributes = {key: one for key, one in told.items() if key not in _OF_A_TRACE and one}
    return part_of(
        trace_id, tree, facts, name=whole.name, attributes=attributes, notes=notes,
        judgments=judgments,
    )  # fmt: skip


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """The keys of the row, of `info` and of `data` side by side, also of a whole `trace` in it."""
    inner = opened(row.get("trace"))
    whole = row | inner if isinstance(inner, dict) else row
    return {**whole, **object_of(whole, "info"), **object_of(whole, "data")}


def _whole(told: dict[str, Any], metadata: dict[str, Any]) -> ParsedSpan:
    """The trace seen as a span, without an id yet."""
    tags = _pairs(told, "tags")
    start = time_of(told.get("request_time") or told.get("timestamp_ms"))
    asked = told.get("request") or metadata.get("mlflow.traceInputs") or told.get("request_preview")
    answered = (
        told.get("response") or metadata.get("mlflow.traceOutputs") or told.get("response_preview")
    )
    return ParsedSpan(
        span_id="",
        parent_id=None,
        name=lenient(read_name, tags.get("mlflow.traceName")) or "trace",
        kind="chain",
        start=start,
        end=_end(start, told),
        status=status_of(told.get("state") or told.get("status")),
        inputs=side_of(unquoted(asked), "input"),
        outputs=side_of(unquoted(answered), "output"),
    )


def _end(start: Any, told: dict[str, Any]) -> Any:
    milliseconds = told.get("execution_duration_ms", told.get("execution_time_ms"))
    duration = told.get("execution_duration")
    if isinstance(duration, str) and (match := _SECONDS.fullmatch(duration)):
        milliseconds = round(float(match[1]) * 1000)
    elif milliseconds is None:
        milliseconds = duration
    read = lenient(read_count, milliseconds)
    if start is None or read is None:
        return None
    return time_of((start.timestamp() * 1000 + read) / 1000)


def _span(given: dict[str, Any]) -> ParsedSpan:
    context = object_of(given, "context")
    span_id = _id(given.get("span_id") or context.get("span_id"))
    if not span_id:
        raise InputRefused(NO_SPAN_ID)
    listed = given.get("events")
    events = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    attributes = {key: unquoted(opened(one)) for key, one in object_of(given, "attributes").items()}
    meaning = meaning_of(attributes, events)
    kind = meaning.kind or _kind_of(given)
    span = ParsedSpan(
        span_id=span_id,
        parent_id=_id(given.get("parent_span_id") or given.get("parent_id")) or None,
        name=lenient(read_name, given.get("name")) or kind or "span",
        kind=kind or "other",
        start=_time(given, "start_time"),
        end=_time(given, "end_time"),
        status=status_of(given.get("status") or given.get("status_code")),
        inputs=meaning.inputs or side_of(given.get("inputs"), "input"),
        outputs=meaning.outputs or side_of(given.get("outputs"), "output"),
        attributes=meaning.rest | _rest(given),
        events=events[:MAX_EVENTS],
    )
    return with_facts(span, meaning.facts)


def _rest(given: dict[str, Any]) -> dict[str, Any]:
    message = object_of(given, "status").get("message") or given.get("status_message")
    rest = {key: one for key, one in given.items() if key not in _OF_A_SPAN and one}
    return rest | ({"status.message": message} if message else {})


def _kind_of(given: dict[str, Any]) -> str:
    told: Meaning = meaning_of({"mlflow.spanType": given.get("span_type")})
    return told.kind


def _time(given: dict[str, Any], name: str) -> Any:
    keys = (f"{name}_unix_nano", f"{name}_ns", name)
    return time_of(next((given[key] for key in keys if given.get(key)), None))


def _id(value: Any) -> str:
    return lenient(read_span_id, read_otlp_id(value)) or ""


def _usage(metadata: dict[str, Any]) -> dict[str, Any]:
    told = opened(metadata.get("mlflow.trace.tokenUsage"))
    usage = told if isinstance(told, dict) else {}
    return {"tokens_in": usage.get("input_tokens"), "tokens_out": usage.get("output_tokens")}


def _pairs(told: dict[str, Any], key: str) -> dict[str, Any]:
    """An object, also where it came as its text or as a list of keys and values."""
    value = opened(told.get(key))
    if isinstance(value, list):
        pairs = [one for one in value if isinstance(one, dict) and isinstance(one.get("key"), str)]
        return {one["key"]: one.get("value") for one in pairs}
    return value if isinstance(value, dict) else {}
