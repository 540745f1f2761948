"""Calls as Weave exports them: each is a span, and calls of one `trace_id` join.

A table of calls has columns such as `inputs.question` and `summary.usage.<model>.prompt_tokens`.
What a call used counts the calls below it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.judged.weave import weave_feedback
from traces.ingest.formats.parts import lenient, object_of, part_of, status_of, time_of, with_facts
from traces.ingest.json_text import opened, side_of
from traces.ingest.judgments import About
from traces.ingest.parsed import KINDS, ParsedSpan, ParsedTrace
from traces.ingest.values import read_cost, read_count, read_id, read_name, read_span_id

NO_ID = "A call has no id."

_READ = {
    "id", "trace_id", "parent_id", "display_name", "started_at", "ended_at", "inputs", "output",
}  # fmt: skip
_IN, _OUT = ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")
_COSTS = ("prompt_tokens_total_cost", "completion_tokens_total_cost")
# Weave patches the clients of these; their calls are those of a model.
_CLIENTS = ("openai.", "anthropic.", "litellm.", "mistralai.", "groq.", "cohere.", "google.genai.")


def call_part(row: dict[str, Any]) -> ParsedTrace:
    """One call. Raises InputRefused."""
    span_id = lenient(read_span_id, row.get("id"))
    trace_id = lenient(read_id, row.get("trace_id")) or span_id
    if not span_id or not trace_id:
        raise InputRefused(NO_ID)
    parent = lenient(read_span_id, row.get("parent_id")) or None
    about = About(trace_id, span_id if parent else "")
    name, summary = _op(row), object_of(row, "summary")
    judgments, left = weave_feedback(_within(summary, "weave", "feedback"), about)
    told = row | {"summary": _with_feedback(summary, left)} if judgments else row
    failed = row.get("exception")
    span = ParsedSpan(
        span_id=span_id,
        parent_id=parent,
        name=lenient(read_name, row.get("display_name")) or name or "call",
        kind=_kind(row, name),
        start=time_of(row.get("started_at")),
        end=time_of(row.get("ended_at")),
        status="error" if failed else status_of(_within(summary, "weave", "status")),
        inputs=side_of(row.get("inputs"), "input"),
        outputs=side_of(row.get("output"), "output"),
        attributes={key: opened(one) for key, one in told.items() if key not in _READ and one},
    )
    facts = {"session_id": row.get("thread_id"), "user_id": row.get("wb_user_id")}
    spans = [with_facts(span, _facts(row, summary))]
    return part_of(trace_id, spans, facts, judgments=judgments)


def _with_feedback(summary: dict[str, Any], left: Any) -> dict[str, Any]:
    """The summary with this feedback alone, wherever it has it."""
    inner = {**object_of(summary, "weave"), "feedback": left}
    given = {**summary, "weave": inner, "weave.feedback": left}
    if not left:
        del given["weave.feedback"], inner["feedback"]
    return {key: one for key, one in given.items() if key in summary and one}


def _op(row: dict[str, Any]) -> str:
    """ "answer" of "weave:///team/project/op/answer:a1b2"."""
    name = lenient(read_name, row.get("op_name")) or ""
    return name.rpartition("/")[2].partition(":")[0] if name.startswith("weave:") else name


def _kind(row: dict[str, Any], op: str) -> str:
    told = _within(object_of(row, "attributes"), "weave", "kind")
    if isinstance(told, str) and told.lower() in KINDS:
        return told.lower()
    return "llm" if op.startswith(_CLIENTS) else "chain"


def _facts(row: dict[str, Any], summary: dict[str, Any]) -> dict[str, Any]:
    usage = _by_model(summary, "usage")
    model = object_of(row, "inputs").get("model") or object_of(row, "output").get("model")
    return {
        "model": model if isinstance(model, str) else next(iter(usage), None),
        "tokens_in": _sum(usage, _IN),
        "tokens_out": _sum(usage, _OUT),
        "cost": _cost(_by_model(summary, "weave.costs")),
    }


def _by_model(summary: dict[str, Any], key: str) -> dict[str, dict[str, Any]]:
    """{"<model>": {"<measure>": number}}; names of models have dots in tables, too."""
    outer, _, inner = key.partition(".")
    found = _within(summary, outer, inner) if inner else summary.get(outer)
    if isinstance(found, dict):
        return {model: told for model, told in found.items() if isinstance(told, dict)}
    models: dict[str, dict[str, Any]] = {}
    for column, value in summary.items():
        if column.startswith(f"{key}."):
            model, _, measure = column.removeprefix(f"{key}.").rpartition(".")
            models.setdefault(model, {})[measure] = value
    return models


def _sum(models: dict[str, dict[str, Any]], names: tuple[str, ...]) -> int | None:
    counts = [next(_counts(told, names), None) for told in models.values()]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _counts(told: dict[str, Any], names: tuple[str, ...]) -> Iterator[int]:
    """Nothing is nothing under one of its names only: providers write the other as well."""
    read = (lenient(read_count, told.get(name)) for name in names)
    known = [count for count in read if count is not None]
    yield from sorted(known, reverse=True)


def _cost(models: dict[str, dict[str, Any]]) -> str | None:
    read = (lenient(read_cost, told.get(name)) for told in models.values() for name in _COSTS)
    known = [cost for cost in read if cost is not None]
    return str(sum(known, Decimal())) if known else None


def _within(holder: dict[str, Any], outer: str, inner: str) -> Any:
    """A value in an object within, or in the column that stands for it."""
    within = holder.get(outer)
    return within.get(inner) if isinstance(within, dict) else holder.get(f"{outer}.{inner}")
