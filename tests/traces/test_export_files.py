"""What Weave, Phoenix, MLflow and Langfuse export, as JSON and as tables."""

import base64
import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from traces.ingest.detection import Format, format_of
from traces.ingest.formats.mlflow import NO_ID, NO_SPAN_ID

from .senders import END, START, lines, only, read_file

ASKED = {"messages": [{"role": "user", "content": "One loaf?"}], "model": "small"}
ANSWER = {"choices": [{"message": {"role": "assistant", "content": "Gladly."}}]}


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in row.items()}
        )
    return out.getvalue().encode()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    file, names = BytesIO(), dict.fromkeys(key for row in rows for key in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def call(**more: Any) -> dict[str, Any]:
    """A call as Weave's client gives it."""
    return {
        "id": "c-2", "trace_id": "t-1", "parent_id": "c-1", "project_id": "team/shop",
        "op_name": "weave:///team/shop/op/openai.chat.completions.create:a1b2",
        "started_at": "2026-01-02T10:00:00Z", "ended_at": "2026-01-02T10:00:02Z",
        "inputs": ASKED, "output": ANSWER, "exception": None, "attributes": {"env": "test"},
        "summary": {"usage": {"small": {"prompt_tokens": 7, "completion_tokens": 2, "requests": 1}},
                    "weave": {"feedback": [{"feedback_type": "wandb.reaction.1"}]}},
        "thread_id": "session-1", "wb_user_id": "u-1", **more,
    }  # fmt: skip


def test_calls_of_weave_join_into_a_trace() -> None:
    top = call(
        id="c-1", parent_id=None, op_name="answer", exception="ValueError: no flour", output=None
    )
    traces, refused = read_file(lines([call(), top]), "calls.jsonl")
    assert refused == []
    (part, root), (inner,) = traces, traces[0].spans
    assert [(one.trace_id, one.session_id, one.user_id) for one in traces] == [
        ("t-1", "session-1", "u-1")
    ] * 2
    assert (inner.name, inner.kind, inner.parent_id) == (
        "openai.chat.completions.create",
        "llm",
        "c-1",
    )
    assert (inner.model, inner.tokens_in, inner.tokens_out) == ("small", 7, 2)
    assert (inner.inputs, inner.outputs) == (ASKED, ANSWER)
    assert inner.attributes["summary"]["weave"]["feedback"] == [
        {"feedback_type": "wandb.reaction.1"}
    ]
    assert (root.status, root.root.name, root.spans[0].parent_id) == ("error", "answer", None)
    assert root.spans[0].attributes["exception"] == "ValueError: no flour"
    assert part.latency_ms == 2000


def test_a_table_of_weaves_calls_has_a_column_for_each_key() -> None:
    flat = {
        "id": "c-1", "trace_id": "t-1", "parent_id": "", "op_name": "answer",
        "started_at": "2026-01-02T10:00:00Z", "inputs.question": "One loaf?",
        "output.choices.0.message.role": "assistant", "output.choices.0.message.content": "Gladly.",
        "summary.weave.status": "success", "summary.usage.gpt-4.1.prompt_tokens": 7,
        "summary.usage.gpt-4.1.completion_tokens": 2,
        "summary.weave.costs.gpt-4.1.prompt_tokens_total_cost": 0.5,
        "attributes.weave.kind": "agent",
    }  # fmt: skip
    for data in (as_csv([flat]), as_parquet([flat])):
        trace = only(data, "calls")
        assert (trace.root.inputs, trace.root.outputs) == ({"question": "One loaf?"}, ANSWER)
        assert (trace.root.model, trace.root.tokens_in, trace.root.tokens_out) == ("gpt-4.1", 7, 2)
        assert (str(trace.root.cost), trace.status, trace.root.kind) == (
            "0.500000000",
            "ok",
            "agent",
        )
        assert trace.root.attributes["summary"]["usage.gpt-4.1.prompt_tokens"] == 7


PHOENIX = {
    "name": "chat", "span_kind": "LLM", "parent_id": None, "start_time": "2026-01-02T10:00:00Z",
    "end_time": "2026-01-02T10:00:02Z", "status_code": "OK", "status_message": "",
    "context.span_id": "aa11", "context.trace_id": "t-1",
    "attributes.llm.input_messages": [{"message.role": "user", "message.content": "One loaf?"}],
    "attributes.llm.output_messages": [{"message.role": "assistant", "message.content": "Gladly."}],
    "attributes.llm.model_name": "small", "attributes.llm.token_count.prompt": 7,
    "attributes.openinference.span.kind": "LLM", "attributes.metadata": {"tier": "gold"},
    "eval.Helpful.label": "yes", "eval.Helpful.score": 1.0, "eval.Helpful.explanation": "It helps.",
}  # fmt: skip


@pytest.mark.parametrize("write", [lambda rows: lines(rows), as_csv, as_parquet])
def test_spans_of_phoenix_are_read_from_lines_and_tables(write: Any) -> None:
    other = {**PHOENIX, "context.span_id": "bb22", "parent_id": "aa11", "span_kind": "TOOL",
             "attributes.llm.input_messages": None, "attributes.llm.output_messages": None,
             "attributes.openinference.span.kind": "TOOL",
             "attributes.input.value": '{"flour": 2}'}  # fmt: skip
    traces, refused = read_file(write([PHOENIX, other]), "spans")
    assert refused == []
    llm, tool = (trace.spans[0] for trace in traces)
    assert {trace.trace_id for trace in traces} == {"t-1"}
    assert (llm.kind, llm.model, llm.tokens_in, llm.status) == ("llm", "small", 7, "ok")
    said = json.dumps([llm.inputs, llm.outputs])
    assert "One loaf?" in said
    assert "Gladly." in said
    assert (tool.kind, tool.parent_id, tool.inputs) == ("tool", "aa11", {"flour": 2})
    assert llm.attributes["metadata"] == {"tier": "gold"}


def test_events_that_a_table_printed_are_kept_as_text() -> None:
    row = {
        **PHOENIX,
        "events": "[{'name': 'exception', 'timestamp': datetime.datetime(2026, 1, 2)}]",
    }
    trace = only(as_csv([row]), "spans.csv")
    assert "datetime.datetime" in trace.root.attributes["events"]


def of_v3(**more: Any) -> dict[str, Any]:
    span = {
        "trace_id": base64.b64encode(bytes(16)).decode(),
        "span_id": base64.b64encode(b"12345678").decode(),
        "parent_span_id": "", "name": "answer", "start_time_unix_nano": START * 10**9,
        "end_time_unix_nano": END * 10**9, "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {"mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": json.dumps(ASKED),
                       "mlflow.spanOutputs": json.dumps(ANSWER), "mine": '"kept"'},
    }  # fmt: skip
    info = {
        "trace_id": "tr-1", "client_request_id": "r-1", "request_time": "2026-01-02T10:00:00.000Z",
        "execution_duration": "2s", "state": "OK", "tags": {"mlflow.traceName": "shop"},
        "trace_metadata": {"mlflow.trace.session": "s-1", "mlflow.trace.user": "u-1",
                           "mlflow.trace.tokenUsage": '{"input_tokens": 7, "output_tokens": 2}'},
        "assessments": [{"assessment_name": "helpful", "feedback": {"value": True}}],
    }  # fmt: skip
    return {"info": info, "data": {"spans": [span, {**span, **more}] if more else [span]}}


