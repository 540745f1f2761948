"""Chat messages as they occur in traces: what counts as one, who speaks, and its plain text."""

from __future__ import annotations

import json
from typing import Any

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}


def is_message(value: Any) -> bool:
    """Whether a JSON value looks like one chat message: an object with a role."""
    return isinstance(value, dict) and isinstance(value.get("role"), str)


def is_messages(value: Any) -> bool:
    """Whether a JSON value is a list of chat messages; a few odd elements do not spoil it."""
    if not isinstance(value, list) or not value:
        return False
    return 2 * sum(map(is_message, value)) >= len(value)


def role_of(message: Any) -> str:
    """One of system, user, assistant, tool, other."""
    if not is_message(message):
        return "other"
    return ROLES.get(message["role"].lower(), "other")


def part_text(part: Any) -> str | None:
    """The text of one content part, or None if the part is something else."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        return None
    if part.get("type") == "refusal":
        text = part.get("refusal")
    elif part.get("type") in (None, "text", "input_text", "output_text"):
        text = part.get("text")
    else:
        return None
    return text if isinstance(text, str) else None


def content_text(content: Any) -> str:
    """All text in a message's content (a string, a list of parts, one part, or nothing)."""
    parts = content if isinstance(content, list) else [content]
    return "\n".join(text for part in parts if (text := part_text(part)))


def as_text(value: Any) -> str:
    """Any JSON value as text: strings as they are, everything else as JSON is written."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
