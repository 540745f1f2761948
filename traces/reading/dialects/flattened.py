"""Messages whose paths are in their keys, as `llm.input_messages.0.message.role` in attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from traces.reading.conversation import Conversation

from .base import MessageList, Payload, Sureness

_NUMBERED = re.compile(r"(.+?)\.(\d{1,6})\.(.+)", re.DOTALL)
_DEEPEST = 16  # steps of a path


class Flattened(MessageList):
    """A list of messages in the keys of an object, or under `keys`; under no others."""

    def candidates(self, payload: Payload) -> Payload:
        return {key: payload[key] for key in self.keys if key in payload}

    def is_one_message(self, payload: Payload) -> bool:
        return False

    def fits(self, payload: Payload) -> Sureness:
        return super().fits(self._whole(payload))

    def read(self, payload: Payload) -> Conversation:
        return super().read(self._whole(payload))

    def _whole(self, payload: Payload) -> Payload:
        """The object with each list of messages under one key."""
        whole: dict[str, Any] = {}
        lists: dict[str, dict[int, dict[str, Any]]] = {}
        for key, value in payload.items():
            match = _NUMBERED.fullmatch(key)
            if match is None or match[1] not in self.keys or match[1] in payload:
                whole[key] = value
                continue
            whole.setdefault(match[1], None)
            message = lists.setdefault(match[1], {}).setdefault(int(match[2]), {})
            message[match[3]] = value
        return whole | {key: [nested(m[n]) for n in sorted(m)] for key, m in lists.items()}


class _Branch(dict[str, Any]):
    """An object made of paths, apart from those that the source has."""


def nested(flat: Mapping[str, Any]) -> Any:
    """{"a.b": 1} as {"a": {"b": 1}}; with numbers for keys a list. What has no place stays."""
    tree = _Branch()
    for key, value in flat.items():
        steps = key.split(".")
        if len(steps) > _DEEPEST or not _placed(tree, steps, value):
            tree[key] = value
    return _listed(tree)


def _placed(tree: _Branch, steps: list[str], value: Any) -> bool:
    at = tree
    for step in steps[:-1]:
        at = at.setdefault(step, _Branch())
        if not isinstance(at, _Branch):
            return False
    there = at.get(steps[-1])
    if isinstance(there, _Branch):
        there[""] = value
    else:
        at[steps[-1]] = value
    return True


def _listed(value: Any) -> Any:
    if not isinstance(value, _Branch):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    if inner and all(key.isdecimal() and key.isascii() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
