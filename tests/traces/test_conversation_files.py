"""Files of conversations: each is one trace, under the key that the sender gave it."""

from typing import Any

import pytest

from traces.ingest.conversations import first_answer, is_message

from .senders import only, read_file

ENVELOPE = {"lc": 1, "type": "constructor", "kwargs": {"content": "Ferry?"}}
HUMAN = ENVELOPE | {"id": ["langchain", "schema", "messages", "HumanMessage"]}
AI = ENVELOPE | {"id": ["langchain", "schema", "messages", "AIMessageChunk"]}

# Key, what comes before the first answer, and the rest.
CONVERSATIONS: dict[str, tuple[str, list[Any], list[Any]]] = {
    "openai": (
        "messages", [{"role": "user", "content": "Ferry?"}],
        [{"role": "assistant", "content": "At ten."}, {"role": "user", "content": "Thanks."}],
    ),
    "sharegpt": (
        "conversations",
        [{"from": "system", "value": "Be brief."}, {"from": "human", "value": "Ferry?"}],
        [{"from": "gpt", "value": "At ten."}],
    ),
    "sharegpt call": (
        "conversations", [{"from": "human", "value": "Ferry?"}],
        [{"from": "function_call", "value": "{}"}, {"from": "observation", "value": "10:00"}],
    ),
    "gemini": (
        "contents", [{"role": "user", "parts": [{"text": "Ferry?"}]}],
        [{"role": "model", "parts": [{"text": "At ten."}]}],
    ),
    "langchain": (
        "messages", [{"type": "human", "content": "Ferry?"}],
        [{"type": "ai", "content": "", "tool_calls": []}, {"type": "tool", "content": "10:00"}],
    ),
    "langchain nested": (
        "messages", [{"type": "human", "data": {"content": "Ferry?"}}],
        [{"type": "ai", "data": {"content": "At ten."}}],
    ),
    "langchain envelopes": ("messages", [HUMAN], [AI]),
    "otel": (
        "messages", [{"role": "user", "parts": [{"type": "text", "content": "Ferry?"}]}],
        [{"role": "assistant", "parts": [{"type": "text", "content": "At ten."}]}],
    ),
    "tau": (
        "traj", [{"role": "user", "content": "Ferry?"}], [{"role": "assistant", "content": ""}],
    ),
    "history": (
        "history", [{"role": "user", "content": "Ferry?"}], [{"role": "ai", "content": "Ten."}],
    ),
    "steps": ("trajectory", [], [{"action": "ls", "observation": "a", "thought": "Look."}]),
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("listed", [True, False])
def test_a_conversation_is_one_trace_cut_before_its_first_answer(name: str, listed: bool) -> None:
    key, asked, answered = CONVERSATIONS[name]
    row = {key: asked + answered, "info": {"shift": "early"}}
    trace = only([row] if listed else row)
    assert trace.root.inputs == ({key: asked} if asked else {})
    assert trace.root.outputs == {key: answered}
    assert trace.attributes == {"info": {"shift": "early"}}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_an_object_that_is_nothing_but_a_conversation_is_one_trace(name: str) -> None:
    key, asked, answered = CONVERSATIONS[name]
    assert only({key: asked + answered}).root.outputs == {key: answered}


def test_responses_items_stay_under_input_and_output() -> None:
    items = [{"type": "reasoning", "summary": []}, {"type": "function_call", "name": "time"}]
    row: dict[str, Any] = {"input": [{"role": "user", "content": "Ferry?"}], "output": items}
    for content in (row, [row], {"output": items, "object": "response"}):
        assert only(content).root.outputs == {"output": items}
    assert only(row).root.inputs == {"input": row["input"]}


def test_a_completion_is_an_output_and_its_envelope_is_not() -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "At ten."}}
    row = {"id": "c1", "object": "chat.completion", "created": 1767348000, "choices": [choice]}
    trace = only(row)
    assert trace.root.outputs == {"choices": [choice]}
    assert trace.trace_id == "c1"


