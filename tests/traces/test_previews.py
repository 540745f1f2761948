from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.hostile import json_values, odd_messages
from traces.ingest.cleaning import clean_json
from traces.previews import first_line, preview_of

SYSTEM = {"role": "system", "content": "Be kind."}
USER = {"role": "user", "content": "Where is\n my parcel?"}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
TOOL = {"role": "tool", "tool_call_id": "1", "content": "tool says"}
ANSWER = {"role": "assistant", "content": [{"type": "text", "text": "On its way."}]}


def test_of_inputs_the_first_words_of_the_user_are_shown() -> None:
    assert preview_of({"messages": [SYSTEM, USER]}) == "Where is my parcel?"
    later = {"role": "user", "content": "And now?"}
    turns = [SYSTEM, ANSWER, USER, ANSWER, later]
    assert preview_of({"messages": turns}, speaker="user") == "Where is my parcel?"
    assert preview_of({"messages": [SYSTEM, ANSWER]}, speaker="user") == "On its way."


@pytest.mark.parametrize("content", ["", " \n", None, [], [{"type": "text", "text": ""}], [""]])
def test_an_empty_message_has_an_empty_preview(content: Any) -> None:
    empty = {"role": "user", "name": "kim", "content": content}
    assert preview_of({"messages": [empty]}, speaker="user") == ""
    assert preview_of([CALL, empty]) == preview_of([CALL])
    image = [{"type": "image_url", "image_url": {"url": "data:,"}}]
    assert preview_of([{**empty, "content": image}]) == "image"


def test_of_outputs_the_last_words_of_the_assistant_are_shown() -> None:
    stop = {"role": "user", "content": "stop"}
    assert preview_of({"messages": [CALL, TOOL, ANSWER, CALL, TOOL, stop]}) == "On its way."


def test_of_a_conversation_of_others_the_last_text_or_message_is_shown() -> None:
    assert preview_of({"messages": [SYSTEM, TOOL, CALL]}) == "tool says"
    assert preview_of([CALL]) == "tool call"
    named = {"function": {"name": "find_order", "arguments": '{"order": 7}'}}
    assert preview_of([{**CALL, "tool_calls": [named]}]) == "find_order order: 7"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"score": 0, "model": {"ok": False, "solution": "A: 18"}}, "A: 18"),
        ({"empty": " \n", "second": ["", "text"]}, "text"),
        ({"n": 0, "ok": False}, '{"n": 0, "ok": false}'),
        (0, "0"),
        (False, "false"),
        ("", ""),
        (None, ""),
        ({}, ""),
        ([], ""),
        ("  two \t\n lines\u2028here ", "two lines here"),
        ("a\x1b[31m\u202eb\x07", "a [31m b"),
        ("👩\u200d⚕️ é", "👩\u200d⚕️ é"),
    ],
)
def test_of_anything_else_the_first_text_is_shown_on_one_line(value: Any, shown: str) -> None:
    assert preview_of(value) == shown


def test_long_text_is_cut_at_the_limit() -> None:
    assert preview_of("word " * 1_000_000, 10) == "word word…"
    assert preview_of("x" * 200) == "x" * 200
    assert preview_of("x" * 201) == "x" * 199 + "…"
    assert preview_of("x" + " " * 5000 + "y", 10) == "x…"


@given(json_values() | odd_messages | odd_messages.map(lambda value: {"messages": value}))
def test_any_value_has_one_line(value: Any) -> None:
    line = preview_of(clean_json(value)[0], 40)
    assert len(line) <= 40
    assert line.splitlines() in ([], [line])


def test_a_conversation_is_known_by_its_users_first_text_on_either_side() -> None:
    hello = {"role": "assistant", "content": "Hello, what may I do?"}
    begun_by_assistant = {"messages": [SYSTEM]}, {"messages": [hello, USER, ANSWER]}
    assert first_line(*begun_by_assistant) == "Where is my parcel?"
    assert first_line({}, {"messages": [USER, ANSWER]}) == "Where is my parcel?"
    assert first_line({"messages": [USER]}, {"messages": [ANSWER]}) == "Where is my parcel?"
    assert first_line({"question": "Why?"}, {"messages": [USER, ANSWER]}) == "Why?"
    assert first_line({"messages": [USER]}, {"answer": "So"}) == "Where is my parcel?"
    assert first_line({}, {"answer": "So"}) == "So"
    assert first_line({}, {}) == ""


@given(st.text(max_size=80))
def test_words_are_kept_in_order(text: str) -> None:
    words = preview_of(text, 1000).split()
    assert " ".join(words) == preview_of(text, 1000)
