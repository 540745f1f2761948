"""What the spans of a request of OTLP are: steps of traces, or judgments of other spans."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.otlp import OtlpSpan, read_span, spans_of
from traces.ingest.formats.otlp_scores import is_feedback, read_feedback
from traces.ingest.formats.parts import judged_alone, part_of
from traces.ingest.judgments import Judgment
from traces.ingest.parsed import ParsedSpan, ParsedTrace

NO_SPANS = "It holds no spans."


def otlp_parts(row: dict[str, Any]) -> list[ParsedTrace]:
    """Each trace's spans in a request. Raises InputRefused."""
    traces = traces_of(read_any_span(*one) for one in spans_of(row))
    if not traces:
        raise InputRefused(NO_SPANS)
    return traces


def read_any_span(
    resource: dict[str, Any], scope: dict[str, Any], span: dict[str, Any]
) -> OtlpSpan | list[Judgment]:
    """A span whose names are in camel case. Raises InputRefused."""
    return read_feedback(span) if is_feedback(span) else read_span(resource, scope, span)


def traces_of(records: Iterable[OtlpSpan | list[Judgment]]) -> list[ParsedTrace]:
    """The spans, each trace's together with what is said of it."""
    traces: dict[str, list[ParsedSpan]] = {}
    judged: dict[str, list[Judgment]] = {}
    for one in records:
        if isinstance(one, OtlpSpan):
            traces.setdefault(one.trace_id, []).append(one.span)
        else:
            for judgment in one:
                judged.setdefault(judgment.trace_id, []).append(judgment)
    parts = [
        part_of(trace_id, listed, {}, judgments=judged.pop(trace_id, []))
        for trace_id, listed in traces.items()
    ]
    return [*parts, *(judged_alone(trace_id, listed) for trace_id, listed in judged.items())]
