"""Logs of Inspect, as JSON and as its own archive."""

import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Format
from traces.ingest.formats.inspect import WITHOUT_PARTS
from traces.ingest.plan import plan_for
from traces.ingest.records import BadRow, Position, Row
from traces.ingest.rows import read_rows
from traces.ingest.scanner import MAX_BYTES, TOO_LARGE
from traces.ingest.unpacking.inspect_archive import BROKEN, NO_LOG, NO_SAMPLES

from .samples import read_bytes, reasons
from .senders import only, read_file

LOG = {
    "version": 2,
    "status": "success",
    "eval": {"run_id": "run-1", "task": "bakery", "task_id": "t-1", "model": "maker/small",
             "created": "2026-03-01T10:00:00+00:00", "dataset": {"name": "loaves"}},
    "plan": {"steps": []},
    "results": {"total_samples": 1},
    "stats": {},
}  # fmt: skip


ASKED = {"id": "m1", "role": "user", "content": "Bake a loaf", "source": "input"}
CALL = {"id": "c1", "function": "weigh", "arguments": {"flour": 2}, "type": "function"}
CALLS = {
    "role": "assistant", "model": "small", "tool_calls": [CALL],
    "content": [
        {"type": "reasoning", "reasoning": "I weigh first.", "signature": "sig"},
        {"type": "text", "text": "Well.", "refusal": None},
    ],
}  # fmt: skip
RESULT = {"role": "tool", "content": "attachment://abc", "tool_call_id": "c1", "function": "weigh"}
SAID = {"role": "assistant", "content": "Done."}
USAGE = {"input_tokens": 40, "output_tokens": 9}


def at(second: int) -> str:
    return f"2026-03-01T10:00:0{second}+00:00"


def events() -> list[dict[str, Any]]:
    answer = {"model": "small", "choices": [{"message": CALLS}], "usage": USAGE}
    return [
        {"event": "span_begin", "id": "s1", "name": "solve", "type": "solver", "timestamp": at(0)},
        {"event": "model", "uuid": "e1", "span_id": "s1", "model": "maker/small", "input": [ASKED],
         "output": answer, "timestamp": at(1), "completed": at(2), "config": {"seed": 1}},
        {"event": "tool", "uuid": "e2", "span_id": "s1", "function": "weigh",
         "arguments": {"flour": 2}, "result": "attachment://abc", "timestamp": at(3)},
        {"event": "info", "data": "oven on", "timestamp": at(3)},
        {"event": "span_end", "id": "s1", "timestamp": at(4)},
    ]  # fmt: skip


def sample(number: int = 1, **more: Any) -> dict[str, Any]:
    """A task with a tool, in the words of Inspect."""
    return {
        "id": number, "epoch": 1, "input": "Bake a loaf", "target": "bread", "metadata": {"n": 3},
        "messages": [ASKED, CALLS, RESULT, SAID], "store": {},
        "output": {"model": "small", "choices": [{"message": SAID, "stop_reason": "stop"}],
                   "completion": "Done."},
        "scores": {"match": {"value": "C", "answer": "bread", "explanation": "It is bread."}},
        "attachments": {"abc": "2 kg of flour"}, "model_usage": {"maker/small": USAGE},
        "uuid": f"sample-{number}", "started_at": at(0), "completed_at": at(4),
        "events": events(), **more,
    }  # fmt: skip


def json_log(*samples: Any) -> bytes:
    return json.dumps({**LOG, "samples": list(samples), "reductions": []}, indent=1).encode()


def archive(*samples: Any, kind: int = zipfile.ZIP_DEFLATED, header: str = "header.json") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", kind) as packed:
        for one in samples:
            text = one if isinstance(one, str) else json.dumps(one, indent=1)
            packed.writestr(f"samples/{len(packed.namelist())}_epoch_1.json", text)
        packed.writestr(header, json.dumps(LOG))
        packed.writestr("summaries.json", "[]")
    return file.getvalue()


@pytest.fixture(params=["json", "eval", "eval not compressed"])
def made(request: pytest.FixtureRequest) -> Any:
    if request.param == "json":
        return json_log
    kind = zipfile.ZIP_STORED if "not" in request.param else zipfile.ZIP_DEFLATED
    return lambda *samples: archive(*samples, kind=kind)


