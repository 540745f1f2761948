"""Scores of Langfuse: from its annotators, its evaluators, or its API."""

from __future__ import annotations

from typing import Any

from traces.ingest.formats.judged.entries import read_entries
from traces.ingest.formats.otlp import camel_case
from traces.ingest.formats.parts import lenient
from traces.ingest.judgments import About, Judgment, judgment_of
from traces.ingest.values import read_id, read_span_id

NAME = "langfuse"
_KINDS = {"ANNOTATION": "human", "EVAL": "model"}


def langfuse_scores(given: Any, trace_id: str) -> tuple[list[Judgment], Any]:
    """Of a trace and its observations."""

    def read(one: dict[str, Any]) -> list[Judgment | None]:
        return [_score({camel_case(key): value for key, value in one.items()}, one, trace_id)]

    return read_entries(given, read, ("updatedAt", "updated_at", "timestamp"))


def _score(one: dict[str, Any], raw: dict[str, Any], trace_id: str) -> Judgment | None:
    kind = _KINDS.get(str(one.get("source")).upper(), "api")
    session = lenient(read_id, one.get("sessionId")) or ""
    trace = lenient(read_id, one.get("traceId")) or ("" if session else trace_id)
    span = lenient(read_span_id, one.get("observationId")) or ""
    return judgment_of(
        About(trace, span, "" if trace else session), one.get("name"), _said(one), kind=kind,
        key=one.get("authorUserId") or NAME, evaluator=one.get("name"),
        explanation=one.get("comment"), raw=raw,
    )  # fmt: skip


def _said(one: dict[str, Any]) -> list[Any]:
    value, text, sort = one.get("value"), one.get("stringValue"), str(one.get("dataType")).upper()
    if sort == "BOOLEAN" and value in (0, 1):
        return [bool(value), value]
    return [text, value] if sort == "CATEGORICAL" else [value, text]
