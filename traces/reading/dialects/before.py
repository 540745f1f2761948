"""How chat messages were read before there were dialects, for items frozen then.

New items are never read so: a frozen item reads for ever as it was judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Blob,
    Message,
    Part,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
)
from traces.reading.json_text import opened

from .base import MessageList, Sign, Sureness, role_of
from .media import SHOWN_IMAGE

_SPOKEN_KEYS = ("content", "tool_calls", "function_call", "refusal")
_TEXT_TYPES = (None, "text", "input_text", "output_text")


class Before(MessageList):
    name, label = "before", "Chat messages"

    def sign(self, message: Any) -> Sign:
        is_message = isinstance(message, dict) and isinstance(message.get("role"), str)
        return Sign.PLAIN if is_message else Sign.NONE

    def fits_list(self, messages: Any) -> Sureness:
        alone = isinstance(messages, list) and len(messages) == 1
        if alone and isinstance(messages[0], dict) and "content" not in messages[0]:
            return Sureness.NO
        return super().fits_list(messages)

    def read_message(self, message: Any) -> Iterable[Message]:
        role = role_of(message["role"])
        if role == "tool":
            call_id = message.get("tool_call_id") or message.get("tool_use_id")
            value = _result(message.get("content"))
            name = _text(message.get("name"))
            return [Message("tool", [ToolResponse(_text(call_id), name, value)])]
        parts = list(_parts(message))
        results = [part for part in parts if isinstance(part, ToolResponse)]
        rest: list[Part] = [part for part in parts if not isinstance(part, ToolResponse)]
        name = message.get("name") or (message["role"] if role == "other" else "")
        said = [Message(role, _in_order(rest), _text(name))] if rest or not results else []
        return [*(Message("tool", [result]) for result in results), *said]


def _in_order(parts: list[Part]) -> list[Part]:
    """Texts as one, then pictures, other parts and calls."""
    text = "\n".join(part.text for part in parts if isinstance(part, Text) and part.text)
    kinds = (Blob, Unknown, ToolCall)
    return [*([Text(text)] if text else []), *(p for k in kinds for p in parts if isinstance(p, k))]


def _parts(message: dict[str, Any]) -> Iterable[Part]:
    content = message.get("content")
    for part in content if isinstance(content, list) else [content]:
        if part is not None:
            yield _part(part)
    yield Text(_text(message.get("refusal")))
    calls = message.get("tool_calls")
    for call in [*(calls if isinstance(calls, list) else [calls]), message.get("function_call")]:
        if call:
            yield _call(call)
    rest = {key: value for key, value in message.items() if key not in ("role", "name")}
    if rest and not any(key in message for key in _SPOKEN_KEYS):
        yield Unknown(rest)


def _part(part: Any) -> Part:
    text = _part_text(part)
    if text is not None:
        return Text(text)
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "tool_use":
        return ToolCall(_text(part.get("id")), _text(part.get("name")), part.get("input"))
    if kind == "tool_result":
        failed, value = part.get("is_error") is True, _result(part.get("content"))
        return ToolResponse(_text(part.get("tool_use_id")), "", value, is_error=failed)
    image = _image(part) if kind in ("image_url", "input_image", "image") else ""
    return Blob("image", image) if image else Unknown(part)


def _part_text(part: Any) -> str | None:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or not isinstance(part.get("type"), str | None):
        return None
    key = "refusal" if part.get("type") == "refusal" else "text"
    text = part.get(key) if key == "refusal" or part.get("type") in _TEXT_TYPES else None
    return text if isinstance(text, str) else None


def _call(call: Any) -> ToolCall:
    function = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(call, dict) or not isinstance(function, dict):
        return ToolCall("", "", call)
    keys = [key for key in ("arguments", "args", "input") if key in function]
    arguments = opened(function[keys[0]]) if keys else None
    return ToolCall(_text(call.get("id")), _text(function.get("name")), arguments)


def _result(content: Any) -> Any:
    if isinstance(content, list):
        texts = [_part_text(part) for part in content]
        if None in texts:
            return content
        content = "\n".join(text for text in texts if text)
    return opened(content)


def _image(part: dict[str, Any]) -> str:
    url, source = part.get("image_url"), part.get("source")
    if isinstance(url, dict):
        url = url.get("url")
    elif isinstance(source, dict) and source.get("type") == "base64":
        url = f"data:{source.get('media_type')};base64,{source.get('data')}"
    return url if isinstance(url, str) and SHOWN_IMAGE.fullmatch(url) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
