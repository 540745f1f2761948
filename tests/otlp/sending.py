"""Requests as exporters make them, of the real messages."""

import gzip
from dataclasses import dataclass
from typing import Any

from django.test import Client
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

PROTOBUF, JSON = "application/x-protobuf", "application/json"
SECOND = 1_000_000_000
NOON = 1_767_268_800 * SECOND


def any_value(value: Any) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case bytes():
            return AnyValue(bytes_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=map(any_value, value)))
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=pairs(value)))
    return AnyValue(string_value=str(value))


def pairs(attributes: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=any_value(one)) for key, one in attributes.items()]


def span(
    number: int, attributes: dict[str, Any] | None = None, *, trace: int = 1, parent: int = 0,
    **more: Any,
) -> Span:  # fmt: skip
    """Starts `number` seconds after noon and takes one."""
    given: dict[str, Any] = {
        "name": f"step {number}", "start_time_unix_nano": NOON + number * SECOND,
        "end_time_unix_nano": NOON + (number + 1) * SECOND,
        "parent_span_id": parent.to_bytes(8, "big") if parent else b"",
    }  # fmt: skip
    return Span(
        trace_id=trace.to_bytes(16, "big"),
        span_id=number.to_bytes(8, "big"),
        attributes=pairs(attributes or {}),
        **(given | more),
    )


def request(*spans: Span, resource: dict[str, Any] | None = None) -> ExportTraceServiceRequest:
    asked = ExportTraceServiceRequest()
    group = asked.resource_spans.add()
    group.resource.attributes.extend(pairs(resource or {"service.name": "shop"}))
    inner = group.scope_spans.add()
    inner.scope.name, inner.scope.version = "tests", "1"
    inner.spans.extend(spans)
    return asked


def log(
    name: str, attributes: dict[str, Any] | None = None, *, body: Any = None, number: int = 1,
    trace: int = 1, time: int = 0,
) -> LogRecord:  # fmt: skip
    return LogRecord(
        trace_id=trace.to_bytes(16, "big") if trace else b"",
        span_id=number.to_bytes(8, "big") if trace else b"",
        time_unix_nano=NOON + time,
        event_name=name,
        attributes=pairs(attributes or {}),
        body=any_value(body) if body is not None else None,
    )


def logs_request(*records: LogRecord) -> ExportLogsServiceRequest:
    asked = ExportLogsServiceRequest()
    asked.resource_logs.add().scope_logs.add().log_records.extend(records)
    return asked


def in_json(message: Any) -> dict[str, Any]:
    """As the specification says: ids in hexadecimal, numbers of 64 bits as texts."""
    import base64

    def mended(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: mended(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [mended(one) for one in value]
        if key in ("traceId", "spanId", "parentSpanId"):
            return base64.b64decode(value).hex()
        return value

    told: dict[str, Any] = mended(MessageToDict(message, use_integers_for_enums=True))
    return told


@dataclass
class Sender:
    secret: str
    kind: str = PROTOBUF
    packed: bool = False

    def send(self, body: Any, path: str = "/v1/traces", **headers: str) -> Any:
        """A message in the sender's encoding; bytes as they are."""
        import json

        if not isinstance(body, bytes):
            text = json.dumps(in_json(body)).encode() if self.kind == JSON else None
            body = text if text is not None else body.SerializeToString()
        if self.packed:
            body = gzip.compress(body)
            headers = {"Content-Encoding": "gzip"} | headers
        if self.secret:
            headers = {"Authorization": f"Bearer {self.secret}"} | headers
        headers = {"Content-Type": self.kind} | headers  # which the client forgets for b""
        return Client().generic("POST", path, body, self.kind, headers=headers)


def refused_logs(response: Any) -> tuple[int, str]:
    """How many log records, and why."""
    return _refused(response, "rejectedLogRecords", ExportLogsServiceResponse)


def refused(response: Any) -> tuple[int, str]:
    """How many spans, and why."""
    return _refused(response, "rejectedSpans", ExportTraceServiceResponse)


def _refused(response: Any, number: str, kind: Any) -> tuple[int, str]:
    assert response.status_code == 200, response.content
    is_json = response.headers["Content-Type"] == JSON
    told = response.json() if is_json else MessageToDict(kind.FromString(response.content))
    partial = told.get("partialSuccess", {})
    return int(partial.get(number, 0)), partial.get("errorMessage", "")
