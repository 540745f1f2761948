"""How turns are shown: what is folded and under which line, what goes on, what is cut."""

from typing import Any

from tests.traces.samples import conversation
from traces.reading.budget import Budget
from traces.reading.pieces import pieces_of
from traces.reading.repeats import NO_REPEATS
from traces.reading.turns import LONG_SYSTEM, ShownTurn, shown_turns


def shown(*messages: Any) -> list[ShownTurn]:
    (piece,) = pieces_of({"messages": list(messages)}, {})
    return shown_turns(piece.turns, Budget(), NO_REPEATS).turns


def says(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def test_a_system_message_is_folded_once_it_is_long_and_says_its_first_line() -> None:
    policy = "# Policy\n" + "x " * LONG_SYSTEM
    short, long = shown(says("system", "Be kind."), says("system", policy))
    assert not short.is_long_system
    assert long.is_long_system
    assert long.text is not None
    assert long.text.summary == "Policy"


def test_the_fold_of_a_call_says_what_went_in_and_what_came_back() -> None:
    (call,) = shown(*conversation(7)["messages"])[2].calls
    assert (call.name, call.asked, call.given) == ("find_order", "order_id: 7", "state: sent")
    assert call.arguments.node is not None
    assert call.result is not None


def test_a_call_without_a_result_and_one_that_gave_nothing_differ() -> None:
    function = {"name": "wait", "arguments": "{}"}
    calls = [{"id": "1", "function": function}, {"id": "2", "function": function}]
    turn, *_ = shown({"role": "assistant", "tool_calls": calls},
                     {"role": "tool", "tool_call_id": "1", "content": ""})  # fmt: skip
    assert [call.result is None for call in turn.calls] == [False, True]
    assert [call.given for call in turn.calls] == ["", ""]


def test_the_assistant_goes_on_after_its_calls_and_nobody_else_does() -> None:
    turns = shown(*conversation()["messages"], says("assistant", "More?"), says("user", "No"))
    assert [(turn.role, turn.goes_on) for turn in turns] == [
        ("system", False),
        ("user", False),
        ("assistant", False),
        ("assistant", True),
        ("assistant", False),
        ("user", False),
    ]


def test_an_unknown_role_is_named_by_its_own_word() -> None:
    (user, critic) = shown(says("user", "Hi"), says("critic", "Hm"))
    assert (user.word, critic.word, critic.role, critic.name) == ("User", "Critic", "other", "")
