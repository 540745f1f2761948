"""Small inputs in the shapes of other products, and what a file of them becomes."""

import json
from io import BytesIO
from typing import Any

from traces.ingest.parsed import ParsedTrace
from traces.ingest.plan import plan_for, read_traces
from traces.ingest.records import BadRow

START, END = 1_767_348_000, 1_767_348_002  # 2026-01-02, 10:00:00 and 10:00:02 UTC


def read_file(content: Any, name: str = "file.json") -> tuple[list[ParsedTrace], list[str]]:
    """The traces of a file, or parts of these, and why rows were refused."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    found = list(read_traces(BytesIO(data), name, plan_for(BytesIO(data), name)))
    refused = [row.reason for row in found if isinstance(row, BadRow)]
    return [row.trace for row in found if not isinstance(row, BadRow)], refused


def only(content: Any, name: str = "file.json") -> ParsedTrace:
    traces, refused = read_file(content, name)
    assert not refused
    assert len(traces) == 1
    return traces[0]


def lines(rows: list[Any]) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


def any_value(value: Any) -> dict[str, Any]:
    """A JSON value as OTLP writes it."""
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": pairs(value)}}
    for kind, name in ((str, "string"), (bool, "bool"), (int, "int"), (float, "double")):
        if isinstance(value, kind):
            return {f"{name}Value": str(value) if name == "int" else value}
    return {}


def pairs(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": any_value(value)} for key, value in attributes.items()]


def otlp_span(
    number: int, attributes: dict[str, Any], parent: int = 0, trace: int = 1, **more: Any
) -> dict[str, Any]:
    return {
        "traceId": f"{trace:032x}", "spanId": f"{number:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "", "name": f"step {number}",
        "startTimeUnixNano": str(START * 10**9 + number), "endTimeUnixNano": str(END * 10**9),
        "attributes": pairs(attributes), **more,
    }  # fmt: skip


def otlp(*spans: dict[str, Any], **resource: Any) -> dict[str, Any]:
    """A request with these spans."""
    scope = {"scope": {"name": "bakery.tracer"}, "spans": list(spans)}
    around = {"attributes": pairs(resource)}
    return {"resourceSpans": [{"resource": around, "scopeSpans": [scope]}]}
