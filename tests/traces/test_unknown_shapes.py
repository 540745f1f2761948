"""A shape that no dialect knows still reads: its content first, JSON in texts opened."""

import json
from typing import Any

import pytest

from traces.reading.sections import Section, read_sides
from traces.reading.technical import is_technical


def outputs(**values: Any) -> list[Section]:
    return read_sides({}, values).sections


def keys_of(section: Section) -> list[str]:
    assert section.node is not None
    return [child.key for child in section.node.children]


def test_ids_usage_and_settings_come_last_and_folded() -> None:
    found = outputs(id="r1", usage={"total_tokens": 9}, temperature=0.2, answer="Ten minutes.")
    assert [(one.title, one.kind) for one in found] == [("answer", "text"), ("More", "more")]
    assert keys_of(found[1]) == ["id", "usage", "temperature"]


def test_they_come_last_within_an_object_too_and_the_rest_keeps_its_order() -> None:
    deep = {"id": "r1", "zebra": [1], "usage": {}, "data": {"created": 5, "verdict": ["late"]}}
    (found,) = outputs(response=deep)
    assert keys_of(found) == ["zebra", "data", "id", "usage"]
    assert found.node is not None
    assert [child.key for child in found.node.children[1].children] == ["verdict", "created"]


def test_where_there_is_nothing_else_they_are_not_folded() -> None:
    assert [(one.title, one.kind) for one in outputs(id="r1")] == [("id", "text")]


def test_what_both_sides_have_besides_is_in_one_fold() -> None:
    found = read_sides({"q": "Late?", "id": "a"}, {"a": "No.", "id": "b"}).sections
    assert [one.title for one in found] == ["q", "a", "More"]
    assert keys_of(found[2]) == ["id (input)", "id (output)"]


@pytest.mark.parametrize(
    "key",
    ["id", "run_id", "traceId", "responseID", "prompt_tokens", "usage", "finish_reason", "top_p",
     "result › usage", "latency_ms", "createdAt", "Model"],
)  # fmt: skip
def test_a_key_is_technical_by_its_name(key: str) -> None:
    assert is_technical(key)


@pytest.mark.parametrize(
    "key", ["answer", "identity", "", "ideas", "options", "model_a", "cause", "notes", "valid"]
)
def test_a_key_of_content_is_not(key: str) -> None:
    assert not is_technical(key)


def test_json_in_a_text_opens_wherever_it_stands() -> None:
    inner = json.dumps({"order": 7, "lines": [{"sku": "K1"}]})
    (top,) = outputs(body=inner)
    assert (top.kind, keys_of(top)) == ("tree", ["order", "lines"])
    (nested,) = outputs(response={"body": inner, "ok": [True]})
    assert nested.node is not None
    body = nested.node.children[0]
    assert (body.kind, body.in_text, body.size) == ("object", True, 2)


@pytest.mark.parametrize("text", ["{not json}", "[1, 2", "{}{}", "(a)", '{"n": NaN}'])
def test_a_text_that_only_begins_as_json_stays_a_text(text: str) -> None:
    (found,) = outputs(body=text)
    assert found.text is not None
    assert found.text.text == text
