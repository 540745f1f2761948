"""Take one chat message apart: text, images, tool calls, tool results, and whatever is left."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from traces.ingest.cleaning import DECODER, InputRefused, clean_json
from traces.messages import part_text

DATA_URL = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_IMAGE_TYPES = ("image_url", "input_image", "image")
_SPOKEN_KEYS = ("content", "tool_calls", "function_call", "refusal")


@dataclass(frozen=True)
class Call:
    """A tool call as the assistant made it; `id` is "" where the source has none."""

    id: str
    name: str
    arguments: Any


@dataclass(frozen=True)
class Result:
    """What a tool gave back. `call_id` and `name` are "" where the source has none."""

    call_id: str
    name: str
    value: Any
    is_error: bool = False


@dataclass
class Parts:
    """The parts of one message."""

    texts: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)


def parsed_if_json(value: Any) -> Any:
    """Text that holds a JSON object or list as that object or list; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        parsed, changed = clean_json(DECODER.decode(value.strip()))
    except (json.JSONDecodeError, RecursionError, InputRefused):
        return value
    return value if changed else parsed


def result_value(content: Any) -> Any:
    """A tool's result: its text, parsed if it is JSON; what is more than text stays JSON."""
    if isinstance(content, list):
        texts = [part_text(part) for part in content]
        if None in texts:
            return content
        content = "\n".join(text for text in texts if text)
    return parsed_if_json(content)


def take_apart(message: dict[str, Any]) -> Parts:
    """The parts of a message that is not itself a tool's result."""
    parts = Parts()
    content = message.get("content")
    for part in content if isinstance(content, list) else [content]:
        _add_part(parts, part)
    if isinstance(refusal := message.get("refusal"), str) and refusal:
        parts.texts.append(refusal)
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else [calls]:
        _add_call(parts, call)
    _add_call(parts, message.get("function_call"))
    if not any(key in message for key in _SPOKEN_KEYS):
        rest = {key: value for key, value in message.items() if key not in ("role", "name")}
        parts.others += [rest] if rest else []
    return parts


def _add_part(parts: Parts, part: Any) -> None:
    text = part_text(part)
    if text is not None:
        parts.texts += [text] if text else []
    elif isinstance(part, dict) and part.get("type") == "tool_use":
        call = Call(_text(part.get("id")), _text(part.get("name")), part.get("input"))
        parts.calls.append(call)
    elif isinstance(part, dict) and part.get("type") == "tool_result":
        value = result_value(part.get("content"))
        failed = part.get("is_error") is True
        parts.results.append(Result(_text(part.get("tool_use_id")), "", value, failed))
    elif image := _image(part):
        parts.images.append(image)
    elif part is not None:
        parts.others.append(part)


def _add_call(parts: Parts, call: Any) -> None:
    """A call as {"id", "function": {"name", "arguments"}}, or with name and arguments outside."""
    if not call:
        return
    function = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(call, dict) or not isinstance(function, dict):
        parts.calls.append(Call("", "", call))
        return
    keys = [key for key in ("arguments", "args", "input") if key in function]
    arguments = parsed_if_json(function[keys[0]]) if keys else None
    parts.calls.append(Call(_text(call.get("id")), _text(function.get("name")), arguments))


def _image(part: Any) -> str:
    """The data URL of an image part, or "": an address elsewhere is never loaded."""
    if not isinstance(part, dict) or part.get("type") not in _IMAGE_TYPES:
        return ""
    url, source = part.get("image_url"), part.get("source")
    if isinstance(url, dict):
        url = url.get("url")
    elif isinstance(source, dict) and source.get("type") == "base64":
        url = f"data:{source.get('media_type')};base64,{source.get('data')}"
    return url if isinstance(url, str) and DATA_URL.fullmatch(url) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