def test_a_trace_of_mlflow_3() -> None:
    child = base64.b64encode(b"abcdefgh").decode()
    parent = base64.b64encode(b"12345678").decode()
    trace = only(of_v3(span_id=child, parent_span_id=parent, name="inner"), "trace.json")
    assert (trace.trace_id, trace.name, trace.session_id, trace.user_id) == (
        "tr-1",
        "shop",
        "s-1",
        "u-1",
    )
    root, inner = trace.spans
    assert (root.span_id, inner.parent_id) == (b"12345678".hex(), b"12345678".hex())
    assert (root.kind, root.inputs, root.outputs) == ("llm", ASKED, ANSWER)
    assert (root.attributes["mine"], root.tokens_in, root.tokens_out) == ("kept", 7, 2)
    assert [(one.name, one.said) for one in trace.judgments] == [("helpful", [True])]
    assert trace.attributes["client_request_id"] == "r-1"


def test_a_trace_of_mlflow_2() -> None:
    span: dict[str, Any] = {
        "name": "answer", "context": {"span_id": "0xaa", "trace_id": "0x1"}, "parent_id": None,
        "start_time": START * 10**9, "end_time": END * 10**9, "status_code": "ERROR",
        "status_message": "no flour", "events": [],
        "attributes": {"mlflow.spanInputs": '{"q": "One loaf?"}', "mlflow.spanType": '"TOOL"'},
    }  # fmt: skip
    info = {"request_id": "r-1", "timestamp_ms": START * 1000, "execution_time_ms": 2000,
            "status": "ERROR", "request_metadata": {},
            "tags": [{"key": "mlflow.traceName", "value": "shop"}]}  # fmt: skip
    data = {"spans": [span], "request": '{"q": "One loaf?"}', "response": '"Gladly."'}
    trace = only({"info": info, "data": data}, "trace.json")
    assert (trace.trace_id, trace.name, trace.status, trace.latency_ms) == (
        "r-1",
        "shop",
        "error",
        2000,
    )
    assert (trace.root.span_id, trace.root.kind) == ("0xaa", "tool")
    assert (trace.root.inputs, trace.root.outputs) == ({"q": "One loaf?"}, {"output": "Gladly."})
    assert trace.root.attributes["status.message"] == "no flour"


