"""OpenTelemetry's SDK with its exporters, by protobuf: spans, and the log records beside them."""

import json
from typing import Any

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.trace import Span, set_span_in_context

from .desk import Desk, in_order
from .sending import find, sending
from .site import Site


def said(role: str, text: str) -> list[dict[str, Any]]:
    return [{"role": role, "parts": [{"type": "text", "content": text}]}]


def trace_id(span: Span) -> str:
    return f"{span.get_span_context().trace_id:032x}"


def event(name: str, body: dict[str, Any], span: Span, time: int) -> LogRecord:
    context = set_span_in_context(span)
    return LogRecord(timestamp=time, event_name=name, body=body, context=context)


each_way = pytest.mark.parametrize("way", [Compression.Gzip, Compression.NoCompression])


@each_way
def test_spans_sent_twice_are_read_once_in_the_workspace(
    site: Site, desk: Desk, way: Compression
) -> None:
    with sending(site, way, twice=True) as providers:
        tracer = providers.spans.get_tracer("shop")
        with tracer.start_as_current_span("support") as outer:
            with tracer.start_as_current_span("track_parcel") as tool:
                tool.set_attribute("gen_ai.operation.name", "execute_tool")
                tool.set_attribute("gen_ai.tool.call.result", "Bergen")
            with tracer.start_as_current_span("chat") as chat:
                asked = json.dumps(said("user", "Where is my order?"))
                answered = json.dumps(said("assistant", "In Bergen, since Monday."))
                chat.set_attribute("gen_ai.operation.name", "chat")
                chat.set_attribute("gen_ai.usage.input_tokens", 7)
                outer.set_attributes({"gen_ai.input.messages": asked, "session.id": "s-1",
                                      "gen_ai.output.messages": answered})  # fmt: skip
    told = find(site, trace_id(outer))
    trace, spans = told["trace"], told["spans"]["items"]
    assert (trace["span_count"], trace["tokens_in"], trace["session_id"]) == (3, 7, "s-1")
    assert [(one["name"], one["kind"]) for one in spans] == [
        ("support", "other"), ("track_parcel", "tool"), ("chat", "llm"),
    ]  # fmt: skip
    in_order(desk.read(trace["id"]), "User", "Where is my order?", "Assistant", "In Bergen, since")


@each_way
def test_log_records_sent_twice_give_their_span_its_conversation(
    site: Site, desk: Desk, way: Compression
) -> None:
    with sending(site, way, twice=True) as providers:
        span = providers.spans.get_tracer("shop").start_span("chat")
        logger = providers.logs.get_logger("shop")
        logger.emit(event("gen_ai.user.message", {"content": "Is it mended?"}, span, 1))
        logger.emit(event("gen_ai.choice", {"message": {"content": "By noon."}}, span, 2))
        span.end()
    trace = find(site, trace_id(span))["trace"]
    assert trace["span_count"] == 1
    in_order(desk.read(trace["id"]), "User", "Is it mended?", "Assistant", "By noon.")
