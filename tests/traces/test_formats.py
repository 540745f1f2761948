from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from tests.traces.hostile import json_objects, odd_messages
from traces.ingest.cleaning import InputRefused, clean_json
from traces.ingest.detection import Format, Role, default_mapping, detect
from traces.ingest.formats import to_traces
from traces.ingest.parsed import ParsedTrace

SYSTEM = {"role": "system", "content": "Be kind."}
USER = {"role": "user", "content": "Where is my parcel?"}
CALL = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "c1", "function": {"name": "track", "arguments": "{}"}}],
}
TOOL = {"role": "tool", "tool_call_id": "c1", "name": "track", "content": "on its way"}
ANSWER = {"role": "assistant", "content": "It is on its way."}


def chat(row: dict[str, Any]) -> ParsedTrace:
    return to_traces(row, Format.MESSAGES, {}, default_name="support")[0]


def flat(row: dict[str, Any], **roles: str) -> ParsedTrace:
    mapping = {column: Role(role) for column, role in roles.items()}
    return to_traces(row, Format.FLAT, mapping, default_name="sheet")[0]


@pytest.mark.parametrize("key", ["messages", "traj"])
def test_a_conversation_is_cut_before_its_first_assistant_message(key: str) -> None:
    trace = chat({key: [SYSTEM, USER, CALL, TOOL, ANSWER], "reward": 0.0})
    assert trace.root.inputs == {key: [SYSTEM, USER]}
    assert trace.root.outputs == {key: [CALL, TOOL, ANSWER]}
    assert trace.attributes == {"reward": 0.0}
    assert (trace.name, trace.root.kind, trace.root.parent_id) == ("support", "agent", None)
    assert len(trace.spans) == 1


def test_a_conversation_without_answer_has_no_outputs() -> None:
    trace = chat({"messages": [SYSTEM, USER]})
    assert (trace.root.inputs, trace.root.outputs) == ({"messages": [SYSTEM, USER]}, {})
    assert trace.root.kind == "llm"


def test_an_answer_and_a_system_text_beside_the_messages_belong_to_them() -> None:
    trace = chat({"system": "Be kind.", "messages": [USER], "response": "Soon.", "tools": []})
    assert trace.root.inputs == {"system": "Be kind.", "messages": [USER]}
    assert trace.root.outputs == {"response": "Soon."}
    assert trace.attributes == {"tools": []}


def test_a_mapping_rules_the_columns_beside_messages() -> None:
    row = {"id": "p1", "messages": [USER], "response": "Soon.", "hint": "h"}
    mapping = {"id": Role.ATTRIBUTE, "hint": Role.INPUT, "response": Role.IGNORED}
    trace = to_traces(row, Format.MESSAGES, mapping, default_name="support")[0]
    assert trace.root.inputs == {"hint": "h", "messages": [USER]}
    assert trace.root.outputs == {}
    assert trace.attributes == {"id": "p1"}
    assert len(trace.trace_id) == 32


def test_facts_of_a_request_are_recognised() -> None:
    trace = chat(
        {
            "id": "run-7",
            "name": "nightly",
            "messages": [USER, ANSWER],
            "model": "small-1",
            "user": "u-1",
            "session_id": 12,
            "tags": ["a", "b", "a"],
            "usage": {"prompt_tokens": 5, "completion_tokens": 0, "cached": 1},
            "created": 1_700_000_000,
            "end_time": "2023-11-14T23:13:21.5+01:00",
            "cost": 0.00015,
            "status": "success",
        }
    )
    assert (trace.trace_id, trace.name, trace.model) == ("run-7", "nightly", "small-1")
    assert (trace.user_id, trace.session_id, trace.tags) == ("u-1", "12", ["a", "b"])
    assert (trace.tokens_in, trace.tokens_out, trace.cost) == (5, 0, Decimal("0.00015"))
    assert trace.start == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert (trace.latency_ms, trace.status) == (1500, "ok")
    assert trace.attributes["usage"]["cached"] == 1
    assert not trace.attributes.keys() & {"model", "user", "id", "name"}
    assert trace.attributes["tags"] == ["a", "b", "a"], "what a column cannot tell whole is kept"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", {"name": "x"}),
        ("tags", "a,b"),
        ("usage", [1]),
        ("created_at", "yesterday"),
        ("timestamp", 2024),
        ("start", "12024-01-01"),
        ("start", 10**400),
        ("cost", "NaN"),
        ("cost", -1),
        ("cost", "9" * 5000),
        ("tokens_in", 2**40),
        ("tokens_in", True),
        ("latency_ms", -5),
        ("session_id", "x" * 129),
        ("session_id", "0" * 32),
        ("status", ["ok"]),
    ],
)
def test_what_does_not_read_as_a_fact_stays_an_attribute(key: str, value: Any) -> None:
    trace = chat({"messages": [USER, ANSWER], key: value})
    assert trace.attributes == {key: value}
    assert (trace.model, trace.tags, trace.session_id) == ("", [], "")
    assert (trace.start, trace.cost, trace.tokens_in) == (None, None, None)
    assert (trace.latency_ms, trace.status) == (None, "unset")