def test_a_preference_has_its_two_answers_as_outputs() -> None:
    pair = {"chosen": {"from": "gpt", "value": "Ten."}, "rejected": {"from": "gpt", "value": "No."}}
    asked = [{"from": "human", "value": "Ferry?"}]
    root = only([{"conversations": asked, **pair}]).root
    assert (root.inputs, root.outputs) == ({"conversations": asked}, pair)
    lists = {key: [{"role": "assistant", "content": key}] for key in ("chosen", "rejected")}
    root = only([{"prompt": "Ferry?", **lists}]).root
    assert (root.inputs, root.outputs) == ({"prompt": "Ferry?"}, lists)


@pytest.mark.parametrize(
    "value",
    [
        None, "user", [], {}, {"content": "x"}, {"type": "human"}, {"from": "Bergen"}, {"role": 1},
        {"type": "text", "content": "x"}, {"action": "buy"}, {"lc": 1, "id": "HumanMessage"},
    ],
)  # fmt: skip
def test_what_is_no_message_is_none(value: Any) -> None:
    assert not is_message(value)


@pytest.mark.parametrize("word", ["Assistant", "GPT", "model", "ai", "bot"])
def test_an_assistant_goes_by_many_names(word: str) -> None:
    assert first_answer([{"role": "user", "content": "?"}, {"role": word, "content": "!"}]) == 1


def test_a_conversation_under_any_other_name_is_one_too() -> None:
    asked, answered = CONVERSATIONS["openai"][1:]
    trace = only([{"chat_log": asked + answered, "rating": 5}])
    assert trace.root.inputs == {"chat_log": asked}
    people = [{"role": "user", "name": "Ada"}, {"role": "owner", "name": "Bo"}]
    trace = only([{"question": "Who?", "people": people, "answer": "Bo."}])
    assert trace.root.inputs == {"question": "Who?"}


@pytest.mark.parametrize("name", [name for name in CONVERSATIONS if name != "steps"])
def test_a_list_of_messages_is_one_conversation_as_a_file_and_as_a_row(name: str) -> None:
    _, asked, answered = CONVERSATIONS[name]
    root = only(asked + answered).root
    assert (root.inputs, root.outputs) == ({"messages": asked}, {"messages": answered})
    traces, refused = read_file([asked + answered, [*asked, *answered, *answered]])
    assert ([len(trace.spans) for trace in traces], refused) == ([1, 1], [])


def test_rows_that_are_a_message_of_the_user_each_stay_rows() -> None:
    rows = [{"role": "user", "content": text, "label": 1} for text in ("Ferry?", "Bus?")]
    assert len(read_file(rows)[0]) == 2


def test_a_list_of_messages_without_an_answer_beside_a_question_is_a_column() -> None:
    said = [{"role": "user", "content": "Bus?"}]
    trace = only([{"question": "Ferry?", "earlier": said, "answer": "At ten."}])
    assert trace.root.outputs == {"answer": "At ten."}


def test_steps_of_an_agent_have_the_task_of_the_history_beside_them() -> None:
    steps = CONVERSATIONS["steps"][2]
    history = [{"role": "user", "content": "Mend it."}, {"role": "assistant", "content": "ls"}]
    trace = only({"trajectory": steps, "history": history, "info": {"exit": 0}})
    assert trace.root.inputs == {"history": history[:1]}
    assert trace.root.outputs == {"trajectory": steps}
    assert trace.attributes == {"history": history, "info": {"exit": 0}}


def test_columns_with_places_and_types_are_no_conversations() -> None:
    legs = [{"from": "Bergen", "to": "Oslo"}, {"from": "Oslo", "to": "Moss"}]
    trace = only([{"question": "Which way?", "history": legs, "answer": "By rail."}])
    assert trace.root.inputs == {"question": "Which way?"}


def test_lists_as_rows_are_refused_with_what_they_are() -> None:
    data = b'["open", {"a": 1}]\n["close", {"b": 2}]\n'
    traces, refused = read_file(data, "calls.jsonl")
    assert not traces
    assert refused == ["It is a list, not an object."] * 2
