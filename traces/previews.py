"""One line that tells what a trace's inputs or outputs say, for lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from traces.messages import content_text, is_messages, part_text, role_of

# Controls would break the line, and directional marks the order of the page around it.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_SAMPLE = 4
_WHO = ("role", "name", "id")


def preview_of(value: Any, limit: int = 200, *, speaker: str = "assistant") -> str:
    """At most `limit` characters on one line; "" for nothing.

    Of a conversation: the last text of `speaker`, else of the user, else any, else the JSON of the
    last message that says more than who speaks. Of anything else: its first text, else its JSON.
    Give speaker="user" for inputs, which are known by the first text of the user.
    """
    if messages := _messages(value):
        return _one_line(_spoken(messages, speaker), limit)
    return _one_line(_first_text(value) or _as_json(value), limit)


def first_line(inputs: Any, outputs: Any, limit: int = 200) -> str:
    """What a trace is known by: its user's first text, on whichever side the conversation begins.

    Else what `preview_of` finds among the inputs, else among the outputs.
    """
    asked, answered = _messages(inputs), _messages(outputs)
    if answered and (asked or not inputs):
        return preview_of(asked + answered, limit, speaker="user")
    return preview_of(inputs, limit, speaker="user") or preview_of(outputs, limit)


def _messages(value: Any) -> list[Any]:
    messages: Any = value.get("messages") if isinstance(value, dict) else value
    return messages if is_messages(messages) else []


def _spoken(messages: list[Any], speaker: str) -> str:
    said = [
        (role_of(message), text)
        for message in messages
        if isinstance(message, dict) and (text := content_text(message.get("content"))).strip()
    ]
    if not said:
        return next((_as_json(one) for one in reversed(messages) if not _is_empty(one)), "")
    if speaker == "user":
        return next((text for role, text in said if role == "user"), said[-1][1])
    last = dict(said)
    return last.get(speaker) or last.get("user") or said[-1][1]


def _is_empty(message: Any) -> bool:
    """It tells who speaks, and nothing else."""
    if not isinstance(message, dict):
        return not message
    return all(_is_blank(value) for key, value in message.items() if key not in _WHO)


def _is_blank(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    texts = [part_text(part) if part else "" for part in parts]
    return all(text is not None and not text.strip() for text in texts)


def _first_text(value: Any) -> str:
    if isinstance(value, str):
        return value if value.strip() else ""
    items: Iterable[Any] = ()
    if isinstance(value, dict):
        items = value.values()
    elif isinstance(value, list):
        items = value
    return next((text for item in items if (text := _first_text(item))), "")


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value not in (None, "", [], {}) else ""


def _one_line(text: str, limit: int) -> str:
    start = text.lstrip()[: _SAMPLE * limit]
    line = " ".join(_UNSHOWN.sub(" ", start).split())
    if len(line) <= limit and len(start) == len(text.lstrip()):
        return line
    return line[: limit - 1].rstrip() + "…"
