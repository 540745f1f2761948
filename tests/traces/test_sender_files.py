"""Files as other products write them: which traces and spans they become."""

import json
from typing import Any

import pytest

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Format, detect
from traces.ingest.formats.langsmith import NO_ID
from traces.ingest.formats.otlp import NO_IDS
from traces.ingest.formats.otlp_request import NO_SPANS

from .senders import lines, only, otlp, otlp_span, pairs, read_file

USER = {"role": "user", "content": "When does the train leave?"}
SAID = {"role": "assistant", "content": "At nine."}
CHAT = {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": USER["content"],
        "gen_ai.completion.0.content": SAID["content"]}  # fmt: skip


def run(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"run-{number}", "name": f"step {number}", "run_type": "chain", "trace_id": "run-1",
        "start_time": "2026-01-02T10:00:00Z", "end_time": "2026-01-02T10:00:02Z",
        "inputs": {"messages": [USER]}, "outputs": {"messages": [SAID]}, **more,
    }  # fmt: skip


def test_otlp_spans_of_one_trace_are_one_part_with_what_they_tell() -> None:
    told = CHAT | {"gen_ai.request.model": "small-1", "session.id": "s", "retries": 2}
    trace = only([otlp(otlp_span(1, {}), otlp_span(2, told, parent=1), **{"service.name": "desk"})])
    assert (trace.trace_id, trace.name, trace.session_id) == (f"{1:032x}", "step 1", "s")
    assert trace.is_part
    assert trace.attributes == {"service.name": "desk"}
    root, child = trace.spans
    assert (root.parent_id, child.parent_id) == (None, root.span_id)
    assert child.inputs == {"messages": [USER]}
    assert child.outputs == {"messages": [SAID]}
    assert (child.model, child.kind, child.status) == ("small-1", "other", "unset")
    assert child.attributes["retries"] == 2
    assert child.attributes["scope"] == {"name": "bakery.tracer"}
    assert trace.sides == (child.inputs, child.outputs)  # as the root says nothing
    assert trace.start is not None
    assert (trace.start.isoformat()[:19], trace.latency_ms) == ("2026-01-02T10:00:00", 2000)


def test_otlp_calls_below_a_silent_root_read_as_the_last_of_them() -> None:
    first = CHAT | {"gen_ai.operation.name": "chat"}
    last = first | {"gen_ai.output.messages": [SAID, SAID]}
    spans = [otlp_span(2, first, parent=1), otlp_span(3, last, parent=1)]
    trace = only([otlp(otlp_span(1, {}), *spans)])
    assert trace.sides == ({"messages": [USER]}, {"messages": [SAID, SAID]})


def test_otlp_requests_on_lines_may_hold_several_traces_each() -> None:
    rows = [otlp(otlp_span(1, {}), otlp_span(2, {}, trace=2)), otlp(otlp_span(3, {}, parent=1))]
    traces, refused = read_file(lines(rows), "spans.jsonl")
    assert [trace.trace_id[-1] for trace in traces] == ["1", "2", "1"]
    assert not refused


def test_otlp_in_snake_case_with_base64_ids_statuses_and_events() -> None:
    event = {
        "time_unix_nano": "1767348000000000005",
        "name": "late",
        "attributes": pairs({"by": 3}),
    }
    span = {
        "trace_id": "obLD1OX2BxgpOktcbX6PkA==", "span_id": "EjRWeJCrze8=", "name": "chat",
        "status": {"code": 2, "message": "no train"}, "events": [event],
        "links": [{"trace_id": "x", "attributes": pairs({"why": "again"})}],
    }  # fmt: skip
    trace = only({"resource_spans": [{"scope_spans": [{"spans": [span]}]}]})
    assert trace.trace_id == "a1b2c3d4e5f60718293a4b5c6d7e8f90"
    root = trace.root
    assert (root.span_id, root.status) == ("1234567890abcdef", "error")
    assert root.attributes["status.message"] == "no train"
    assert root.attributes["links"] == [{"trace_id": "x", "attributes": {"why": "again"}}]
    assert root.events[0]["attributes"] == {"by": 3}


def test_otlp_values_of_every_kind_are_read() -> None:
    value = {"a": ["x", 1, 0.5, True, {"deep": "y"}]}
    assert only(otlp(otlp_span(1, value))).root.attributes["a"] == value["a"]


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"resourceSpans": [{"scopeSpans": []}], "more": 1}, NO_SPANS),
        (otlp({"name": "lost"}), NO_IDS),
        (otlp(otlp_span(1, {}, traceId="x" * 200)), "A span's id or name must have at most 128"),
    ],
)
def test_otlp_that_cannot_be_read_is_refused(request_: Any, sentence: str) -> None:
    _, refused = read_file([request_])
    assert len(refused) == 1
    assert refused[0].startswith(sentence)


def test_a_langsmith_run_is_a_trace_with_its_other_keys_as_attributes() -> None:
    extra = {"metadata": {"thread_id": "th", "ls_model_name": "small-1"}}
    trace = only(
        lines([run(1, tags=["t"], extra=extra, session_id="project", error=None)]), "r.jsonl"
    )
    assert (trace.trace_id, trace.name, trace.tags, trace.session_id) == (
        "run-1",
        "step 1",
        ["t"],
        "th",
    )
    root = trace.root
    assert (root.inputs, root.outputs) == ({"messages": [USER]}, {"messages": [SAID]})
    assert (root.kind, root.model, trace.latency_ms) == ("chain", "small-1", 2000)
    assert root.attributes == {"extra": extra, "session_id": "project"}


