"""Messages of OpenTelemetry's GenAI conventions, with what Pydantic AI writes otherwise, and the
events that they were before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Blob,
    Compaction,
    File,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.json_text import opened

from .anthropic import spoken
from .base import Fields, MessageList, Sign, role_of
from .blocks import Blocks, Reader
from .media import data_url_of, modality_of
from .openai_chat import read_message

_SYSTEM = ("gen_ai.system_instructions", "system_instructions")
# What a part has, so that others of the same type are not taken for it.
_HAVE = {
    "text": "content", "reasoning": "content", "thinking": "content", "compaction": "content",
    "blob": "content", "binary": "content", "uri": "uri", "file": "file_id",
}  # fmt: skip
_EVENT = ("event.name", "event_name")


class OtelGenAI(MessageList):
    name, label = "otel_genai", "OpenTelemetry GenAI"
    keys = ("gen_ai.input.messages", "gen_ai.output.messages")

    def instructions(self, fields: Fields) -> list[Message]:
        key = next((key for key in _SYSTEM if isinstance(fields.peek(key), str | list)), None)
        if key is None:
            return []
        parts = fields.take(key)
        return list(self.read_message({"role": "system", "parts": parts}))

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict):
            return Sign.NONE
        if _event_of(message):
            return Sign.OWN
        parts = message.get("parts")
        if not isinstance(message.get("role"), str) or not isinstance(parts, list):
            return Sign.NONE
        if not parts:
            return Sign.PLAIN
        return Sign.OWN if any(map(_is_own, parts)) else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        if _event_of(message):
            return [_event(message)]
        fields, blocks = Fields(message), OtelParts()
        word = fields.text("role")
        role = role_of(word)
        name = fields.text("name") or (word if role == "other" else "")
        parts = blocks.read(fields.take("parts"))
        blocks.keep(fields)
        return spoken(role, parts, name, blocks.more)


class OtelParts(Blocks):
    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "text": lambda fields: _said(fields, Text),
            "reasoning": lambda fields: _said(fields, Reasoning),
            "thinking": lambda fields: _said(fields, Reasoning),
            "compaction": lambda fields: _said(fields, Compaction),
            "tool_call": _call,
            "tool_call_response": self._response,
            "server_tool_call": _server_call,
            "server_tool_call_response": _server_response,
            "blob": _inside,
            "binary": _inside,
            "uri": lambda fields: _address(fields, ""),
            "image-url": lambda fields: _address(fields, "image"),
            "audio-url": lambda fields: _address(fields, "audio"),
            "video-url": lambda fields: _address(fields, "video"),
            "document-url": lambda fields: _address(fields, "document"),
            "file": _kept,
        }
        return readers.get(kind)

    def _response(self, fields: Fields) -> list[Part]:
        call_id, name = fields.text("id"), fields.text("name")
        if isinstance(fields.peek("builtin"), bool):
            fields.drop("builtin")
        given = opened(fields.take("response", "result"))
        is_parts = isinstance(given, list) and all(map(self._is_block, given))
        response, beside = self.result(given) if is_parts else (given, ())
        return [ToolResponse(call_id, name, response, beside)]


def _is_own(part: Any) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(kind, str) or OtelParts().reader(kind) is None:
        return False
    return kind not in _HAVE or isinstance(part.get(_HAVE[kind]), str)


def _event_of(message: dict[str, Any]) -> str:
    """What a message that is an event is named after "gen_ai.", "" for one that is none."""
    names = [name for key in _EVENT if isinstance(name := message.get(key), str)]
    return names[0].removeprefix("gen_ai.") if names and names[0].startswith("gen_ai.") else ""


def _event(event: dict[str, Any]) -> Message:
    """An event as a chat message, which it holds, or is."""
    word = _event_of(event).removesuffix(".message")
    said = {key: value for key, value in event.items() if key not in _EVENT}
    for key in ("body", "message"):
        inner = said.get(key)
        if isinstance(inner, dict) and inner.keys().isdisjoint(said):
            del said[key]
            said |= inner
    if not said.get("role"):
        said["role"] = "assistant" if word == "choice" else word
    if word == "tool" and isinstance(said.get("id"), str) and "tool_call_id" not in said:
        said["tool_call_id"] = said.pop("id")
    return read_message(said)


def _said(fields: Fields, part: type[Text | Reasoning | Compaction]) -> list[Part] | None:
    key = next((key for key in ("content", "text") if isinstance(fields.peek(key), str)), None)
    return [part(fields.text(key))] if key else None


def _call(fields: Fields) -> list[Part]:
    arguments = opened(fields.take("arguments"))
    is_server = fields.peek("builtin") is True
    if isinstance(fields.peek("builtin"), bool):
        fields.drop("builtin")
    return [ToolCall(fields.text("id"), fields.text("name"), arguments, is_server)]


def _server_call(fields: Fields) -> list[Part]:
    arguments = opened(fields.take("server_tool_call", "arguments"))
    return [ToolCall(fields.text("id"), fields.text("name"), arguments, is_server=True)]


def _server_response(fields: Fields) -> list[Part]:
    given = opened(fields.take("server_tool_call_response", "response", "result"))
    return [ToolResponse(fields.text("id"), fields.text("name"), given)]


def _inside(fields: Fields) -> list[Part] | None:
    mime_type, data = fields.text("mime_type", "media_type"), fields.text("content", "data")
    modality = modality_of(fields.text("modality") or mime_type)
    said = fields.text("transcript")
    if not data and not said:
        return None
    url = data_url_of(mime_type or "application/octet-stream", data) if data else ""
    return [Blob(modality, url, fields.text("name"), said)]


def _address(fields: Fields, kind: str) -> list[Part] | None:
    uri = fields.text("uri", "url")
    modality = modality_of(kind or fields.text("modality") or fields.text("mime_type"))
    return [Uri(modality, uri, fields.text("name"))] if uri else None


def _kept(fields: Fields) -> list[Part] | None:
    file_id = fields.text("file_id")
    modality = modality_of(fields.text("modality") or fields.text("mime_type"))
    return [File(file_id, fields.text("name"), modality)] if file_id else None
