from typing import Any

from hypothesis import given

from tests.traces.hostile import json_objects
from traces.ingest.cleaning import clean_json
from traces.paths import pick
from traces.reading.sections import Section, read_sides

CHAT = [{"role": "user", "content": "Hi"}]
PIXEL = "data:image/png;base64,iVBORw0KGgo="
ANSWER = [{"role": "assistant", "content": "Hello"}]


def sections(inputs: dict[str, Any], outputs: dict[str, Any]) -> list[Section]:
    return read_sides(inputs, outputs).sections


def texts(found: list[Section]) -> list[tuple[str, str]]:
    return [(section.kind, section.text.text) for section in found if section.text]


def outline(found: list[Section]) -> list[tuple[str, str, str]]:
    return [(section.title, section.kind, section.side) for section in found]


def test_the_conversation_comes_first_then_inputs_then_outputs() -> None:
    found = sections(
        {"customer": {"name": "Ada", "orders": [1]}, "messages": CHAT},
        {"score": 0, "messages": ANSWER, "verdict": "fine"},
    )
    assert outline(found) == [
        ("Conversation", "chat", "both"),
        ("customer", "tree", "inputs"),
        ("score", "value", "outputs"),
        ("verdict", "text", "outputs"),
    ]
    assert found[0].chat is not None
    assert [turn.text and turn.text.text for turn in found[0].chat.turns] == ["Hi", "Hello"]
    assert found[1].node is not None
    assert [child.key for child in found[1].node.children] == ["name", "orders"]


def test_text_is_prose_and_other_scalars_are_text_as_json_writes_them() -> None:
    found = sections({"q": "# Title", "zero": 0, "no": False, "none": None, "empty": ""}, {})
    assert texts(found) == [
        ("text", "# Title"),
        ("value", "0"),
        ("value", "false"),
        ("value", "null"),
        ("text", ""),
    ]


def test_a_small_object_of_plain_values_is_told_value_by_value() -> None:
    outputs = {"model_a": {"is_correct": False, "solution": "A: 18"}}
    assert outline(sections({}, outputs)) == [
        ("model_a › is_correct", "value", "outputs"),
        ("model_a › solution", "text", "outputs"),
    ]
    chosen = sections({}, pick(outputs, ["model_a.solution"]))
    assert outline(chosen) == [("model_a › solution", "text", "outputs")]
    assert texts(chosen) == [("text", "A: 18")]


def test_larger_nested_numeric_or_empty_objects_are_trees() -> None:
    many = {str(n): "x" for n in range(7)}
    for value in (many, {"a": "x", "b": []}, {"n": 1}, {}, [], ["x"]):
        assert outline(sections({"key": value}, {})) == [("key", "tree", "inputs")]


def test_an_image_by_data_url_is_an_image_and_nothing_else_is() -> None:
    found = sections({"a": PIXEL, "b": f"see {PIXEL}", "c": "https://tracker.example/x.png"}, {})
    assert [section.kind for section in found] == ["image", "text", "text"]
    assert found[0].image == PIXEL


def test_nothing_makes_no_sections() -> None:
    assert sections({}, {}) == []


@given(json_objects, json_objects)
def test_any_inputs_and_outputs_have_sections(
    inputs: dict[str, Any], outputs: dict[str, Any]
) -> None:
    inputs, outputs = clean_json(inputs)[0], clean_json(outputs)[0]
    found = sections(inputs, outputs)
    assert bool(found) == bool(inputs or outputs)
    for section in found:
        assert (section.chat is not None) == (section.kind == "chat")
        assert (section.node is not None) == (section.kind in ("tree", "more"))