@pytest.mark.parametrize("write", [as_csv, as_parquet, lines])
def test_a_table_of_mlflows_traces(write: Any) -> None:
    whole = of_v3()
    row = {"trace_id": "tr-1", "trace": json.dumps(whole), "state": "OK", "request": ASKED,
           "execution_duration": 2000, "response": ANSWER,
           "request_time": START * 1000}  # fmt: skip
    columns = {**row, "trace": None, "spans": [], "tags": {"mlflow.traceName": "shop"}}
    for one in (row, columns):
        trace = only(write([one]), "traces")
        assert (trace.trace_id, trace.name, trace.latency_ms) == ("tr-1", "shop", 2000)
        assert (trace.root.inputs, trace.root.outputs) == (ASKED, ANSWER)


def test_a_trace_or_span_of_mlflow_without_an_id_is_refused() -> None:
    nameless = of_v3(span_id="")
    assert read_file(nameless)[1] == [NO_SPAN_ID]
    nameless["info"]["trace_id"] = ""
    assert read_file(nameless)[1] == [NO_ID]


def test_a_table_of_langfuses_traces_needs_no_observations() -> None:
    row = {
        "id": "lf-1", "timestamp": "2026-01-02T10:00:00Z", "name": "shop", "userId": "u-1",
        "sessionId": "s-1", "input": ASKED, "output": "Gladly.", "tags": ["a", "b"], "latency": 2.5,
        "usage": {"promptTokens": 7, "completionTokens": 2}, "totalCost": 0.25, "level": "ERROR",
        "helpful": [1], "bookmarked": False, "metadata": {"tier": "gold"},
    }  # fmt: skip
    for data in (as_csv([row]), as_parquet([row]), lines([row])):
        trace = only(data, "traces")
        assert (trace.trace_id, trace.session_id, trace.user_id) == ("lf-1", "s-1", "u-1")
        assert (trace.latency_ms, trace.status, trace.tags) == (2500, "error", ["a", "b"])
        assert (trace.root.tokens_in, trace.root.tokens_out, float(trace.root.cost or 0)) == (
            7,
            2,
            0.25,
        )
        assert trace.root.outputs == {"output": "Gladly."}
        assert (trace.attributes["helpful"], trace.attributes["metadata"]) == (
            [1],
            {"tier": "gold"},
        )


def test_a_table_of_langsmiths_runs_opens_its_texts() -> None:
    row = {"id": "7b1f3c52", "run_type": "llm", "name": "chat", "trace_id": "t-1",
           "inputs": json.dumps(ASKED),
           "outputs": json.dumps(ANSWER), "extra": '{"metadata": {"ls_model_name": "small"}}',
           "start_time": "2026-01-02T10:00:00",
           "feedback_stats": '{"helpful": {"avg": 1}}'}  # fmt: skip
    for data in (as_csv([row]), as_parquet([row])):
        trace = only(data, "runs")
        assert (trace.trace_id, trace.root.kind, trace.root.model) == ("t-1", "llm", "small")
        assert (trace.root.inputs, trace.root.outputs) == (ASKED, ANSWER)
        assert trace.root.attributes["feedback_stats"] == {"helpful": {"avg": 1}}


@pytest.mark.parametrize("row", [
    {"id": 1, "op": "x", "input": "a"},
    {"trace_id": "a", "inputs": {}, "outputs": {}, "status": "ok"},
    {"id": "a", "timestamp": 1, "input": "x", "version": 1}, {"info": {"a": 1}, "data": []},
    {"id": 1, "epoch": 2, "messages": []}, {"trace_id": "a", "spans": []},
])  # fmt: skip
def test_rows_that_look_alike_are_not_taken_for_exports(row: dict[str, Any]) -> None:
    assert format_of(row) in (Format.OWN, Format.FLAT, Format.MESSAGES)
