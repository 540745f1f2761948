"""One line that tells what a trace's inputs or outputs say, for lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from traces.reading.conversation import (
    Blob,
    Compaction,
    File,
    Message,
    Part,
    Text,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.dialects import Place, agreed, best_place, opened_side, read
from traces.reading.one_line import one_line
from traces.reading.technical import is_technical

# Controls would break the line, and directional marks the order of the page around it.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
_SAMPLE = 4
_CALL = 200  # characters of a tool's arguments or result


def preview_of(value: Any, limit: int = 200, *, speaker: str = "assistant") -> str:
    """At most `limit` characters on one line; "" for nothing.

    Of a conversation: the last text of `speaker`, else of the user, else any, else its last tool
    call or picture. Of anything else: its first text, else its JSON. Give speaker="user" for
    inputs, which are known by the first text of the user.
    """
    side = opened_side(value if isinstance(value, dict) else {"messages": value})
    return _preview(value, _read(side, best_place(side)), speaker, limit)


def first_line(inputs: Any, outputs: Any, limit: int = 200) -> str:
    """What a trace is known by: its user's first text, on whichever side the conversation begins.

    Else what `preview_of` finds among the inputs, else among the outputs.
    """
    return previews_of(inputs, outputs, limit)[0]


def previews_of(inputs: Any, outputs: Any, limit: int = 200) -> tuple[str, str]:
    """The `first_line`, and `preview_of` the outputs; looks at each side once."""
    asked, answered = opened_side(inputs), opened_side(outputs)
    best = best_place(asked), best_place(answered)
    first, second = agreed(asked, answered, *best)
    preview = _preview(outputs, _read(answered, best[1]), "assistant", limit)
    if second and (first or not inputs):
        said = [*_read(asked, first), *_read(answered, second)]
        return _one_line(_spoken(said, "user"), limit), preview
    return _preview(inputs, _read(asked, best[0]), "user", limit) or preview, preview


def _preview(value: Any, messages: list[Message], speaker: str, limit: int) -> str:
    if messages:
        return _one_line(_spoken(messages, speaker), limit)
    return _one_line(_first_text(value) or _as_json(value), limit)


def _read(side: Mapping[str, Any], place: Place | None) -> list[Message]:
    """The conversation that inputs or outputs hold; the first of answers that are compared."""
    if place is None:
        return []
    found = read(side, place)
    return found.messages or next(iter(found.rivals.values()), [])


def _spoken(messages: list[Message], speaker: str) -> str:
    texts = ((one.role, _joined(_text(part) for part in one.parts)) for one in messages)
    said = [(role, text) for role, text in texts if text]
    if not said:
        calls = (_joined(_called(part) for part in one.parts) for one in reversed(messages))
        return next(filter(None, calls), "")
    if speaker == "user":
        return next((text for role, text in said if role == "user"), said[-1][1])
    last = {str(role): text for role, text in said}
    return last.get(speaker) or last.get("user") or said[-1][1]


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, texts)).strip()


def _text(part: Part) -> str:
    if isinstance(part, ToolResponse):
        return one_line(part.response, _CALL) if part.response is not None else ""
    return part.text if isinstance(part, Text | Compaction) else ""


def _called(part: Part) -> str:
    if isinstance(part, ToolCall):
        asked = "" if part.arguments is None else one_line(part.arguments, _CALL)
        return f"{part.name or 'tool call'} {asked}"
    return f"{part.modality} {part.name}" if isinstance(part, Blob | Uri | File) else ""


def _first_text(value: Any) -> str:
    if isinstance(value, str):
        return value if value.strip() else ""
    items: Iterable[Any] = ()
    if isinstance(value, dict):
        items = (value[key] for key in sorted(value, key=is_technical))
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
