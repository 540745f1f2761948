"""A JSON value as nodes for templates, which must never call methods of user data."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from annotate_site.text import strip_bidi_controls

MOST_NODES = 2000
_PEEKED = 4


@dataclass
class Node:
    """One value. `kind` is object, array, string, number, boolean or null.

    key: its key or index as text, "" for the outermost. text: of a string itself, of other scalars
    as JSON writes them, "" for objects and arrays. size: number of children, or of characters.
    truncated: some children are left out, or the end of the text.
    """

    key: str
    kind: str
    text: str = ""
    size: int = 0
    children: list[Node] = field(default_factory=list)
    truncated: bool = False


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
            child = _node(key, item)
            parent.children.append(child)
            waiting.append((child, item))
    return root


def walk(root: Node) -> Iterator[Node]:
    """The node and all below it, the outer levels first."""
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        yield node
        waiting.extend(node.children)


def peek(value: Any, length: int) -> str:
    """What a value begins with, on one line of at most `length` characters: keys and plain values.

    "order: 7, name: Ada, items: [2]"; "" for nothing. Nothing in it turns the direction of reading.
    """
    if isinstance(value, dict):
        parts = (f"{_brief(key, length)}: {_brief(item, length)}" for key, item in value.items())
    elif isinstance(value, list):
        parts = (_brief(item, length) for item in value)
    else:
        return _cut(_brief(value, length + 1), length)
    some = ", ".join(islice(parts, _PEEKED))
    return _cut(some if len(value) <= _PEEKED else f"{some}, …", length)


def _brief(value: Any, length: int) -> str:
    if isinstance(value, str):
        return " ".join(value[: 2 * length].split())
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    return json.dumps(value)


def _cut(text: str, length: int) -> str:
    text = strip_bidi_controls(text)
    return text if len(text) <= length else text[: length - 1].rstrip(" ,…") + "…"


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
    text = json.dumps(value)
    kind = {"bool": "boolean", "NoneType": "null"}.get(type(value).__name__, "number")
    return Node(key, kind, text, len(text))
