"""Spans sent by OpenTelemetry's protocol become traces, in either encoding."""

import json

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.conftest import Cast
from traces.payloads import load_payload

from .conftest import Make
from .sending import NOON, SECOND, Sender, pairs, refused, request, span

pytestmark = pytest.mark.django_db

ASKED = '[{"role": "user", "parts": [{"type": "text", "content": "Is it mended?"}]}]'
ANSWERED = '[{"role": "assistant", "parts": [{"type": "text", "content": "By noon."}]}]'
CHAT = {
    "gen_ai.operation.name": "chat", "gen_ai.request.model": "small-1",
    "gen_ai.input.messages": ASKED, "gen_ai.output.messages": ANSWERED,
    "gen_ai.usage.input_tokens": 12, "gen_ai.usage.output_tokens": 3,
    "gen_ai.conversation.id": "talk", "user.id": "u-1", "shop.basket": 7,
}  # fmt: skip


def test_spans_become_a_trace_with_its_conversation(cast: Cast, each: Sender) -> None:
    root = span(1, {"gen_ai.operation.name": "invoke_agent"}, name="helper")
    response = each.send(request(root, span(2, CHAT, parent=1)))
    assert refused(response) == (0, "")
    assert response.headers["Content-Type"] == each.kind
    trace = cast.project.traces.get()
    assert (trace.trace_id, trace.name, trace.span_count) == (f"{1:032x}", "helper", 2)
    assert (trace.model, trace.tokens_in, trace.tokens_out) == ("small-1", 12, 3)
    assert (trace.session_id, trace.user_id) == ("talk", "u-1")
    assert (trace.input_preview, trace.output_preview) == ("Is it mended?", "By noon.")
    assert (trace.start.timestamp(), trace.latency) == (NOON // SECOND + 1, 2000)
    assert trace.attributes == {"service.name": "shop"}
    step = trace.spans.get(kind="llm")
    assert step.attributes["shop.basket"] == 7
    assert step.attributes["scope"] == {"name": "tests", "version": "1"}
    assert load_payload(trace).outputs["messages"][0]["role"] == "assistant"


def test_calls_below_a_silent_root_read_as_the_last_of_them(cast: Cast, sender: Make) -> None:
    calls = [{"role": "assistant", "parts": [{"type": "tool_call", "id": "c", "name": "look"}]}]
    first = CHAT | {"gen_ai.output.messages": json.dumps(calls)}
    last = CHAT | {"gen_ai.input.messages": json.dumps([*json.loads(ASKED), *calls])}
    inner = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": "[]"}
    run = [
        span(1), span(2, first, parent=1), span(3, {"gen_ai.tool.call.arguments": "{}"}, parent=1),
        span(4, last, parent=1), span(5, CHAT, parent=3), span(6, inner, parent=1),
    ]  # fmt: skip
    for order in (run, run[::-1]):
        cast.project.traces.all().delete()
        for one in order:
            assert refused(sender().send(request(one))) == (0, "")
        trace = cast.project.traces.get()
        payload = load_payload(trace)
        assert [one["role"] for one in payload.inputs["messages"]] == ["user", "assistant"]
        assert payload.outputs["messages"] == json.loads(ANSWERED)
        assert (trace.input_preview, trace.output_preview) == ("Is it mended?", "By noon.")


def test_all_that_a_span_tells_is_kept(cast: Cast, each: Sender) -> None:
    sent = span(
        1, {"list": ["a", 1, 2.5, True], "object": {"inner": {"k": "v"}}, "raw": b"\x00\xff"},
        events=[Span.Event(name="gone", time_unix_nano=NOON, attributes=pairs({"why": "late"}))],
        links=[Span.Link(trace_id=b"\1" * 16, span_id=b"\2" * 8, attributes=pairs({"k": 1}))],
        status=Status(code=Status.STATUS_CODE_ERROR, message="no stock"),
    )  # fmt: skip
    assert refused(each.send(request(sent))) == (0, "")
    (stored,) = cast.project.traces.get().spans.all()
    assert stored.status == "error"
    assert stored.attributes["status.message"] == "no stock"
    assert stored.attributes["list"] == ["a", 1, 2.5, True]
    assert stored.attributes["object"] == {"inner": {"k": "v"}}
    assert stored.attributes["raw"] == "AP8="
    assert stored.attributes["links"][0]["traceId"] == "01" * 16
    assert stored.events[0]["name"] == "gone"
    assert stored.events[0]["attributes"] == {"why": "late"}


def test_nothing_to_store_is_taken(each: Sender) -> None:
    assert refused(each.send(request())) == (0, "")
    assert refused(each.send(b"{}" if each.kind == "application/json" else b"")) == (0, "")


def test_spans_of_one_trace_join_over_requests(cast: Cast, sender: Make) -> None:
    for one in (span(2, CHAT, parent=1), span(1, name="helper"), span(2, CHAT, parent=1)):
        assert refused(sender().send(request(one))) == (0, "")
    trace = cast.project.traces.get()
    assert (trace.name, trace.span_count, trace.tokens_in) == ("helper", 2, 12)
