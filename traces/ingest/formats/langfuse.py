"""Langfuse's exports: a trace with its observations, a trace alone, or one observation.

Names may be in camel or snake case. Inputs and outputs are often JSON in a text.
"""

from __future__ import annotations

from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import is_observation
from traces.ingest.formats.judged.langfuse import langfuse_scores
from traces.ingest.formats.one_root import with_one_root
from traces.ingest.formats.otlp import camel_case
from traces.ingest.formats.parts import lenient, object_of, part_of, status_of, time_of, with_facts
from traces.ingest.json_text import side_of
from traces.ingest.parsed import MAX_SPANS, ParsedSpan, ParsedTrace
from traces.ingest.values import read_id, read_name, read_span_id

NO_ID = "The trace has no id."
NO_OBSERVATION_ID = "An observation has no id."
TOO_MANY_OBSERVATIONS = f"It holds more than {MAX_SPANS:,} observations."

_KINDS = {
    "generation": "llm", "span": "chain", "event": "other", "agent": "agent", "tool": "tool",
    "chain": "chain", "retriever": "retriever", "embedding": "embedding",
}  # fmt: skip
_OF_A_TRACE = {"id", "name", "input", "output", "timestamp", "observations", "tags", "sessionId",
               "userId"}  # fmt: skip
_OF_AN_OBSERVATION = {
    "id", "traceId", "parentObservationId", "type", "name", "startTime", "endTime", "input",
    "output", "level",
}  # fmt: skip


def langfuse_part(row: dict[str, Any]) -> ParsedTrace:
    """The trace of a row, with its observations. Raises InputRefused."""
    if is_observation(row):
        return _one_observation(row)
    inner = row.get("trace")
    if isinstance(inner, dict):  # what is beside the trace is said of it, too
        told = {key: one for key, one in inner.items() if one is not None and key != "observations"}
        row = {key: one for key, one in row.items() if key != "trace"} | told
    trace = {camel_case(key): value for key, value in row.items()}
    trace_id = lenient(read_id, trace.get("id"))
    if not trace_id:
        raise InputRefused(NO_ID)
    listed = trace.get("observations")
    given = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if len(given) > MAX_SPANS:
        raise InputRefused(TOO_MANY_OBSERVATIONS)
    spans = list({span.span_id: span for span in map(_observation, given)}.values())
    judgments, trace["scores"] = langfuse_scores(trace.get("scores"), trace_id)
    attributes = {key: one for key, one in trace.items() if key not in _OF_A_TRACE and one}
    tree, notes = with_one_root(trace_id, _whole(trace, spans), spans)
    if not spans:  # a table of traces, which counts for them what their observations used
        tree = [with_facts(tree[0], _facts(trace))]
    facts = {"session_id": trace.get("sessionId"), "user_id": trace.get("userId")}
    name = lenient(read_name, trace.get("name")) or ""
    facts["tags"] = trace.get("tags")
    return part_of(
        trace_id, tree, facts, name=name, attributes=attributes, notes=notes, judgments=judgments
    )


def _one_observation(row: dict[str, Any]) -> ParsedTrace:
    trace_id = lenient(read_id, row.get("traceId", row.get("trace_id")))
    if not trace_id:
        raise InputRefused(NO_ID)
    named = {camel_case(key): value for key, value in row.items()}
    facts = {"session_id": named.get("sessionId"), "user_id": named.get("userId")}
    return part_of(trace_id, [_observation(row)], facts)


def _whole(trace: dict[str, Any], spans: list[ParsedSpan]) -> ParsedSpan:
    """The trace seen as a span, without an id yet."""
    start, ends = time_of(trace.get("timestamp")), [span.end for span in spans if span.end]
    if not ends and start and isinstance(seconds := trace.get("latency"), int | float):
        ends = [end for end in [time_of(start.timestamp() + seconds)] if end]
    return ParsedSpan(
        span_id="",
        parent_id=None,
        name=lenient(read_name, trace.get("name")) or "trace",
        kind="chain",
        start=start,
        end=max(ends, default=None),
        status=status_of("error" if trace.get("level") == "ERROR" else None),
        inputs=side_of(trace.get("input"), "input"),
        outputs=side_of(trace.get("output"), "output"),
    )


def _observation(given: dict[str, Any]) -> ParsedSpan:
    row = {camel_case(key): value for key, value in given.items()}
    span_id = lenient(read_span_id, row.get("id"))
    if not span_id:
        raise InputRefused(NO_OBSERVATION_ID)
    kind = _kind(row)
    span = ParsedSpan(
        span_id=span_id,
        parent_id=lenient(read_span_id, row.get("parentObservationId")) or None,
        name=lenient(read_name, row.get("name")) or kind or "observation",
        kind=_KINDS.get(kind, "other"),
        start=time_of(row.get("startTime")),
        end=time_of(row.get("endTime")),
        status=status_of("error" if row.get("level") == "ERROR" else None),
        inputs=side_of(row.get("input"), "input"),
        outputs=side_of(row.get("output"), "output"),
        attributes={key: one for key, one in row.items() if key not in _OF_AN_OBSERVATION and one},
    )
    return with_facts(span, _facts(row))


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    usage = object_of(row, "usageDetails") or object_of(row, "usage")
    costs = object_of(row, "costDetails")
    return {
        "model": row.get("model"),
        "tokens_in": _either(
            usage.get("input"),
            row.get("promptTokens"),
            row.get("inputUsage"),
            usage.get("promptTokens"),
            row.get("inputTokens"),
        ),
        "tokens_out": _either(
            usage.get("output"),
            row.get("completionTokens"),
            row.get("outputUsage"),
            usage.get("completionTokens"),
            row.get("outputTokens"),
        ),
        "cost": _either(costs.get("total"), row.get("calculatedTotalCost"), row.get("totalCost")),
    }


def _either(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _kind(row: dict[str, Any]) -> str:
    kind = row.get("type")
    return kind.lower() if isinstance(kind, str) else ""
