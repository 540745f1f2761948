"""OTLP as JSON: a request with `resourceSpans`, as collectors and exporters write it to files.

Names may be in camel or snake case, ids in hexadecimal or base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from traces.ingest.cleaning import InputRefused
from traces.ingest.conventions import meaning_of
from traces.ingest.formats.parts import object_of, status_of, time_of, with_facts
from traces.ingest.parsed import MAX_EVENTS, ParsedSpan
from traces.ingest.values import Unreadable, read_id, read_name, read_span_id

NO_IDS = "A span has no traceId and spanId."

_HEX = re.compile(r"[0-9a-fA-F]*")
_ID_BYTES = (8, 16)
_READ = {
    "traceId", "spanId", "parentSpanId", "name", "startTimeUnixNano", "endTimeUnixNano",
    "attributes", "events", "status", "kind", "flags",
}  # fmt: skip
_KNOWN_VALUES = ("stringValue", "boolValue", "doubleValue", "bytesValue")


class OtlpSpan(NamedTuple):
    """A span as it was read, and its trace."""

    trace_id: str
    span: ParsedSpan


def spans_of(
    row: dict[str, Any],
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Resource, scope and span of a request, the first two as plain attributes."""
    for group in objects_of(row, "resourceSpans"):
        resource = attributes_of(object_of(group, "resource"))
        old = objects_of(group, "instrumentationLibrarySpans")
        for inner in [*objects_of(group, "scopeSpans"), *old]:
            scope = named_scope(object_of(inner, "scope"))
            for span in objects_of(inner, "spans"):
                yield resource, scope, {camel_case(key): value for key, value in span.items()}


def named_scope(scope: dict[str, Any]) -> dict[str, Any]:
    named = {key: value for key, value in scope.items() if key in ("name", "version") and value}
    return named | attributes_of(scope)


def read_span(resource: dict[str, Any], scope: dict[str, Any], span: dict[str, Any]) -> OtlpSpan:
    """A span whose names are in camel case. Raises InputRefused."""
    try:
        trace_id = read_id(read_otlp_id(span.get("traceId")))
        span_id = read_span_id(read_otlp_id(span.get("spanId")))
        parent = read_span_id(read_otlp_id(span.get("parentSpanId")))
        name = read_name(span.get("name"))
    except Unreadable as error:
        raise InputRefused(f"A span's id or name {error}") from None
    if not trace_id or not span_id:
        raise InputRefused(NO_IDS)
    events = [_event(event) for event in objects_of(span, "events")[:MAX_EVENTS]]
    meaning = meaning_of(attributes_of(span), events)
    read = ParsedSpan(
        span_id=span_id,
        parent_id=parent or None,
        name=name or meaning.kind or "span",
        kind=meaning.kind or "other",
        start=time_of(span.get("startTimeUnixNano")),
        end=time_of(span.get("endTimeUnixNano")),
        status=status_of(span.get("status")),
        inputs=meaning.inputs,
        outputs=meaning.outputs,
        attributes=meaning.rest | _rest(span) | _around(resource, scope),
        events=events,
    )
    return OtlpSpan(trace_id, with_facts(read, meaning.facts))


def _rest(span: dict[str, Any]) -> dict[str, Any]:
    """What else a span tells: links, a message beside the status, counts of what was dropped."""
    rest = {key: value for key, value in span.items() if key not in _READ and value}
    if message := object_of(span, "status").get("message"):
        rest["status.message"] = message
    if links := objects_of(span, "links"):
        rest["links"] = [{**link, "attributes": attributes_of(link)} for link in links]
    return rest


def _around(resource: dict[str, Any], scope: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in (("resource", resource), ("scope", scope)) if value}


def _event(event: dict[str, Any]) -> dict[str, Any]:
    event = {camel_case(key): value for key, value in event.items()}
    return {**event, "attributes": attributes_of(event)}


def attributes_of(holder: dict[str, Any]) -> dict[str, Any]:
    """The list of pairs under `attributes` as an object; an object stays as it is."""
    given = holder.get("attributes")
    if isinstance(given, dict):
        return given
    pairs = [pair for pair in given or () if isinstance(pair, dict)] if given else []
    named = [pair for pair in pairs if "key" in pair or "value" in pair]  # "" may be left out
    return {str(pair.get("key", "")): any_value(pair.get("value")) for pair in named}


def any_value(value: Any) -> Any:
    """A value of OTLP (`{"stringValue": ...}`) as JSON."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    kind, inner = next(iter(value.items()))
    kind = camel_case(kind)
    if kind == "intValue":
        return int(inner) if isinstance(inner, str) and _is_whole(inner) else inner
    if kind == "arrayValue":
        return [any_value(one) for one in objects_of(inner, "values")]
    if kind == "kvlistValue" and isinstance(inner, dict):
        return attributes_of({"attributes": inner.get("values")})
    return inner if kind in _KNOWN_VALUES else value


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) < 20


def read_otlp_id(value: Any) -> Any:
    """An id in hexadecimal, also where it came in base64."""
    if not isinstance(value, str) or (_HEX.fullmatch(value) and len(value) in (16, 32)):
        return value
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value
    return raw.hex() if len(raw) in _ID_BYTES else value


def objects_of(holder: Any, key: str) -> list[dict[str, Any]]:
    """The objects of a list, whose key may be in snake case."""
    if not isinstance(holder, dict):
        return []
    value = holder.get(key, holder.get(_snake(key)))
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def camel_case(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: "_" + found[1].lower(), key)
