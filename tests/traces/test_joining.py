import copy
from typing import Any

import pytest
from hypothesis import given

from tests.traces.hostile import json_objects, odd_messages
from traces.ingest.cleaning import clean_json
from traces.reading.budget import Budget
from traces.reading.conversation import Text, Unknown
from traces.reading.joining import Call, Turn
from traces.reading.pieces import pieces_of
from traces.reading.repeats import NO_REPEATS
from traces.reading.turns import shown_turns


def conversation(inputs: dict[str, Any], outputs: dict[str, Any]) -> list[Turn]:
    piece = next(iter(pieces_of(inputs, outputs)), None)
    return piece.turns if piece else []


def turns(*messages: Any) -> list[Turn]:
    found = conversation({"messages": list(messages)}, {})
    assert found
    return found


def text_of(turn: Turn) -> str:
    return "".join(part.text for part in turn.parts if isinstance(part, Text))


def calls_of(turn: Turn) -> list[tuple[str, Any, Any]]:
    """Id, arguments and result of each call; "missing" for none."""
    calls = [part for part in turn.parts if isinstance(part, Call)]
    return [(c.asked.id, c.asked.arguments, c.given.response if c.given else "missing")
            for c in calls]  # fmt: skip


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
    found = conversation(inputs, outputs)
    assert [(turn.role, turn.name, text_of(turn), calls_of(turn)) for turn in found] == [
        ("system", "", "Be kind.", []),
        ("user", "Ada", "Hi", []),
        ("assistant", "", "", [("1", {"id": 7}, {"found": True})]),
        ("assistant", "", "Found.", []),
    ]


def test_outputs_that_repeat_the_inputs_do_not_repeat_turns() -> None:
    user = {"role": "user", "content": "Hi"}
    answer = {"role": "assistant", "content": "Hello"}
    found = conversation({"messages": [user]}, {"messages": [user, answer]})
    assert [text_of(turn) for turn in found] == ["Hi", "Hello"]


def test_there_is_no_conversation_without_messages() -> None:
    found = conversation({"question": "?"}, {"answer": "!", "messages": "none", "list": [1]})
    assert found == conversation({}, {}) == []


def test_results_are_joined_by_id_in_any_order() -> None:
    turn = only(asks(call("a"), call("b")), gives("b", "second"), gives("a", "first"))
    assert calls_of(turn) == [("a", {}, "first"), ("b", {}, "second")]


def test_an_id_used_again_gets_its_own_result() -> None:
    first, second = turns(asks(call("x")), gives("x", "1st"), asks(call("x")), gives("x", "2nd"))
    assert calls_of(first) + calls_of(second) == [("x", {}, "1st"), ("x", {}, "2nd")]
    both = only(asks(call("x"), call("x")), gives("x", "1st"), gives("x", "2nd"))
    assert calls_of(both) == [("x", {}, "1st"), ("x", {}, "2nd")]


def test_a_call_without_result_says_so_and_a_result_without_call_stays_a_turn() -> None:
    asked, text, data = turns(asks(call("a")), gives("b", "lost"), gives("c", "[1]"))
    assert calls_of(asked) == [("a", {}, "missing")]
    assert (text.role, text.parts) == ("tool", [Text("lost")])
    assert (data.role, data.parts) == ("tool", [Unknown([1])])


def test_a_result_that_is_null_is_not_missing() -> None:
    assert calls_of(only(asks(call("a")), gives("a", None))) == [("a", {}, None)]


def test_the_older_function_call_is_joined_by_name() -> None:
    turn = only(
        {"role": "assistant", "function_call": {"name": "look", "arguments": "{}"}},
        {"role": "function", "name": "look", "content": "here"},
    )
    assert calls_of(turn) == [("", {}, "here")]


def test_a_result_by_name_passes_over_calls_already_answered() -> None:
    by_name = {"role": "tool", "name": "look", "content": "second"}
    turn = only(asks(call("a"), call("b")), gives("a", "first"), by_name)
    assert calls_of(turn) == [("a", {}, "first"), ("b", {}, "second")]


def test_a_result_without_id_and_name_belongs_to_the_open_call_before_it() -> None:
    turn = only(asks(call("a"), call("b")), {"role": "tool", "content": "first"}, gives("b", "2nd"))
    assert calls_of(turn) == [("a", {}, "first"), ("b", {}, "2nd")]
    asked, named = turns(asks(call("a")), {"role": "tool", "name": "other", "content": "lost"})
    assert (calls_of(asked), named.name) == ([("a", {}, "missing")], "other")


ASKS, GIVES, SAYS = asks(call("a")), gives("a", "given"), {"role": "assistant", "content": "Done."}
OF_ITS_OWN = {"role": "assistant", "content": "Look.", "tool_calls": [call("a")]}
BOTH = asks(call("a"), call("b"))
UNNAMED = {"role": "tool", "content": "given"}


@pytest.mark.parametrize(
    ("messages", "kept", "joined"),
    [
        ([ASKS, GIVES, SAYS], ["", "Done."], ["given"]),
        ([ASKS, SAYS, GIVES], ["", "Done."], ["given"]),
        ([GIVES, ASKS, SAYS], ["", "Done."], ["given"]),
        ([GIVES, SAYS, ASKS], ["Done.", ""], ["given"]),
        ([SAYS, ASKS, GIVES], ["Done.", ""], ["given"]),
        ([SAYS, GIVES, ASKS], ["Done.", ""], ["given"]),
        ([OF_ITS_OWN, SAYS, UNNAMED], ["Look.", "Done."], ["given"]),
        ([UNNAMED, ASKS, SAYS], ["given", "", "Done."], ["missing"]),
        ([BOTH, gives("b", "2nd"), SAYS, UNNAMED], ["", "Done."], ["given", "2nd"]),
    ],
)
def test_call_result_and_next_message_come_in_any_order(
    messages: list[Any], kept: list[str], joined: list[str]
) -> None:
    found = turns(*messages)
    assert [text_of(turn) for turn in found] == kept
    assert [result for turn in found for _, _, result in calls_of(turn)] == joined


def test_what_a_joined_result_says_besides_stays_with_its_call() -> None:
    turn = only(asks(call("a")), gives("a", "x") | {"seconds": 3})
    (part,) = turn.parts
    assert isinstance(part, Call)
    assert part.more == {"seconds": 3}


def test_very_many_calls_and_results_cost_no_square() -> None:
    most = 20_000
    asked = asks(*(call(str(n)) for n in range(most)))
    turn = only(asked, *(gives(str(n), "x") for n in reversed(range(most))))
    assert {result for _, _, result in calls_of(turn)} == {"x"}


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
    turn = only(asks(call("a", arguments=text)), gives("a", text))
    assert calls_of(turn) == [("a", value, value)]


@given(odd_messages, odd_messages, json_objects)
def test_any_messages_become_turns_and_stay_as_they_were(
    before: list[Any], after: list[Any], rest: dict[str, Any]
) -> None:
    user = {"role": "user", "content": "Hi"}
    inputs = clean_json({**rest, "messages": [user] * len(before) + before})[0]
    outputs = clean_json({**rest, "messages": after})[0]
    was = copy.deepcopy((inputs, outputs))
    found = conversation(inputs, outputs)
    assert found
    assert all(turn.role in ("system", "user", "assistant", "tool", "other") for turn in found)
    shown = shown_turns(found, Budget(), NO_REPEATS)
    assert (len(shown.turns), shown.left) == (len(found), 0)
    assert (inputs, outputs) == was
