"""One line that tells what a trace's inputs or outputs say, for lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from traces.messages import content_text, is_messages, role_of

# Controls would break the line, and directional marks the order of the page around it.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_SAMPLE = 4


def preview_of(value: Any, limit: int = 200, *, speaker: str = "assistant") -> str:
    """At most `limit` characters on one line; "" for nothing.

    Of a conversation: the last text of `speaker`, else of the user, else any, else the last
    message's JSON. Of anything else: its first text, else its JSON. Give speaker="user" for
    inputs that may hold earlier answers.
    """
    return _one_line(_spoken(value, speaker) or _first_text(value) or _as_json(value), limit)


def _spoken(value: Any, speaker: str) -> str:
    messages: Any = value.get("messages") if isinstance(value, dict) else value
    if not is_messages(messages):
        return ""
    last: dict[str, str] = {}
    for message in messages:
        text = content_text(message.get("content")) if isinstance(message, dict) else ""
        if text.strip():
            last[role_of(message)] = text
    any_text = last.get(speaker) or last.get("user") or next(reversed(last.values()), "")
    return any_text or _as_json(messages[-1])


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