def test_langsmith_runs_join_by_trace_id_by_dotted_order_and_inside_each_other() -> None:
    inner = run(2, run_type="llm", parent_run_id="run-1", prompt_tokens=7)
    child = only(run(1, child_runs=[run(2, run_type="tool")]))
    assert [(span.span_id, span.parent_id) for span in child.spans] == [
        ("run-1", None), ("run-2", "run-1"),
    ]  # fmt: skip
    traces, _ = read_file([run(1), inner])
    assert {trace.trace_id for trace in traces} == {"run-1"}
    assert (traces[1].root.parent_id, traces[1].root.tokens_in) == ("run-1", 7)
    order = "20260102T100000000000Zroot.20260102T100000000001Zleaf"
    lone = {"run_type": "llm", "id": "leaf", "dotted_order": order, "inputs": {"q": "x"}}
    assert only([lone]).trace_id == "root"
    assert only([lone]).root.parent_id == "root"


def test_a_langsmith_run_that_failed_is_an_error_and_one_without_id_is_refused() -> None:
    assert only([run(1, error="boom", outputs=None)]).root.status == "error"
    _, refused = read_file([run(1, id=None), run(2)])
    assert refused == [NO_ID]


OBSERVATION = {
    "id": "o1", "traceId": "lf", "parentObservationId": None, "type": "GENERATION", "name": "llm",
    "startTime": "2026-01-02T10:00:00Z", "endTime": "2026-01-02T10:00:01Z", "input": "x",
    "output": json.dumps(SAID), "model": "small-1", "usageDetails": {"input": 5, "output": 2},
}  # fmt: skip
LANGFUSE = {
    "id": "lf", "name": "station", "timestamp": "2026-01-02T10:00:00Z", "sessionId": "s",
    "tags": ["t"], "input": json.dumps({"messages": [USER]}), "output": json.dumps(SAID),
    "release": "v1",
}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        {"trace": LANGFUSE, "observations": [OBSERVATION]},
        [LANGFUSE | {"observations": [OBSERVATION]}],
        {"data": [LANGFUSE | {"observations": [OBSERVATION]}], "meta": {"page": 1}},
    ],
)
def test_a_langfuse_trace_has_its_observations_and_json_in_text_is_opened(content: Any) -> None:
    trace = only(content)
    assert (trace.trace_id, trace.name, trace.session_id, trace.tags) == (
        "lf", "station", "s", ["t"],
    )  # fmt: skip
    assert trace.attributes == {"release": "v1"}
    root, llm = trace.spans
    assert (root.inputs, root.outputs) == ({"messages": [USER]}, {"messages": [SAID]})
    assert (llm.parent_id, llm.kind, llm.model) == (root.span_id, "llm", "small-1")
    assert (llm.tokens_in, llm.tokens_out) == (5, 2)
    assert llm.outputs == {"messages": [SAID]}


def test_langfuse_observations_on_lines_join_one_trace() -> None:
    rows = [OBSERVATION, OBSERVATION | {"id": "o2", "parentObservationId": "o1", "level": "ERROR"}]
    traces, _ = read_file(lines(rows), "observations.jsonl")
    assert {trace.trace_id for trace in traces} == {"lf"}
    assert (traces[1].root.parent_id, traces[1].root.status) == ("o1", "error")


@pytest.mark.parametrize(
    ("row", "format"),
    [
        ({"id": 1, "observations": "fog", "answer": "a"}, Format.FLAT),
        ({"trace": "x", "observations": ["fog"]}, Format.FLAT),
        ({"run_type": "marathon", "question": "q"}, Format.FLAT),
        ({"resourceSpans": "none", "question": "q"}, Format.FLAT),
        ({"id": 1, "type": "span", "question": "q"}, Format.FLAT),
        (run(1), Format.LANGSMITH),
        (LANGFUSE | {"observations": []}, Format.LANGFUSE),
        (OBSERVATION, Format.LANGFUSE),
        (otlp(), Format.OTLP),
    ],
)
def test_a_row_is_only_what_its_keys_say(row: dict[str, Any], format: Format) -> None:
    assert detect([row]) is format


def test_a_table_of_spans_has_columns_for_context_and_attributes() -> None:
    row = {"name": "llm", "span_kind": "LLM", "parent_id": None, "context.trace_id": "t",
           "context.span_id": "s", "attributes.input.value": "When?",
           "attributes.llm.output_messages": [{"message.role": "assistant",
                                               "message.content": "Nine."}]}  # fmt: skip
    trace = only([row])
    assert (trace.trace_id, trace.root.span_id, trace.root.kind) == ("t", "s", "llm")
    assert trace.root.inputs == {"input": "When?"}
    assert trace.root.outputs == {
        "messages": [{"message": {"role": "assistant", "content": "Nine."}}]
    }


def test_logs_of_opentelemetry_are_told_from_spans() -> None:
    with pytest.raises(InputRefused, match="This file holds logs of OpenTelemetry, not spans"):
        read_file({"resourceLogs": [{"scopeLogs": []}]})


def test_the_attributes_of_spans_on_lines_are_read_by_their_convention() -> None:
    told = {"openinference.span.kind": "TOOL", "llm.output_messages.0.message.content": "Nine."}
    row = {"context": {"trace_id": "t", "span_id": "s"}, "kind": "SpanKind.INTERNAL",
           "status": {"status_code": "ERROR"}, "attributes": told | {"k": 1}}  # fmt: skip
    root = only([row]).root
    assert (root.kind, root.status) == ("tool", "error")
    said = {"role": "assistant", "content": "Nine."}
    assert root.outputs == {"messages": [{"message": said}]}
    assert root.attributes == {"openinference.span.kind": "TOOL", "k": 1}
