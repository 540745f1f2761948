"""How turns are shown: what is folded and under which line, what goes on, what is cut."""

from typing import Any

from tests.traces.samples import conversation
from traces.reading.budget import Budget
from traces.reading.pieces import pieces_of
from traces.reading.repeats import NO_REPEATS
from traces.reading.shown import ShownFold, ShownTurn
from traces.reading.turns import LONG, LONG_BEGINNING, LONG_SYSTEM, shown_turns


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


def test_a_glimpse_of_many_messages_shows_the_first_and_the_last() -> None:
    said = [says("user" if n % 2 else "assistant", f"message {n}") for n in range(1, 301)]
    (piece,) = pieces_of({"messages": said}, {})
    found = shown_turns(piece.turns, Budget(), NO_REPEATS, glimpse=True)
    assert [turn.number for turn in found.turns] == [1, 2, 3, 4, 5, 6, 299, 300]
    assert [turn.skipped for turn in found.turns] == [0] * 6 + [292, 0]
    assert (found.count, found.left) == (300, 0)
    assert not found.turns[6].goes_on


def test_a_glimpse_of_few_shows_all_rather_than_to_leave_out_one() -> None:
    (piece,) = pieces_of({"messages": [says("user", "x")] * 9}, {})
    found = shown_turns(piece.turns, Budget(), NO_REPEATS, glimpse=True)
    assert (len(found.turns), found.left) == (9, 0)


def test_a_call_that_only_thinks_reads_as_text() -> None:
    def thinks(name: str, arguments: str) -> dict[str, Any]:
        call = {"id": "1", "function": {"name": name, "arguments": arguments}}
        return {"role": "assistant", "tool_calls": [call]}

    nothing = {"role": "tool", "tool_call_id": "1", "content": ""}
    (turn,) = shown(thinks("think", '{"thought": "The card pays five."}'), nothing)
    (fold,) = turn.parts
    assert isinstance(fold, ShownFold)
    assert (fold.word, fold.is_open, fold.text.text) == ("Thought", True, "The card pays five.")
    for acts in (thinks("pay", '{"amount": "5"}'), thinks("think", '{"thought": "x", "n": 1}')):
        (turn,) = shown(acts, nothing)
        assert len(turn.calls) == 1
    (turn,) = shown(thinks("think", '{"thought": "x"}'), {**nothing, "content": "noted: 7"})
    assert turn.calls[0].given == "noted: 7"


def test_failed_calls_are_counted_and_can_be_found() -> None:
    messages: list[Any] = []
    for number, result in enumerate(["fine", "Error: no pier", '{"exit_code": 2}']):
        call = {"id": str(number), "function": {"name": "look", "arguments": "{}"}}
        messages += [{"role": "assistant", "tool_calls": [call]},
                     {"role": "tool", "tool_call_id": str(number), "content": result}]  # fmt: skip
    (piece,) = pieces_of({"messages": messages}, {})
    found = shown_turns(piece.turns, Budget(), NO_REPEATS)
    assert (found.failed, found.calls) == (2, 3)
    failures = [call.failure for turn in found.turns for call in turn.calls]
    assert failures == ["", f"{found.anchor}-1", f"{found.anchor}-2"]


def test_the_end_of_a_very_long_message_is_folded_at_a_paragraph() -> None:
    paragraphs = [f"{n} " + "word " * 60 for n in range(80)]
    text = "\n\n".join([*paragraphs[:12], "```", *paragraphs[12:20], "```", *paragraphs[20:]])
    (turn,) = shown(says("assistant", text))
    assert turn.text is not None
    assert turn.text.text + turn.text.rest == text
    assert LONG_BEGINNING <= len(turn.text.text) < LONG
    assert turn.text.text.count("```") == 2
    (short,) = shown(says("assistant", "word " * 100))
    assert short.text is not None
    assert short.text.rest == ""


def test_an_empty_text_beside_something_else_is_not_shown() -> None:
    call = {"id": "1", "function": {"name": "look", "arguments": "{}"}}
    calling, silent = shown({"role": "assistant", "content": "", "tool_calls": [call]},
                            {"role": "assistant", "content": ""})  # fmt: skip
    assert [type(part).__name__ for part in calling.parts] == ["ShownCall"]
    assert [type(part).__name__ for part in silent.parts] == ["ShownText"]


def test_the_line_of_a_result_that_is_a_picture_says_so() -> None:
    call = {"id": "1", "function": {"name": "shot", "arguments": "{}"}}
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    (turn,) = shown({"role": "assistant", "tool_calls": [call]},
                    {"role": "tool", "tool_call_id": "1", "content": [picture]})  # fmt: skip
    assert turn.calls[0].given == "picture"
    assert [one.modality for one in turn.calls[0].media] == ["image"]


def test_each_side_keeps_the_dialect_that_is_certain_of_it() -> None:
    asked = {"conversations": [{"from": "human", "value": "Is the ferry late?"}]}
    rivals = {"chosen": {"from": "gpt", "value": "No."}, "rejected": {"from": "gpt", "value": "?"}}
    assert [piece.title for piece in pieces_of(asked, rivals)] == ["Conversation", "Answers"]


def test_ids_of_messages_are_told_once_at_the_end() -> None:
    said = [{**says("user", "Hi"), "id": "m1"}, {**says("assistant", "Yes"), "id": "m2", "mood": 1}]
    (piece,) = pieces_of({"messages": said}, {})
    found = shown_turns(piece.turns, Budget(), NO_REPEATS)
    assert [turn.more is not None for turn in found.turns] == [False, True]
    assert found.more is not None
    assert [child.key for child in found.more.children] == ["Message 1"]
    assert [child.text for child in found.more.children[0].children] == ["m1"]
