"""Samples of a log of Inspect: a conversation with its scores, and the steps that made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from traces.ingest.conversations import first_answer, speakers_in
from traces.ingest.formats.inspect_messages import Attachments, chat_messages
from traces.ingest.formats.inspect_steps import steps_of
from traces.ingest.formats.judged.inspect import inspect_scores
from traces.ingest.formats.one_root import with_one_root
from traces.ingest.formats.parts import lenient, object_of, part_of, time_of, with_facts
from traces.ingest.judgments import About
from traces.ingest.parsed import ParsedSpan, ParsedTrace, content_id, root_span_id
from traces.ingest.sample_cutting import LEFT_OUT
from traces.ingest.values import read_count, read_id, read_name

WITHOUT_PARTS = "Left out, as the sample is too large with it: {}."

_READ = {
    "messages", "attachments", "events", "events_data", "model_usage", "started_at",
    "completed_at", "output", "input", LEFT_OUT,
}  # fmt: skip


def sample_part(row: dict[str, Any]) -> ParsedTrace:
    """A sample, with a span for each call of a model or a tool."""
    attachments, log = Attachments(row.get("attachments")), object_of(row, "eval")
    messages = chat_messages(attachments.resolve(row.get("messages")))
    resolved = attachments.resolve({key: row.get(key) for key in ("input", "output")})
    trace_id = lenient(read_id, row.get("uuid")) or _id_of(row, log)
    spans, events = steps_of(row, attachments)
    whole = _whole(row, log, messages, resolved, spans, events)
    left = row.get(LEFT_OUT)
    notes = [WITHOUT_PARTS.format(", ".join(map(str, left)))] if isinstance(left, list) else []
    root = replace(whole, span_id=root_span_id(trace_id))
    below = [replace(span, parent_id=span.parent_id or root.span_id) for span in spans]
    tree, mended = with_one_root(trace_id, root, [root, *below])
    judgments, row["scores"] = inspect_scores(row.get("scores"), About(trace_id))
    attributes = {
        key: one for key, one in row.items() if key not in _READ and one not in (None, {}, [])
    }
    attributes |= _not_in_messages(resolved, messages)
    if pools := {k: v for k, v in object_of(row, "events_data").items() if k != "messages" and v}:
        attributes["events_data"] = pools
    if rest := attachments.rest:
        attributes["attachments"] = rest
    tags = log.get("tags")
    return part_of(
        trace_id, tree, {"tags": tags}, name=whole.name, attributes=attributes,
        notes=[*notes, *mended], judgments=judgments,
    )  # fmt: skip


def _id_of(row: dict[str, Any], log: dict[str, Any]) -> str:
    return content_id([log.get("run_id"), log.get("task_id"), row.get("id"), row.get("epoch")])


def _whole(
    row: dict[str, Any],
    log: dict[str, Any],
    messages: list[Any],
    resolved: dict[str, Any],
    spans: list[ParsedSpan],
    events: list[dict[str, Any]],
) -> ParsedSpan:
    """The sample seen as a span, without an id yet."""
    if not messages:
        messages = [*chat_messages(resolved["input"]), *_answers(resolved["output"])]
    cut = first_answer(messages)
    task = lenient(read_name, log.get("task")) or "sample"
    start, end = _times(row, log, spans)
    span = ParsedSpan(
        span_id="",
        parent_id=None,
        name=lenient(read_name, f"{task} {row.get('id', '')}".strip()) or task,
        kind="agent" if "tool" in speakers_in(messages) else "llm",
        start=start,
        end=end,
        status="error" if row.get("error") else "ok",
        inputs={"messages": messages[:cut]} if messages[:cut] else {},
        outputs={"messages": messages[cut:]} if messages[cut:] else {},
        events=events,
    )
    return with_facts(span, _facts(row, log))


def _answers(output: Any) -> list[Any]:
    choices = output.get("choices") if isinstance(output, dict) else None
    listed = choices if isinstance(choices, list) else []
    return chat_messages(
        [one["message"] for one in listed if isinstance(one, dict) and "message" in one]
    )


def _times(
    row: dict[str, Any], log: dict[str, Any], spans: list[ParsedSpan]
) -> tuple[datetime | None, datetime | None]:
    starts = [span.start for span in spans if span.start]
    start = time_of(row.get("started_at")) or min(starts, default=time_of(log.get("created")))
    ends = [span.end for span in spans if span.end]
    return start, time_of(row.get("completed_at")) or max(ends, default=None)


def _facts(row: dict[str, Any], log: dict[str, Any]) -> dict[str, Any]:
    usage = [one for one in object_of(row, "model_usage").values() if isinstance(one, dict)]
    return {
        "model": log.get("model") or object_of(row, "output").get("model"),
        "tokens_in": _sum(usage, "input_tokens"),
        "tokens_out": _sum(usage, "output_tokens"),
    }


def _sum(usage: list[dict[str, Any]], key: str) -> int | None:
    counts = [lenient(read_count, one.get(key)) for one in usage]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _not_in_messages(resolved: dict[str, Any], messages: list[Any]) -> dict[str, Any]:
    """Input and output of a sample are its first and last messages, most of the time."""
    asked, output = resolved["input"], resolved["output"]
    kept: dict[str, Any] = {}
    if asked and not _is_said(asked, messages):
        kept["input"] = asked
    if isinstance(output, dict):
        rest = {key: one for key, one in output.items() if one and key != "completion"}
        listed = output.get("choices")
        if isinstance(listed, list) and len(listed) == 1 and isinstance(listed[0], dict):
            rest["choices"] = [{k: v for k, v in listed[0].items() if k != "message"}]
        kept["output"] = rest
    return {key: one for key, one in kept.items() if one}


def _is_said(asked: Any, messages: list[Any]) -> bool:
    if isinstance(asked, list):
        return chat_messages(asked) == messages[: len(asked)]
    return any(isinstance(one, dict) and one.get("content") == asked for one in messages)