def test_an_end_before_the_start_is_not_recognised() -> None:
    trace = chat({"messages": [USER], "start": "2024-05-02", "end": "2024-05-01"})
    assert (trace.end, trace.latency_ms) == (None, None)
    assert trace.start == datetime(2024, 5, 2, tzinfo=UTC)


def test_an_error_makes_the_status() -> None:
    assert chat({"messages": [USER], "error": "timeout"}).status == "error"
    assert chat({"messages": [USER], "error": None}).status == "unset"


def test_columns_go_where_the_mapping_says() -> None:
    row = {"key": 4, "title": "A", "q": "?", "a": "!", "b": {"x": 0}, "gold": "!!", "z": 1}
    roles = {"key": "id", "title": "name", "q": "input", "a": "output", "b": "output"}
    trace = flat(row, **roles, gold="attribute", z="ignored")
    assert (trace.trace_id, trace.name) == ("4", "A")
    assert trace.root.inputs == {"q": "?"}
    assert trace.root.outputs == {"a": "!", "b": {"x": 0}}
    assert trace.attributes == {"gold": "!!"}


def test_a_column_beyond_the_sample_becomes_an_attribute() -> None:
    assert flat({"q": "?", "late": 1}, q="input").attributes == {"late": 1}


def test_zero_and_false_are_content_and_emptiness_is_not() -> None:
    assert flat({"a": 0}, a="output").root.outputs == {"a": 0}
    assert flat({"a": False}, a="output").root.outputs == {"a": False}
    for row in ({"a": None}, {"a": ""}, {"b": 1}):
        with pytest.raises(InputRefused, match="Nothing in it is an input or an output"):
            flat(row, a="output")


def test_a_row_without_messages_among_conversations_is_refused() -> None:
    with pytest.raises(InputRefused, match="no list of chat messages"):
        chat({"messages": "gone"})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("x" * 129, "at most 128 characters"),
        (1.5, "text or a whole number"),
        (True, "text or a whole number"),
        ("a\nb", "invisible characters"),
        ("a\u202eb", "invisible characters"),
    ],
)
def test_an_id_that_cannot_be_one_is_refused_by_name(value: Any, reason: str) -> None:
    with pytest.raises(InputRefused, match=f"^key: .*{reason}"):
        flat({"key": value, "q": "?"}, key="id", q="input")


def test_equal_rows_have_equal_ids_and_others_do_not() -> None:
    first = flat({"q": "?", "n": 1}, q="input")
    assert first.trace_id == flat({"n": 1, "q": "?"}, q="input").trace_id
    assert first.trace_id != flat({"q": "?", "n": 2}, q="input").trace_id
    assert len(first.trace_id) == 32
    assert chat({"messages": [USER]}).trace_id != chat({"messages": [SYSTEM]}).trace_id


@pytest.mark.parametrize("absent", [None, "", "  ", "0" * 32])
def test_an_absent_or_all_zero_id_is_made_from_the_content(absent: Any) -> None:
    trace = flat({"key": absent, "q": "?"}, key="id", q="input")
    assert len(trace.trace_id) == 32
    assert trace.trace_id.strip("0")


def test_a_short_id_of_zeros_is_an_id() -> None:
    assert flat({"key": 0, "q": "?"}, key="id", q="input").trace_id == "0"


def test_a_long_name_is_cut() -> None:
    name = flat({"t": "long\n" * 100, "q": "?"}, t="name", q="input").name
    assert len(name) == 200
    assert name.endswith("…")
    assert "\n" not in name


def check(trace: ParsedTrace) -> None:
    assert 0 < len(trace.trace_id) <= 128
    assert len(trace.name) <= 200
    assert len(trace.tags) <= 50
    assert trace.root.parent_id is None
    if trace.start and trace.end:
        assert trace.start <= trace.end


@given(json_objects)
def test_any_object_maps_or_is_refused(row: dict[str, Any]) -> None:
    clean, _ = clean_json(row)
    try:
        trace = to_traces(clean, detect([clean]), default_mapping([clean]), default_name="any")[0]
    except InputRefused:
        return
    check(trace)


@given(odd_messages, json_objects)
def test_odd_conversations_lose_nothing(messages: list[Any], row: dict[str, Any]) -> None:
    row = {key: value for key, value in row.items() if key != "id"}  # an odd one is refused
    clean, _ = clean_json({**row, "messages": [USER, *messages]})
    if detect([clean]) is Format.MESSAGES:
        trace = chat(clean)
        check(trace)
        parts = (trace.root.inputs, trace.root.outputs)
        assert [m for part in parts for m in part.get("messages", [])] == clean["messages"]
