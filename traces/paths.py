"""Paths into inputs or outputs: what of a trace can be chosen to be shown.

A path names a key, or a key and one inside it: `messages`, `model_a.solution`. Keys are joined by
dots; a dot or backslash inside a key has a backslash before it (`a\\.b` is the one key "a.b").
So every key, also "" and "a.b", has exactly one path, and split_path undoes join_path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from traces.previews import preview_of

MAX_PATHS = 500
# An object with more keys than this is a table of data, not a set of fields to choose from.
MAX_KEYS_INSIDE = 50
EXAMPLE_LENGTH = 80
LONGEST_PATH = 1000

# Marks a branch that is wanted whole; no key of JSON equals it.
_WHOLE = None
_Wanted = dict[str | None, "_Wanted"]

_PART = re.compile(r"[^.\\]*(?:\\.[^.\\]*)*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class PathInfo:
    """A path, one line of an example of what is there, and in how many values it is found."""

    path: str
    example: str
    count: int


def join_path(keys: Sequence[str]) -> str:
    """The path of one key or several, outermost first."""
    return ".".join(key.replace("\\", "\\\\").replace(".", "\\.") for key in keys)


def split_path(path: str) -> list[str]:
    """The keys of a path. Raises ValueError for one that join_path cannot have made."""
    keys = []
    position = 0
    while True:
        match = _PART.match(path, position)
        end = match.end() if match else position
        keys.append(_ESCAPED.sub(r"\1", path[position:end]))
        if end == len(path):
            return keys
        if path[end] != ".":
            raise ValueError(f"a path cannot end in a single backslash: {path!r}")
        position = end + 1


def is_path(text: str) -> bool:
    """Whether it can be a path that a page has offered."""
    try:
        split_path(text)
    except ValueError:
        return False
    return len(text) <= LONGEST_PATH and "\x00" not in text


def find_paths(values: Iterable[dict[str, Any]]) -> list[PathInfo]:
    """The paths found in many inputs (or many outputs), at most MAX_PATHS.

    Keys come in order of first appearance, each followed by the keys inside it.
    """
    tops: dict[str, _Found] = {}
    for value in values:
        for key, item in value.items():
            tops.setdefault(key, _Found()).add(item)
    found = []
    for key, top in tops.items():
        found.append(top.info([key]))
        if len(top.inside) <= MAX_KEYS_INSIDE:
            found += [inner.info([key, name]) for name, inner in top.inside.items()]
    return found[:MAX_PATHS]


class _Found:
    def __init__(self) -> None:
        self.count = 0
        self.example = ""
        self.inside: dict[str, _Found] = {}

    def add(self, value: Any, *, look_inside: bool = True) -> None:
        self.count += 1
        self.example = self.example or preview_of(value, EXAMPLE_LENGTH)
        if look_inside and isinstance(value, dict):
            for key, item in value.items():
                # One key too many is kept, to tell that there are too many.
                if key in self.inside or len(self.inside) <= MAX_KEYS_INSIDE:
                    self.inside.setdefault(key, _Found()).add(item, look_inside=False)

    def info(self, keys: Sequence[str]) -> PathInfo:
        return PathInfo(join_path(keys), self.example, self.count)


def pick(value: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """What of `value` lies at the paths, in its own structure and order.

    A path that leads nowhere adds nothing; pick(value, all paths of it) is value.
    Raises ValueError for a malformed path.
    """
    wanted: _Wanted = {}
    for path in paths:
        *outer, last = split_path(path)
        branch = wanted
        for key in outer:
            branch = branch.setdefault(key, {})
        branch.setdefault(last, {})[_WHOLE] = {}
    return _kept(value, wanted)


def _kept(value: dict[str, Any], wanted: _Wanted) -> dict[str, Any]:
    kept = {}
    for key, item in value.items():
        branch = wanted.get(key)
        if branch is None:
            continue
        if _WHOLE in branch:
            kept[key] = item
        elif isinstance(item, dict) and (inside := _kept(item, branch)):
            kept[key] = inside
    return kept