def test_a_sample_is_a_conversation_with_its_steps(made: Any) -> None:
    trace = only(made(sample()), "log.eval")
    assert plan_for(BytesIO(made(sample())), "log.eval").format is Format.INSPECT
    assert (trace.trace_id, trace.name, trace.latency_ms) == ("sample-1", "bakery 1", 4000)
    root, solve, model, tool = trace.spans
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "weigh", "arguments": {"flour": 2}},
    }
    assert root.inputs == {"messages": [ASKED]}
    first, result, last = root.outputs["messages"]
    assert (first["content"], first["reasoning_content"]) == ("Well.", "I weigh first.")
    assert (first["tool_calls"], first["reasoning_details"]) == ([call], [{"signature": "sig"}])
    assert (result["content"], result["tool_name"]) == ("2 kg of flour", "weigh")
    assert last == {"role": "assistant", "content": "Done."}
    assert [(span.kind, span.parent_id) for span in trace.spans] == [
        ("agent", None), ("chain", root.span_id), ("llm", "s1"), ("tool", "s1"),
    ]  # fmt: skip
    assert (model.tokens_in, model.tokens_out, root.model) == (40, 9, "maker/small")
    assert (tool.inputs, tool.outputs) == ({"flour": 2}, {"result": "2 kg of flour"})
    assert root.events[0]["attributes"] == {"data": "oven on"}
    assert solve.end is not None


def test_target_and_whatever_else_are_attributes(made: Any) -> None:
    attributes = only(made(sample(a_new_key=1, limit={"type": "time"})), "log.json").attributes
    assert "scores" not in attributes
    assert (attributes["target"], attributes["metadata"]) == ("bread", {"n": 3})
    assert (attributes["a_new_key"], attributes["limit"]) == (1, {"type": "time"})
    assert attributes["output"] == {"model": "small", "choices": [{"stop_reason": "stop"}]}
    assert attributes["eval"]["dataset"] == {"name": "loaves"}


def test_events_are_left_out_where_they_make_a_sample_too_large(made: Any) -> None:
    big = {"event": "state", "changes": ["x" * 1000] * 5000}
    trace = only(made(sample(events=[big])), "log.json")
    assert trace.notes == [WITHOUT_PARTS.format("events")]
    assert trace.root.outputs["messages"][-1]["content"] == "Done."


def test_a_sample_too_large_without_its_events_is_refused_alone(made: Any) -> None:
    rows = read_bytes(made(sample(1), sample(2, metadata={"a": "x" * MAX_BYTES}), sample(3)))
    assert reasons(rows) == {2: TOO_LARGE}
    assert [row.number for row in rows] == [1, 2, 3]


def test_a_log_goes_on_behind_any_sample(made: Any) -> None:
    data = made(*map(sample, range(4)))
    whole = read_bytes(data)
    for place, row in enumerate(whole, 1):
        assert list(read_rows(BytesIO(data), "a", Position(row.end, place))) == whole[place:]


def test_what_refers_to_an_attachment_again_and_again_fills_no_disk() -> None:
    references = [{"role": "user", "content": "attachment://big"}] * 100
    given = sample(messages=references, attachments={"big": "x" * 1_000_000}, events=[])
    trace = only(json_log(given), "log.json")
    said = json.dumps(trace.root.inputs)
    assert said.count("attachment://big") == 96
    assert len(said) < 5_000_000


def test_a_sample_without_messages_shows_input_and_output() -> None:
    trace = only(json_log(sample(messages=[], events=[])), "log.json")
    assert trace.root.inputs["messages"][0]["content"] == "Bake a loaf"
    assert trace.root.outputs["messages"][0]["content"] == "Done."


def test_a_log_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    data = json_log(sample(1), sample(2))
    rows = read_bytes(data[: data.rindex(b'"epoch"')])
    assert isinstance(rows[0], Row)
    assert [type(row) for row in rows[1:]] == [BadRow]


def broken() -> Iterator[tuple[bytes, str]]:
    good = archive(sample())
    yield good[: len(good) // 2], BROKEN
    yield archive(), NO_SAMPLES
    yield archive(sample(), header="other.json"), NO_LOG
    yield good.replace(b"samples/0", b"samples/1", 1), BROKEN


@pytest.mark.parametrize("number", range(4))
def test_an_archive_that_is_no_log_or_damaged_is_refused(number: int) -> None:
    data, sentence = list(broken())[number]
    with pytest.raises(InputRefused, match=sentence[:60]):
        read_bytes(data, "log.eval")


def test_an_archive_that_expands_without_end_takes_little_memory() -> None:
    size = 60_000_000
    data = archive(sample(1), '{"id": 1, "messages": "' + "x" * size + '"}', "[]", sample(2))
    assert len(data) < 1_000_000
    tracemalloc.start()
    try:
        rows = read_bytes(data, "log.eval")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < size / 2
    assert reasons(rows) == {2: TOO_LARGE, 3: "It is not an object."}
    assert len(read_file(data, "log.eval")[0]) == 2
