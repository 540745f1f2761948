"""Parts of traces: spans that came without the others of their trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from traces.ingest.formats.own import END_FIRST
from traces.ingest.judgments import Judgment
from traces.ingest.parsed import MAX_TAGS, ParsedSpan, ParsedTrace, latency_between
from traces.ingest.values import (
    Unreadable,
    read_cost,
    read_count,
    read_id,
    read_status,
    read_tags,
    read_text,
    read_time,
)

T = TypeVar("T")

_STATUS_CODES = {"0": "unset", "1": "ok", "2": "error"}


def with_facts(span: ParsedSpan, facts: Mapping[str, Any]) -> ParsedSpan:
    """The span with the model, tokens and cost that it tells; what does not read is left out."""
    return replace(
        span,
        model=lenient(read_text, facts.get("model")) or "",
        tokens_in=lenient(read_count, _number(facts.get("tokens_in"))),
        tokens_out=lenient(read_count, _number(facts.get("tokens_out"))),
        cost=lenient(read_cost, facts.get("cost")),
        told=_told(facts),
    )


def _told(facts: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    told = {
        "session_id": lenient(read_id, facts.get("session_id")),
        "user_id": lenient(read_id, facts.get("user_id")),
        "tags": tags_of(facts.get("tags")),
    } | more  # fmt: skip
    return {key: value for key, value in told.items() if value}


def part_of(
    trace_id: str,
    spans: Sequence[ParsedSpan],
    facts: Mapping[str, Any],
    *,
    name: str = "",
    attributes: dict[str, Any] | None = None,
    notes: Sequence[str] = (),
    judgments: Sequence[Judgment] = (),
) -> ParsedTrace:
    """Some spans of a trace. `facts` may tell session_id, user_id and tags, `attributes` those of
    the trace where no span has them.
    """
    ordered = sorted(spans, key=lambda span: span.parent_id is not None)
    mended = [_in_order(span) for span in ordered]
    backwards = mended != ordered
    told = _told(facts, name=name, attributes=attributes or {}) | mended[0].told
    mended[0] = replace(mended[0], told=told)
    joined = {key: one for span in reversed(mended) for key, one in span.told.items()}
    start = min((span.start for span in mended if span.start), default=None)
    end = max((span.end for span in mended if span.end), default=None)
    return ParsedTrace(
        trace_id=trace_id,
        name=name or mended[0].name,
        session_id=joined.get("session_id", ""),
        user_id=joined.get("user_id", ""),
        start=start,
        end=end,
        latency_ms=latency_between(start, end),
        status=mended[0].status,
        model="",
        tokens_in=None,
        tokens_out=None,
        cost=None,
        tags=joined.get("tags", []),
        attributes=attributes or _resource(mended[0]),
        spans=mended,
        notes=[*dict.fromkeys(notes), *[END_FIRST] * backwards],
        is_part=True,
        judgments=list(judgments),
    )


def judged_alone(trace_id: str, judgments: Sequence[Judgment]) -> ParsedTrace:
    """No spans, and what is said of this trace, or of no trace ("")."""
    return ParsedTrace(
        trace_id, name="", session_id="", user_id="", start=None, end=None, latency_ms=None,
        status="unset", model="", tokens_in=None, tokens_out=None, cost=None, tags=[],
        attributes={}, spans=[], is_part=True, judgments=list(judgments),
    )  # fmt: skip


def _resource(span: ParsedSpan) -> dict[str, Any]:
    resource = span.attributes.get("resource")
    return resource if isinstance(resource, dict) else {}


def lenient(read: Callable[[Any], T], value: Any) -> T | None:
    """None for what a function of `values` cannot read."""
    try:
        return read(value)
    except Unreadable:
        return None


def object_of(holder: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under a key; {} where there is none."""
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def time_of(value: Any) -> datetime | None:
    """A moment, also from the digits of a Unix time in a text."""
    number = _number(value)
    return lenient(read_time, number if isinstance(number, int) else value)


def status_of(value: Any) -> str:
    """From a word, a code of OpenTelemetry, or an object around one of these."""
    if isinstance(value, dict):
        value = value.get("status_code", value.get("code", value.get("statusCode")))
    word = str(value).rpartition(".")[2].lower().removeprefix("status_code_")
    return _STATUS_CODES.get(word) or lenient(read_status, word) or "unset"


def tags_of(value: Any) -> list[str]:
    listed = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    return (lenient(read_tags, listed) or [])[:MAX_TAGS]


def _in_order(span: ParsedSpan) -> ParsedSpan:
    backwards = span.start and span.end and span.end < span.start
    return replace(span, end=None) if backwards else span


def _number(value: Any) -> Any:
    is_digits = isinstance(value, str) and value.isdecimal() and len(value) < 20
    return int(value) if is_digits else value
