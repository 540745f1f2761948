"""Runs as LangSmith exports them: a run and the runs below it, each a span.

Runs of one `trace_id` join, also those inside `child_runs`. Without `trace_id` and
`parent_run_id`, `dotted_order` tells where a run is: its ids from the outermost, each behind a
time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.judged.langsmith import langsmith_feedback, langsmith_stats
from traces.ingest.formats.parts import lenient, object_of, part_of, status_of, time_of, with_facts
from traces.ingest.json_text import side_of
from traces.ingest.judgments import About, Judgment
from traces.ingest.parsed import MAX_EVENTS, MAX_SPANS, ParsedSpan, ParsedTrace
from traces.ingest.values import read_id, read_name, read_span_id

NO_ID = "A run has no id."
TOO_MANY_RUNS = f"It holds more than {MAX_SPANS:,} runs."

_KINDS = {
    "llm": "llm", "chain": "chain", "tool": "tool", "retriever": "retriever",
    "embedding": "embedding", "prompt": "other", "parser": "other",
}  # fmt: skip
_READ = {
    "id", "name", "run_type", "start_time", "end_time", "trace_id", "dotted_order",
    "parent_run_id", "inputs", "outputs", "status", "events", "tags", "child_runs",
}  # fmt: skip
_SESSIONS = ("session_id", "thread_id", "conversation_id")
_TIME = len("20260102T100000000000Z")


def run_part(row: dict[str, Any]) -> ParsedTrace:
    """A run with the runs inside it. Raises InputRefused."""
    runs = list(_with_children(row, None))
    if len(runs) > MAX_SPANS:
        raise InputRefused(TOO_MANY_RUNS)
    spans = [_span(run, parent) for run, parent in runs]
    path = _path(row)
    trace_id = lenient(read_id, row.get("trace_id")) or (path[0] if path else spans[0].span_id)
    judgments: list[Judgment] = []
    for place, span in enumerate(spans):
        found, attributes = _judged(span, trace_id)
        judgments += found
        spans[place] = replace(span, attributes=attributes)
    facts = {**_metadata(row), "tags": row.get("tags")}
    return part_of(trace_id, spans, facts, judgments=judgments)


def _judged(span: ParsedSpan, trace_id: str) -> tuple[list[Judgment], dict[str, Any]]:
    """What is said of a run, of the outermost as of its trace; and its other attributes."""
    about = About(trace_id, span.span_id if span.parent_id else "")
    attributes = dict(span.attributes)
    judgments, attributes["feedback"] = langsmith_feedback(attributes.get("feedback"), about)
    named = {judgment.name for judgment in judgments}
    of_one, stats = langsmith_stats(attributes.get("feedback_stats"), about)
    judgments += [judgment for judgment in of_one if judgment.name not in named]
    attributes["feedback_stats"] = stats
    return judgments, {key: one for key, one in attributes.items() if one}


def _with_children(
    run: dict[str, Any], parent: str | None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    yield run, parent
    children = run.get("child_runs")
    for child in children if isinstance(children, list) else ():
        if isinstance(child, dict):
            yield from _with_children(child, str(run.get("id") or "") or None)


def _span(run: dict[str, Any], above: str | None) -> ParsedSpan:
    path = _path(run)
    span_id = lenient(read_span_id, run.get("id")) or (path[-1] if path else "")
    if not span_id:
        raise InputRefused(NO_ID)
    parent = lenient(read_span_id, run.get("parent_run_id")) or above
    kind = str(run.get("run_type") or "").lower()
    events = run.get("events")
    read = ParsedSpan(
        span_id=span_id,
        parent_id=parent or (path[-2] if len(path) > 1 else None),
        name=lenient(read_name, run.get("name")) or kind or "run",
        kind=_KINDS.get(kind, "other"),
        start=time_of(run.get("start_time")),
        end=time_of(run.get("end_time")),
        status="error" if run.get("error") else status_of(run.get("status")),
        inputs=side_of(run.get("inputs"), "input"),
        outputs=side_of(run.get("outputs"), "output"),
        attributes={key: value for key, value in run.items() if key not in _READ and value},
        events=[one for one in events if isinstance(one, dict)][:MAX_EVENTS]
        if isinstance(events, list)
        else [],
    )
    return with_facts(read, _facts(run))


def _facts(run: dict[str, Any]) -> dict[str, Any]:
    extra, metadata = object_of(run, "extra"), _metadata(run)
    asked = object_of(extra, "invocation_params")
    names = (metadata.get("ls_model_name"), asked.get("model"), asked.get("model_name"))
    return {
        "model": next((name for name in names if name), None),
        "tokens_in": run.get("prompt_tokens"),
        "tokens_out": run.get("completion_tokens"),
        "cost": run.get("total_cost"),
    }


def _metadata(run: dict[str, Any]) -> dict[str, Any]:
    """What the run's metadata says; a run's own `session_id` is that of its project."""
    metadata = object_of(object_of(run, "extra"), "metadata")
    sessions = (metadata.get(key) for key in _SESSIONS)
    return metadata | {"session_id": next((one for one in sessions if one), None)}


def _path(run: dict[str, Any]) -> list[str]:
    """The ids in a run's dotted order, the outermost first."""
    order = run.get("dotted_order")
    parts = order.split(".") if isinstance(order, str) and order else []
    ids = [lenient(read_span_id, part[_TIME:]) or "" for part in parts]
    return ids if all(ids) else []
