"""A JSON value as nodes for templates, which must never call methods of user data."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from traces.reading.json_text import opened, scalar_text

MOST_NODES = 2000
LONGEST_OPENED = 200_000  # characters of a text that holds JSON


@dataclass
class Node:
    """One value. `kind` is object, array, string, number, boolean or null.

    key: its key or index as text, "" for the outermost. text: of a string itself, of other scalars
    as JSON writes them, "" for objects and arrays. size: number of children, or of characters.
    truncated: some children are left out, or the end of the text. in_text: the source has it as a
    text that holds JSON.
    """

    key: str
    kind: str
    text: str = ""
    size: int = 0
    children: list[Node] = field(default_factory=list)
    truncated: bool = False
    in_text: bool = False


def json_tree(value: Any, *, max_nodes: int = MOST_NODES) -> Node:
    """The tree of a JSON value, at most `max_nodes` nodes, the outer levels first. Never raises."""
    root = _node("", value)
    left = max_nodes - 1
    waiting: deque[tuple[Node, Any]] = deque([(root, value)])
    while waiting:
        parent, content = waiting.popleft()
        for key, item in _items(content):
            if left <= 0:
                parent.truncated = True
                break
            left -= 1
            is_long = isinstance(item, str) and len(item) > LONGEST_OPENED
            inner = item if is_long else opened(item)
            child = _node(key, inner)
            child.in_text = inner is not item
            parent.children.append(child)
            waiting.append((child, inner))
    return root


def walk(root: Node) -> Iterator[Node]:
    """The node and all below it, the outer levels first."""
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        yield node
        waiting.extend(node.children)


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return ((key, item) for key, item in value.items())
    if isinstance(value, list):
        return ((str(index), item) for index, item in enumerate(value))
    return ()


def _node(key: str, value: Any) -> Node:
    if isinstance(value, dict):
        return Node(key, "object", size=len(value))
    if isinstance(value, list):
        return Node(key, "array", size=len(value))
    if isinstance(value, str):
        return Node(key, "string", value, len(value))
    text = scalar_text(value)
    kind = {"bool": "boolean", "NoneType": "null"}.get(type(value).__name__, "number")
    return Node(key, kind, text, len(text))
