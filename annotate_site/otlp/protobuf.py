"""Messages of OpenTelemetry in protobuf, as the objects that its JSON has."""

import base64
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traces.ingest.cleaning import REPLACEMENT
from traces.ingest.formats.otlp import named_scope

from .wire import Buffer, Part, Records

Object = dict[str, Any]


class Around(NamedTuple):
    """A record with its resource and scope, both as plain attributes."""

    resource: Object
    scope: Object
    data: bytes


def around_records(body: Buffer, most: int) -> Iterator[Around]:
    """Raises NotProtobuf, TooMany and DecodeError."""
    last_resource = last_scope = Part(-1, -1)
    resource: Object = {}
    scope: Object = {}
    for found in Records(body, most):
        if found.resource != last_resource:
            last_resource = found.resource
            resource = attributes(Resource.FromString(body[slice(*last_resource)]).attributes)
        if found.scope != last_scope:
            last_scope = found.scope
            scope = _scope(InstrumentationScope.FromString(body[slice(*last_scope)]))
        yield Around(resource, scope, body[slice(*found.record)])


def span_of(data: bytes) -> Object:
    """Raises DecodeError."""
    span = Span.FromString(data)
    read: Object = {
        "traceId": span.trace_id.hex(),
        "spanId": span.span_id.hex(),
        "parentSpanId": span.parent_span_id.hex(),
        "name": _text(span.name),
        "startTimeUnixNano": span.start_time_unix_nano,
        "endTimeUnixNano": span.end_time_unix_nano,
        "attributes": attributes(span.attributes),
        "events": [_event(event) for event in span.events],
        "status": {"code": span.status.code, "message": _text(span.status.message)},
        "traceState": _text(span.trace_state),
        "droppedAttributesCount": span.dropped_attributes_count,
        "droppedEventsCount": span.dropped_events_count,
        "droppedLinksCount": span.dropped_links_count,
    }
    if span.links:
        read["links"] = [_link(link) for link in span.links]
    return read


def log_record_of(data: bytes) -> Object:
    """Raises DecodeError."""
    record = LogRecord.FromString(data)
    return {
        "traceId": record.trace_id.hex(),
        "spanId": record.span_id.hex(),
        "timeUnixNano": record.time_unix_nano,
        "observedTimeUnixNano": record.observed_time_unix_nano,
        "eventName": _text(record.event_name),
        "attributes": attributes(record.attributes),
        "body": value_of(record.body),
    }


def attributes(pairs: Iterable[KeyValue]) -> Object:
    return {_text(pair.key): value_of(pair.value) for pair in pairs}


def value_of(value: AnyValue) -> Any:
    """As JSON that can be stored: no U+0000, NaN becomes null, bytes are base64."""
    kind = value.WhichOneof("value")
    return _READ[kind](value) if kind in _READ else None


def _text(text: str) -> str:
    return text.replace("\x00", REPLACEMENT) if "\x00" in text else text


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


_READ: dict[str | None, Callable[[AnyValue], Any]] = {
    "string_value": lambda value: _text(value.string_value),
    "bool_value": lambda value: value.bool_value,
    "int_value": lambda value: value.int_value,
    "double_value": lambda value: _number(value.double_value),
    "bytes_value": lambda value: base64.b64encode(value.bytes_value).decode(),
    "array_value": lambda value: [value_of(one) for one in value.array_value.values],
    "kvlist_value": lambda value: attributes(value.kvlist_value.values),
}


def _scope(scope: InstrumentationScope) -> Object:
    named = {"name": _text(scope.name), "version": _text(scope.version)}
    return named_scope(named | {"attributes": attributes(scope.attributes)})


def _event(event: Span.Event) -> Object:
    return {
        "timeUnixNano": str(event.time_unix_nano),
        "name": _text(event.name),
        "attributes": attributes(event.attributes),
    }


def _link(link: Span.Link) -> Object:
    return {
        "traceId": link.trace_id.hex(),
        "spanId": link.span_id.hex(),
        "attributes": attributes(link.attributes),
    }


__all__ = ["DecodeError", "around_records", "log_record_of", "span_of"]
