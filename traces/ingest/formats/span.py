"""Rows that are one span each, as exporters write them line by line.

A row has `trace_id` and `span_id`, or both inside `context`, which may be columns of a table such
as `context.trace_id`. It may have what a span of our own format has, also as `span_kind`,
`start_time` and `end_time`; every other key is an attribute. Attributes that a convention knows
become content, kind, model and the rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.conventions import Meaning, meaning_of
from traces.ingest.formats.judged.phoenix import phoenix_annotations
from traces.ingest.formats.own import SPAN_KEYS, read_span
from traces.ingest.formats.parts import part_of, status_of, with_facts
from traces.ingest.formats.places import Place
from traces.ingest.judgments import About
from traces.ingest.parsed import KINDS, ParsedTrace
from traces.ingest.values import read_id

NO_IDS = "It has no trace_id and span_id."

_FACTS = {"model", "tokens_in", "tokens_out", "cost"}
_TOLD = {*_FACTS, "session_id", "user_id", "tags"}
_KEYS = (SPAN_KEYS - _FACTS) | {"trace_id"}
_OTHER_NAMES = {"span_kind": "kind", "start_time": "start", "end_time": "end"}
_COLUMNS = ("context", "attributes")
_OTEL_KINDS = ("internal", "client", "server", "producer", "consumer")
_UNKNOWN_KINDS = {"", "unknown", "unspecified", *_OTEL_KINDS}


def span_part(row: dict[str, Any]) -> ParsedTrace:
    """The part of a trace that one span is. Raises InputRefused naming the place that is wrong."""
    own = _as_own(_nested(row))
    meaning = meaning_of(own["attributes"], own.get("events") or ())
    trace_id = Place(own, "").read("trace_id", read_id)
    own.pop("trace_id", None)
    notes: list[str] = []
    span = read_span(Place(_with_meaning(own, meaning), ""), notes)
    if not trace_id or not span.span_id:
        raise InputRefused(NO_IDS)
    about = About(trace_id, span.span_id)
    judgments, attributes = phoenix_annotations(span.attributes, about)
    span = replace(span, attributes=attributes)
    facts = meaning.facts | {key: row[key] for key in _TOLD if row.get(key) is not None}
    part = part_of(trace_id, [with_facts(span, facts)], facts, judgments=judgments)
    return replace(part, notes=notes)


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    """The row with `context` and `attributes` as objects, where a table has columns for these."""
    if "context.trace_id" not in row:
        return row
    nested: dict[str, Any] = {}
    for key, value in row.items():
        outer, _, inner = key.partition(".")
        if outer in _COLUMNS and inner:
            nested.setdefault(outer, {})[inner] = value
        else:
            nested[key] = value
    return nested


def _as_own(row: dict[str, Any]) -> dict[str, Any]:
    """The row in the words of our own format."""
    context = row.get("context")
    flat = {_OTHER_NAMES.get(key, key): value for key, value in row.items() if key != "context"}
    flat |= {key: value for key, value in _pairs(context) if key in ("trace_id", "span_id")}
    own = {key: value for key, value in flat.items() if key in _KEYS}
    if not isinstance(own.get("status"), str):
        own["status"] = status_of(own.get("status") or flat.get("status_code"))
    if isinstance(own.get("kind"), str):
        own["kind"] = _kind(own["kind"])
    if not isinstance(own.get("events", []), list | None):
        del own["events"]  # text, as tables print what they cannot hold
    rest = {key: value for key, value in flat.items() if key not in own}
    return own | {"attributes": rest | dict(_pairs(own.get("attributes")))}


def _with_meaning(own: dict[str, Any], meaning: Meaning) -> dict[str, Any]:
    """The row's own sides and kind count before those that its attributes tell."""
    read = own | {
        "inputs": own.get("inputs") or meaning.inputs,
        "outputs": own.get("outputs") or meaning.outputs,
    }
    told = own.get("kind")
    if meaning.kind and (not told or str(told).lower() not in KINDS):
        read["kind"] = meaning.kind
    kept = own["attributes"] if own.get("inputs") and own.get("outputs") else meaning.rest
    return read | {"attributes": kept}


def _kind(word: str) -> str:
    """Without OpenTelemetry's own kinds, which say who calls whom."""
    last = word.rpartition(".")[2].lower().removeprefix("span_kind_")
    return "" if last in _UNKNOWN_KINDS else last


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
