"""Rows that are one span each, as exporters write them line by line.

A row has `trace_id` and `span_id`, or both inside `context`. It may have what a span of our own
format has, also as `span_kind`, `start_time` and `end_time`; every other key is an attribute.
"""

from __future__ import annotations

from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.own import SPAN_KEYS, read_span
from traces.ingest.formats.places import Place
from traces.ingest.parsed import ParsedTrace, latency_between
from traces.ingest.values import read_id

NO_IDS = "It has no trace_id and span_id."

_KEYS = SPAN_KEYS | {"trace_id"}
_OTHER_NAMES = {"span_kind": "kind", "start_time": "start", "end_time": "end"}
_CONTENT = {"inputs": "input.value", "outputs": "output.value"}


def span_part(row: dict[str, Any]) -> ParsedTrace:
    """The part of a trace that one span is. Raises InputRefused naming the place that is wrong."""
    place = Place(_as_own(row), "", _KEYS)
    notes: list[str] = []
    span = read_span(place, notes)
    trace_id = place.read("trace_id", read_id)
    if not trace_id or not span.span_id:
        raise InputRefused(NO_IDS)
    return ParsedTrace(
        trace_id=trace_id,
        name=span.name,
        session_id="",
        user_id="",
        start=span.start,
        end=span.end,
        latency_ms=latency_between(span.start, span.end),
        status=span.status,
        model="",
        tokens_in=None,
        tokens_out=None,
        cost=None,
        tags=[],
        attributes={},
        spans=[span],
        notes=notes,
        is_part=True,
    )


def _as_own(row: dict[str, Any]) -> dict[str, Any]:
    """The row in the words of our own format."""
    context = row.get("context")
    flat = {_OTHER_NAMES.get(key, key): value for key, value in row.items() if key != "context"}
    flat |= {key: value for key, value in _pairs(context) if key in ("trace_id", "span_id")}
    own = {key: value for key, value in flat.items() if key in _KEYS}
    if not isinstance(own.get("status"), str):
        own.pop("status", None)
    rest = {key: value for key, value in flat.items() if key not in own}
    attributes = dict(_pairs(own.get("attributes")))
    for side, key in _CONTENT.items():
        if not own.get(side) and attributes.get(key) not in (None, ""):
            own[side] = {key.partition(".")[0]: attributes.pop(key)}
    return own | {"attributes": rest | attributes}


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
