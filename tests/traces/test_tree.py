import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.hostile import json_values, nested
from traces.ingest.cleaning import clean_json
from traces.reading.tree import Node, json_tree


def value_of(node: Node) -> Any:
    """The JSON value that a whole tree tells, by nothing but its nodes."""
    if node.in_text:
        return json.dumps(value_of(replace(node, in_text=False)))
    if node.kind == "object":
        return {child.key: value_of(child) for child in node.children}
    if node.kind == "array":
        return [value_of(child) for child in node.children]
    if node.kind == "string":
        return node.text
    if node.kind == "number":
        return float(node.text) if set(node.text) & set(".e") else int(node.text)
    return {"true": True, "false": False, "null": None}[node.text]


def all_nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in all_nodes(child))]


@given(json_values())
def test_a_tree_tells_the_whole_value(value: Any) -> None:
    clean = clean_json(value)[0]
    assert value_of(json_tree(clean)) == clean


@pytest.mark.parametrize(
    ("value", "kind", "text", "size"),
    [
        ({"a": 1, "b": 2}, "object", "", 2),
        ([1], "array", "", 1),
        ("héllo", "string", "héllo", 5),
        ("", "string", "", 0),
        (0, "number", "0", 1),
        (-0.5, "number", "-0.5", 4),
        (False, "boolean", "false", 5),
        (None, "null", "null", 4),
    ],
)
def test_a_node_tells_kind_text_and_size(value: Any, kind: str, text: str, size: int) -> None:
    node = json_tree(value)
    assert (node.kind, node.text, node.size) == (kind, text, size)


@given(json_values(), st.integers(1, 12))
def test_nodes_are_bounded_and_what_is_left_out_is_marked(value: Any, most: int) -> None:
    nodes = all_nodes(json_tree(clean_json(value)[0], max_nodes=most))
    assert len(nodes) <= most
    for node in nodes:
        if node.kind in ("object", "array"):
            assert node.truncated == (len(node.children) < node.size)
        else:
            assert not node.truncated


def test_outer_levels_are_shown_before_inner_ones() -> None:
    root = json_tree({"first": list(range(100)), "second": 2, "third": 3}, max_nodes=10)
    assert [child.key for child in root.children] == ["first", "second", "third"]
    assert [len(child.children) for child in root.children] == [6, 0, 0]
    assert root.children[0].truncated
    assert root.children[0].size == 100


def test_any_depth_and_a_string_of_five_megabytes_are_taken() -> None:
    assert len(json_tree(nested(1500)).children) == 1
    text = "x" * 5_000_000
    assert json_tree([text]).children[0].text is text
    wide = json_tree(list(range(1_000_000)))
    assert (wide.size, len(wide.children), wide.truncated) == (1_000_000, 1999, True)
