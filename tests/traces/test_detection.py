from typing import Any

import pytest

from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Format, Role, default_mapping, detect, holds_rows, parse_mapping

CHAT = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


@pytest.mark.parametrize(
    ("row", "format"),
    [
        ({"spans": []}, Format.OWN),
        ({"trace_id": "t", "inputs": {"q": 1}}, Format.OWN),
        ({"trace_id": "t", "status": "ok", "tags": [], "spans": []}, Format.OWN),
        ({"trace_id": "t", "state": "OK", "spans": [], "request_time": 1}, Format.MLFLOW),
        ({"inputs": {"q": 1}, "outputs": {"a": 1}}, Format.OWN),
        ({"inputs": {"messages": CHAT}, "outputs": {}}, Format.OWN),
        ({"messages": CHAT, "model": "m"}, Format.MESSAGES),
        ({"task_id": 1, "traj": CHAT, "reward": 0.5}, Format.MESSAGES),
        ({"messages": [*CHAT, "odd"]}, Format.MESSAGES),
        ({"messages": "3 unread", "answer": "a"}, Format.FLAT),
        ({"messages": []}, Format.FLAT),
        ({"inputs": "text", "outputs": "text"}, Format.FLAT),
        ({"trace_id": "t", "question": "q", "answer": "a"}, Format.FLAT),
        ({}, Format.FLAT),
    ],
)
def test_a_row_is_told_by_its_shape(row: dict[str, Any], format: Format) -> None:
    assert detect([row]) is format


def test_rows_with_a_type_and_a_session_are_no_messages() -> None:
    row = {"type": "chat", "session_id": "s1", "question": "q", "answer": "a"}
    assert holds_rows({"rows": [row, row]}, "rows")


def test_most_rows_decide() -> None:
    assert detect([{"q": 1}, {"messages": CHAT}, {"messages": CHAT}]) is Format.MESSAGES
    assert detect([]) is Format.FLAT


def test_several_models_answers_beside_a_question_become_outputs() -> None:
    rows = [
        {
            "question": "How many eggs?",
            "ground_truth": "18",
            "small_model": {"is_correct": False, "solution": "26"},
            "large_model": {"is_correct": True, "solution": "18"},
            "seconds": 1.5,
        }
    ]
    assert default_mapping(rows) == {
        "question": Role.INPUT,
        "ground_truth": Role.ATTRIBUTE,
        "small_model": Role.OUTPUT,
        "large_model": Role.OUTPUT,
        "seconds": Role.ATTRIBUTE,
    }


@pytest.mark.parametrize(
    ("column", "role"),
    [
        ("prompt", Role.INPUT),
        ("Instruction", Role.INPUT),
        ("User Query", Role.INPUT),
        ("first_question", Role.INPUT),
        ("response", Role.OUTPUT),
        ("Model-A Response", Role.OUTPUT),
        ("gpt_answer", Role.OUTPUT),
        ("expected_answer", Role.ATTRIBUTE),
        ("is_correct", Role.ATTRIBUTE),
        ("label", Role.ATTRIBUTE),
        ("name", Role.NAME),
        ("id", Role.ID),
    ],
)
def test_well_known_names_decide(column: str, role: Role) -> None:
    row = {"prompt": "p", "completion": "c", column: "x"}
    assert default_mapping([row])[column] is role


def test_a_named_output_leaves_other_text_an_attribute() -> None:
    assert default_mapping([{"answer": "a", "remark": "r"}])["remark"] is Role.ATTRIBUTE


def test_columns_of_all_rows_are_found_in_order() -> None:
    rows: list[dict[str, Any]] = [{"question": "q"}, {"answer": "a", "question": "q"}, {"id": 3}]
    assert list(default_mapping(rows)) == ["question", "answer", "id"]


@pytest.mark.parametrize("ids", [["a", "a"], ["a", None], ["a", ""], [1.5, 2.5]])
def test_a_column_that_is_not_each_rows_own_is_no_id(ids: list[Any]) -> None:
    rows = [{"id": value, "answer": "x"} for value in ids]
    assert default_mapping(rows)["id"] is Role.ATTRIBUTE


def test_one_id_and_one_name_at_most() -> None:
    row = {"id": 1, "uuid": "u", "name": "n", "title": "t", "answer": "a"}
    mapping = default_mapping([row])
    assert mapping["id"] is Role.ID
    assert mapping["uuid"] is Role.ATTRIBUTE
    assert mapping["name"] is Role.NAME
    assert mapping["title"] is Role.ATTRIBUTE


def test_columns_beside_messages_are_mapped_too() -> None:
    row = {"id": 1, "system": "s", "traj": CHAT, "model": "m", "response": "r", "question": "q"}
    expected = {
        "id": Role.ID,
        "system": Role.INPUT,
        "model": Role.ATTRIBUTE,
        "response": Role.OUTPUT,
        "question": Role.ATTRIBUTE,
    }
    assert default_mapping([row], Format.MESSAGES) == expected
    repeated = default_mapping([row, row], Format.MESSAGES)
    assert repeated == expected | {"id": Role.ATTRIBUTE}, "samples of one prompt are not one trace"


def test_our_own_format_needs_no_mapping() -> None:
    assert default_mapping([{"inputs": {}}], Format.OWN) == {}


def test_a_chosen_mapping_is_checked() -> None:
    assert parse_mapping({"a": "input", "b": "ignored"}) == {"a": Role.INPUT, "b": Role.IGNORED}
    with pytest.raises(InputRefused, match="A column must be one of: id, name, input"):
        parse_mapping({"a": "inputs"})
    with pytest.raises(InputRefused, match="Only one column can be the id"):
        parse_mapping({"a": "id", "b": "id", "c": "input"})
    with pytest.raises(InputRefused, match="at least one column as input or output"):
        parse_mapping({"a": "id"})
