"""The long shape of judged traces: a row for each score, of spans too."""

from collections.abc import Iterator
from typing import Any

from annotate_site.export_text import time_text
from reviews.models import Target

from ...judging.shown import value_in_words
from ...targets import span_of
from .of_traces import JudgedTrace, TraceScope, read_judged
from .reviewed import as_json

# By column, the type it has in a Parquet file, where the value itself is JSON.
COLUMNS = {
    "trace_id": "string", "trace": "string", "name": "string", "start": "string",
    "span_id": "string", "session_id": "string", "field": "string", "field_id": "string",
    "kind": "string",
    "value": "string", "number": "double", "label": "string", "note": "string",
    "explanation": "string", "source": "string", "evaluator": "string", "version": "string",
    "identifier": "string", "annotator": "string", "annotator_name": "string", "queue": "string",
    "queue_id": "string", "item_id": "string", "round": "int64", "final": "bool", "at": "string",
}  # fmt: skip


def long_rows(scope: TraceScope) -> Iterator[dict[str, Any]]:
    for one in read_judged(scope):
        for score in one.scores:
            yield _row(one, score)


def _row(one: JudgedTrace, score: Any) -> dict[str, Any]:
    trace, value = one.row, as_json(score.value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "trace_id": trace.trace_id, "trace": str(trace.id), "name": trace.name,
        "start": time_text(trace.start),
        "span_id": span_of(score.target_key) if score.target_kind == Target.SPAN else None,
        "session_id": score.target_key if score.target_kind == Target.SESSION else None,
        "field": score.name, "field_id": _text(score.field_id), "kind": score.kind,
        "value": value, "number": float(value) if is_number else None,
        "label": value_in_words(score.kind, score.settings, score.value), "note": score.note,
        "explanation": score.explanation, "source": score.source_kind,
        "evaluator": score.evaluator, "version": score.version, "identifier": score.source_key,
        "annotator": score.email, "annotator_name": score.person, "queue": score.queue,
        "queue_id": _text(score.queue_id), "item_id": _text(score.item_id), "round": score.round,
        "final": score.is_final, "at": time_text(score.at),
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
