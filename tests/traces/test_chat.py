import copy
from typing import Any

import pytest
from hypothesis import given

from tests.traces.hostile import json_objects, odd_messages
from traces.ingest.cleaning import clean_json
from traces.reading.budget import Budget
from traces.reading.chat import ToolCall, Turn, find_chat, read_chat
from traces.reading.repeats import NO_REPEATS
from traces.reading.turns import shown_turns

PNG = "data:image/png;base64,iVBORw0KGgo="


def turns(*messages: Any) -> list[Turn]:
    found = find_chat({"messages": list(messages)}, {})
    assert found is not None
    return found


def only(*messages: Any) -> Turn:
    (turn,) = turns(*messages)
    return turn


def call(call_id: str, name: str = "look", arguments: str = "{}") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def asks(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": list(calls)}


def gives(call_id: str, content: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


def test_inputs_and_outputs_make_one_conversation() -> None:
    inputs = {"messages": [{"role": "developer", "content": "Be kind."},
                           {"role": "user", "content": "Hi", "name": "Ada"}]}  # fmt: skip
    outputs = {"messages": [asks(call("1", "look", '{"id": 7}')), gives("1", '{"found": true}'),
                            {"role": "assistant", "content": "Found."}]}  # fmt: skip
    assert find_chat(inputs, outputs) == [
        Turn("system", "Be kind."),
        Turn("user", "Hi", "Ada"),
        Turn("assistant", "", "", [ToolCall("1", "look", {"id": 7}, {"found": True}, False)]),
        Turn("assistant", "Found."),
    ]


def test_outputs_that_repeat_the_inputs_do_not_repeat_turns() -> None:
    user = {"role": "user", "content": "Hi"}
    answer = {"role": "assistant", "content": "Hello"}
    found = find_chat({"messages": [user]}, {"messages": [user, answer]})
    assert found is not None
    assert [turn.text for turn in found] == ["Hi", "Hello"]


def test_there_is_no_conversation_without_messages() -> None:
    assert find_chat({"question": "?"}, {"answer": "!", "messages": "none", "list": [1]}) is None
    assert find_chat({}, {}) is None


def test_messages_are_found_under_any_key_and_single() -> None:
    history = [{"role": "user", "content": "Hi"}]
    message = {"role": "assistant", "content": "Hello"}
    chat = read_chat({"n": 1, "history": history}, {"reply": message, "score": 1})
    assert chat is not None
    assert [turn.role for turn in chat.turns] == ["user", "assistant"]
    assert chat.input_keys == {"history"}
    assert chat.output_keys == {"reply"}


def test_a_system_text_beside_the_messages_is_the_first_turn() -> None:
    chat = read_chat({"messages": [{"role": "user", "content": "Hi"}], "system": "Be kind."}, {})
    assert chat is not None
    assert chat.turns[0] == Turn("system", "Be kind.")
    assert chat.input_keys == {"messages", "system"}


def test_results_are_joined_by_id_in_any_order() -> None:
    turn = only(asks(call("a"), call("b")), gives("b", "second"), gives("a", "first"))
    assert [(c.id, c.result, c.result_missing) for c in turn.tool_calls] == [
        ("a", "first", False),
        ("b", "second", False),
    ]


def test_an_id_used_again_gets_its_own_result() -> None:
    first, second = turns(asks(call("x")), gives("x", "1st"), asks(call("x")), gives("x", "2nd"))
    assert [first.tool_calls[0].result, second.tool_calls[0].result] == ["1st", "2nd"]
    both = only(asks(call("x"), call("x")), gives("x", "1st"), gives("x", "2nd"))
    assert [c.result for c in both.tool_calls] == ["1st", "2nd"]


def test_a_call_without_result_says_so_and_a_result_without_call_stays_a_turn() -> None:
    asked, text, data = turns(asks(call("a")), gives("b", "lost"), gives("c", "[1]"))
    assert asked.tool_calls[0].result_missing
    assert (text.role, text.text, text.other_parts) == ("tool", "lost", [])
    assert (data.role, data.text, data.other_parts) == ("tool", "", [[1]])


def test_a_result_that_is_null_is_not_missing() -> None:
    (joined,) = only(asks(call("a")), gives("a", None)).tool_calls
    assert (joined.result, joined.result_missing) == (None, False)


def test_the_older_function_call_is_joined_by_name() -> None:
    turn = only(
        {"role": "assistant", "function_call": {"name": "look", "arguments": "{}"}},
        {"role": "function", "name": "look", "content": "here"},
    )
    assert turn.tool_calls == [ToolCall("", "look", {}, "here", False)]


def test_a_result_by_name_passes_over_calls_already_answered() -> None:
    by_name = {"role": "tool", "name": "look", "content": "second"}
    turn = only(asks(call("a"), call("b")), gives("a", "first"), by_name)
    assert [tool_call.result for tool_call in turn.tool_calls] == ["first", "second"]


def test_tool_use_and_tool_result_parts_are_joined() -> None:
    asked, said = turns(
        {"role": "assistant", "content": [
            {"type": "text", "text": "Let me look."},
            {"type": "tool_use", "id": "t1", "name": "look", "input": {"q": 1}},
            {"type": "tool_use", "id": "t2", "name": "look", "input": {}},
        ]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": "no", "is_error": True}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t2",
             "content": [{"type": "text", "text": '{"a": 1}'}]},
            {"type": "text", "text": "And now?"}]},
    )  # fmt: skip
    assert asked.text == "Let me look."
    assert asked.tool_calls == [
        ToolCall("t1", "look", {"q": 1}, "no", False, True),
        ToolCall("t2", "look", {}, {"a": 1}, False, False),
    ]
    assert (said.role, said.text) == ("user", "And now?")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1]}', {"a": [1]}),
        (" [1, 2] ", [1, 2]),
        ("5", "5"),
        ("true", "true"),
        ('"quoted"', '"quoted"'),
        ("{broken", "{broken"),
        ('{"n": NaN}', '{"n": NaN}'),
        ('{"n": "a\\u0000"}', '{"n": "a\\u0000"}'),
        ("[" * 5000 + "]" * 5000, "[" * 5000 + "]" * 5000),
        ("[" + "9" * 5000 + "]", "[" + "9" * 5000 + "]"),
        ("", ""),
    ],
)
def test_arguments_and_results_are_parsed_only_when_whole_objects_or_lists(
    text: str, value: Any
) -> None:
    (joined,) = only(asks(call("a", arguments=text)), gives("a", text)).tool_calls
    assert (joined.arguments, joined.result) == (value, value)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": PNG}},
        {"type": "image_url", "image_url": PNG},
        {"type": "input_image", "image_url": PNG},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                     "data": "iVBORw0KGgo="}},
    ],
)  # fmt: skip
def test_images_in_the_data_itself_are_shown(part: dict[str, Any]) -> None:
    turn = only({"role": "user", "content": [{"type": "text", "text": "See"}, part]})
    assert (turn.text, turn.images, turn.other_parts) == ("See", [PNG], [])


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/x.png",
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:text/html;base64,PGI+",
        'data:image/png;base64,AA" onerror="x',
        "data:image/png;base64,AA==\n",
        None,
        {"url": PNG},
    ],
)
def test_images_elsewhere_or_of_another_kind_are_never_addresses_to_load(url: Any) -> None:
    part = {"type": "image_url", "image_url": {"url": url}}
    turn = only({"role": "user", "content": [part]})
    assert (turn.images, turn.other_parts) == ([], [part])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "user", "content": ["a", {"type": "text", "text": "b"}]}, Turn("user", "a\nb")),
        ({"role": "HUMAN", "content": {"text": "a"}}, Turn("user", "a")),
        ({"role": "critic", "content": "no"}, Turn("other", "no", "critic")),
        ({"role": "assistant", "content": None, "refusal": "I can't."},
         Turn("assistant", "I can't.")),
        ({"role": "assistant", "content": None}, Turn("assistant", "")),
        ({"role": "assistant", "content": [{"type": "audio", "id": 1}]},
         Turn("assistant", "", other_parts=[{"type": "audio", "id": 1}])),
        ({"role": "assistant", "value": "hidden?"},
         Turn("assistant", "", other_parts=[{"value": "hidden?"}])),
        ({"role": "assistant", "content": "", "tool_calls": ["raw"]},
         Turn("assistant", "", tool_calls=[ToolCall("", "", "raw")])),
        ({"role": "assistant", "tool_calls": [{"id": "1", "name": "f", "args": {"a": 1}}]},
         Turn("assistant", "", tool_calls=[ToolCall("1", "f", {"a": 1})])),
    ],
)  # fmt: skip
def test_shapes_of_a_message(message: dict[str, Any], expected: Turn) -> None:
    assert turns(message) == [expected]


def test_elements_that_are_no_messages_become_text() -> None:
    found = turns({"role": "user", "content": "Hi"}, "loose", {"x": 1}, {"role": "user"})
    assert [(turn.role, turn.text) for turn in found] == [
        ("user", "Hi"),
        ("other", "loose"),
        ("other", '{"x": 1}'),
        ("user", ""),
    ]


@given(odd_messages, odd_messages, json_objects)
def test_any_messages_become_turns_and_stay_as_they_were(
    before: list[Any], after: list[Any], rest: dict[str, Any]
) -> None:
    user = {"role": "user", "content": "Hi"}
    inputs = clean_json({**rest, "messages": [user] * len(before) + before})[0]
    outputs = clean_json({**rest, "messages": after})[0]
    was = copy.deepcopy((inputs, outputs))
    found = find_chat(inputs, outputs)
    assert found
    assert all(turn.role in ("system", "user", "assistant", "tool", "other") for turn in found)
    assert all(isinstance(turn.text + turn.name, str) for turn in found)
    shown = shown_turns(found, Budget(), NO_REPEATS)
    assert (len(shown.turns), shown.left) == (len(found), 0)
    assert (inputs, outputs) == was
