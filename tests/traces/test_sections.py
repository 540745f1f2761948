from typing import Any

from hypothesis import given

from tests.traces.hostile import json_objects
from traces.ingest.cleaning import clean_json
from traces.ingest.paths import pick
from traces.reading.sections import Section, sections

CHAT = [{"role": "user", "content": "Hi"}]
ANSWER = [{"role": "assistant", "content": "Hello"}]


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
        ("score", "text", "outputs"),
        ("verdict", "text", "outputs"),
    ]
    assert [turn.text for turn in found[0].turns] == ["Hi", "Hello"]
    assert found[1].node is not None
    assert [child.key for child in found[1].node.children] == ["name", "orders"]


def test_text_is_prose_and_other_scalars_are_text_as_json_writes_them() -> None:
    found = sections({"q": "# Title", "zero": 0, "no": False, "none": None, "empty": ""}, {})
    assert [(section.text, section.is_prose) for section in found] == [
        ("# Title", True),
        ("0", False),
        ("false", False),
        ("null", False),
        ("", True),
    ]


def test_a_small_object_of_plain_values_is_told_value_by_value() -> None:
    outputs = {"model_a": {"is_correct": False, "solution": "A: 18"}}
    assert outline(sections({}, outputs)) == [
        ("model_a › is_correct", "text", "outputs"),
        ("model_a › solution", "text", "outputs"),
    ]
    chosen = sections({}, pick(outputs, ["model_a.solution"]))
    assert [(section.title, section.text) for section in chosen] == [
        ("model_a › solution", "A: 18")
    ]


def test_larger_nested_numeric_or_empty_objects_are_trees() -> None:
    many = {str(n): "x" for n in range(7)}
    for value in (many, {"a": "x", "b": []}, {"n": 1}, {}, [], ["x"]):
        assert outline(sections({"key": value}, {})) == [("key", "tree", "inputs")]


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
        assert bool(section.turns) == (section.kind == "chat")
        assert (section.node is not None) == (section.kind == "tree")
