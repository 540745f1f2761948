"""The events of a sample of Inspect: calls of models and tools as spans, the others as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from traces.ingest.formats.inspect_messages import Attachments, chat_messages
from traces.ingest.formats.parts import lenient, object_of, time_of, with_facts
from traces.ingest.json_text import side_of
from traces.ingest.parsed import MAX_EVENTS, MAX_SPANS, ParsedSpan, content_id
from traces.ingest.values import read_name, read_span_id

_READ = {
    "event", "span_id", "id", "uuid", "parent_id", "timestamp", "completed", "input", "output",
    "function", "arguments", "result", "model", "name", "input_refs",
}  # fmt: skip
_KINDS = {"agent": "agent", "tool": "tool"}


def steps_of(
    row: Mapping[str, Any], attachments: Attachments
) -> tuple[list[ParsedSpan], list[dict[str, Any]]]:
    """Spans with unique ids, and at most MAX_EVENTS other events."""
    listed = row.get("events")
    events = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    pool = object_of(row, "events_data").get("messages")
    ends = {one.get("id"): one.get("timestamp") for one in events if one.get("event") == "span_end"}
    spans: dict[str, ParsedSpan] = {}
    others: list[dict[str, Any]] = []
    for number, event in enumerate(events):
        span = _span(event, number, ends, pool, attachments)
        if span and span.span_id not in spans and len(spans) < MAX_SPANS - 1:
            spans[span.span_id] = span
        elif event.get("event") != "span_end":
            others.append(_event(event))
    return list(spans.values()), others[:MAX_EVENTS]


def _span(
    event: dict[str, Any],
    number: int,
    ends: Mapping[Any, Any],
    pool: Any,
    attachments: Attachments,
) -> ParsedSpan | None:
    kind = event.get("event")
    if kind == "model":
        return _call_of_model(event, number, pool, attachments)
    if kind == "tool":
        return _call_of_tool(event, number, attachments)
    if kind != "span_begin":
        return None
    return ParsedSpan(
        span_id=lenient(read_span_id, event.get("id")) or _made_id(event, number),
        parent_id=lenient(read_span_id, event.get("parent_id")) or None,
        name=lenient(read_name, event.get("name")) or "span",
        kind=_KINDS.get(str(event.get("type")), "chain"),
        start=time_of(event.get("timestamp")),
        end=time_of(ends.get(event.get("id"))),
        status="unset",
        attributes=_rest(event),
    )


def _call_of_model(
    event: dict[str, Any], number: int, pool: Any, attachments: Attachments
) -> ParsedSpan:
    output = object_of(event, "output")
    choices = output.get("choices")
    answers = (
        [one.get("message") for one in choices if isinstance(one, dict)]
        if isinstance(choices, list)
        else []
    )
    asked = chat_messages(attachments.resolve(_input_of(event, pool)))
    said = chat_messages(attachments.resolve([one for one in answers if one]))
    usage = object_of(output, "usage")
    rest = {key: one for key, one in output.items() if key not in ("choices", "completion") and one}
    span = ParsedSpan(
        span_id=_made_id(event, number),
        parent_id=lenient(read_span_id, event.get("span_id")) or None,
        name=lenient(read_name, event.get("model")) or "model",
        kind="llm",
        start=time_of(event.get("timestamp")),
        end=time_of(event.get("completed")),
        status="error" if event.get("error") or output.get("error") else "ok",
        inputs={"messages": asked} if asked else {},
        outputs={"messages": said} if said else {},
        attributes=attachments.resolve(_rest(event) | ({"output": rest} if rest else {})),
    )
    facts = {"tokens_in": usage.get("input_tokens"), "tokens_out": usage.get("output_tokens")}
    return with_facts(span, facts | {"model": output.get("model") or event.get("model")})


def _input_of(event: dict[str, Any], pool: Any) -> Any:
    """The messages that a call was given; newer logs refer to ranges of a common list."""
    given, ranges = event.get("input"), event.get("input_refs")
    if given or not isinstance(ranges, list) or not isinstance(pool, list):
        return given
    found: list[Any] = []
    for one in ranges:
        if isinstance(one, list) and len(one) == 2 and all(isinstance(n, int) for n in one):
            found += pool[max(0, one[0]) : max(0, one[1])]
    return found


def _call_of_tool(event: dict[str, Any], number: int, attachments: Attachments) -> ParsedSpan:
    error = event.get("error")
    return ParsedSpan(
        span_id=_made_id(event, number),
        parent_id=lenient(read_span_id, event.get("span_id")) or None,
        name=lenient(read_name, event.get("function")) or "tool",
        kind="tool",
        start=time_of(event.get("timestamp")),
        end=time_of(event.get("completed")),
        status="error" if error or event.get("failed") else "ok",
        inputs=side_of(attachments.resolve(event.get("arguments")), "arguments"),
        outputs=side_of(attachments.resolve(event.get("result")), "result"),
        attributes=attachments.resolve(_rest(event)),
    )


def _made_id(event: dict[str, Any], number: int) -> str:
    return (
        lenient(read_span_id, event.get("uuid"))
        or content_id([number, event.get("timestamp")])[:16]
    )


def _rest(event: dict[str, Any]) -> dict[str, Any]:
    return {
        key: one for key, one in event.items() if key not in _READ and one not in (None, [], {})
    }


def _event(event: dict[str, Any]) -> dict[str, Any]:
    rest = {
        key: one
        for key, one in event.items()
        if key not in ("event", "timestamp") and one is not None
    }
    return {"name": event.get("event"), "timestamp": event.get("timestamp"), "attributes": rest}
