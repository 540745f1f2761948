"""The demo sample: its fields are usable as they stand, its traces are whole."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fields.kinds import KINDS, clean_settings

DEMO = Path(__file__).parents[2] / "annotate_site" / "demo"
FIELDS: list[dict[str, Any]] = json.loads((DEMO / "fields.json").read_text("utf-8"))
TRACES: list[dict[str, Any]] = [
    json.loads(line) for line in (DEMO / "support_agent.jsonl").read_text("utf-8").splitlines()
]
KEYS = {
    *("trace_id", "name", "session_id", "user_id", "start", "end", "status", "model", "tokens_in"),
    *("tokens_out", "cost", "tags", "attributes", "inputs", "outputs", "spans"),
}
each_trace = pytest.mark.parametrize("trace", TRACES, ids=lambda trace: str(trace["trace_id"])[:8])


def messages_of(trace: dict[str, Any]) -> list[dict[str, Any]]:
    return [*trace["inputs"]["messages"], *trace["outputs"]["messages"]]


def test_there_is_one_field_of_every_kind() -> None:
    assert sorted(field["kind"] for field in FIELDS) == sorted(KINDS)
    assert len({field["name"].casefold() for field in FIELDS}) == len(FIELDS)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field["name"]))
def test_the_fields_are_valid(field: dict[str, Any]) -> None:
    assert set(field) == {"name", "description", "kind", "settings"}
    assert (
        clean_settings(field["kind"], field["settings"]).items()
        >= {key: value for key, value in field["settings"].items() if key != "options"}.items()
    )


def test_there_are_sixty_traces_in_a_small_file() -> None:
    assert len(TRACES) == len({trace["trace_id"] for trace in TRACES}) == 60
    assert (DEMO / "support_agent.jsonl").stat().st_size <= 400_000
    assert {trace["status"] for trace in TRACES} == {"ok", "error"}


@each_trace
def test_a_trace_has_all_its_parts_in_order(trace: dict[str, Any]) -> None:
    assert set(trace) == KEYS
    assert datetime.fromisoformat(trace["start"]) < datetime.fromisoformat(trace["end"])
    roles = [message["role"] for message in messages_of(trace)]
    assert roles[:2] == ["system", "user"]
    assert 3 <= len(roles) <= 14


@each_trace
def test_every_tool_call_is_followed_by_its_one_result(trace: dict[str, Any]) -> None:
    waiting: set[str] = set()
    seen: Counter[str] = Counter()
    for message in messages_of(trace):
        if message["role"] == "tool":
            waiting.remove(message["tool_call_id"])
            json.loads(message["content"])
            continue
        assert not waiting
        for call in message.get("tool_calls", []):
            json.loads(call["function"]["arguments"])
            waiting.add(call["id"])
            seen[call["id"]] += 1
    assert not waiting
    assert all(count == 1 for count in seen.values())


@each_trace
def test_spans_form_one_tree_within_the_trace(trace: dict[str, Any]) -> None:
    root, *rest = trace["spans"]
    assert root["parent_id"] is None
    assert root["kind"] == "agent"
    ids = {span["span_id"] for span in trace["spans"]}
    assert len(ids) == len(trace["spans"])
    for span in rest:
        assert span["parent_id"] in ids
        assert span["kind"] in {"llm", "tool"}
        assert trace["start"] <= span["start"] <= span["end"] <= trace["end"]


@each_trace
def test_each_tool_span_is_a_call_of_the_conversation(trace: dict[str, Any]) -> None:
    calls = {
        call["id"]: call["function"]["name"]
        for message in messages_of(trace)
        for call in message.get("tool_calls", [])
    }
    tools = [span for span in trace["spans"] if span["kind"] == "tool"]
    assert {span["attributes"]["tool_call_id"]: span["name"] for span in tools} == calls
