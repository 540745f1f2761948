"""A JSON value as nodes for templates, which must never call methods of user data."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from traces.ingest.paths import join_path

_LONGEST_PATH = 500


@dataclass
class Node:
    """One value. `kind` is object, array, string, number, boolean or null.

    key: its key or index as text, "" for the outermost. text: of a string itself, of other scalars
    as JSON writes them, "" for objects and arrays. size: number of children, or of characters.
    truncated: some children are left out. path: keys as in `paths`, indexes as keys; "" for the
    outermost and where it would be very long.
    """

    key: str
    kind: str
    text: str = ""
    size: int = 0
    children: list[Node] = field(default_factory=list)
    truncated: bool = False
    path: str = ""


def json_tree(value: Any, *, max_nodes: int = 2000) -> Node:
    """The tree of a JSON value, at most `max_nodes` nodes, the outer levels first. Never raises."""
    root = _node("", "", value)
    left = max_nodes - 1
    # With each node waits the beginning of the paths below it, None once they are too long.
    waiting: deque[tuple[Node, Any, str | None]] = deque([(root, value, "")])
    while waiting:
        parent, content, prefix = waiting.popleft()
        for key, item in _items(content):
            if left <= 0:
                parent.truncated = True
                break
            left -= 1
            path = _path(prefix, key)
            child = _node(key, path or "", item)
            parent.children.append(child)
            waiting.append((child, item, None if path is None else f"{path}."))
    return root


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return ((key, item) for key, item in value.items())
    if isinstance(value, list):
        return ((str(index), item) for index, item in enumerate(value))
    return ()


def _node(key: str, path: str, value: Any) -> Node:
    if isinstance(value, dict):
        return Node(key, "object", size=len(value), path=path)
    if isinstance(value, list):
        return Node(key, "array", size=len(value), path=path)
    if isinstance(value, str):
        return Node(key, "string", value, len(value), path=path)
    text = json.dumps(value)
    kind = {"bool": "boolean", "NoneType": "null"}.get(type(value).__name__, "number")
    return Node(key, kind, text, len(text), path=path)


def _path(prefix: str | None, key: str) -> str | None:
    if prefix is None or len(prefix) + len(key) > _LONGEST_PATH:
        return None
    return prefix + join_path([key])
