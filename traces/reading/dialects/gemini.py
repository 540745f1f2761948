"""Contents and parts of Google's Gemini, in the names of its API and of its Python library.

Several candidates are answers to be compared. The events of its agent kit hold contents, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Blob,
    Conversation,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
    Uri,
)
from traces.reading.json_text import opened

from .anthropic import spoken
from .base import Fields, MessageList, Payload, Sign, Sureness, answered, as_list, role_of
from .blocks import Blocks, Reader
from .media import data_url_of, modality_of

_SYSTEM = ("systemInstruction", "system_instruction")
_SETTINGS = (*_SYSTEM, "generationConfig", "generation_config", "safetySettings")
_OF_OTHERS = ("type", "kind", "part_kind", "content_type")


class Gemini(MessageList):
    name, label = "gemini", "Gemini"
    keys = ("contents", "history")

    def fits(self, payload: Payload) -> Sureness:
        if any(sign is Sign.OWN for sign in map(self.sign, _candidates(payload))):
            return Sureness.CERTAIN
        if _is_texts(payload.get("contents")) and any(key in payload for key in _SETTINGS):
            return Sureness.CERTAIN
        return super().fits(payload)

    def fits_beside(self, payload: Payload) -> bool:
        return _is_texts(payload.get("contents"))

    def read(self, payload: Payload) -> Conversation:
        fields = Fields(payload)
        if _is_texts(said := fields.peek("contents")):
            fields.leave({"contents": [{"parts": as_texts(said)}]})
        candidates = fields.list("candidates") if _candidates(payload) else []
        asked = super().read(fields.left)
        fields, answers = Fields(asked.left), {}
        for number, candidate in enumerate(candidates, 1):
            title = f"Candidate {number}"
            if self.sign(candidate) is Sign.NONE:
                fields.leave({title: candidate})
                continue
            rest = Fields(candidate)
            answers[title] = read_content(rest.take("content"), "model")
            if rest.peek("index") == number - 1:
                rest.drop("index")
            fields.leave({f"{title} › {key}": value for key, value in rest.left.items()})
        return answered(asked.messages, answers, fields.left)

    def instructions(self, fields: Fields) -> list[Message]:
        settings = fields.object("config")
        said = _system(fields) or _system(settings)
        fields.put_back("config", settings)
        return said

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str | None):
            return Sign.NONE
        message = _held(message) or message
        parts = as_list(message.get("parts"))
        if not isinstance(parts, list) or not parts:
            is_empty = message.get("role") == "model" and "content" not in message
            return Sign.PLAIN if is_empty else Sign.NONE
        if any(map(_is_of_others, [message, *parts])):
            return Sign.NONE
        if any(map(_is_own, parts)):
            return Sign.OWN
        return Sign.FOREIGN if isinstance(message.get("role"), str) else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        if _held(message):
            fields = Fields(message)
            return read_content(fields.take("content"), "user", fields)
        return read_content(message, "user")


class GeminiParts(Blocks):
    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "functionCall": _call, "function_call": _call,
            "functionResponse": _response, "function_response": _response,
            "executableCode": _code, "executable_code": _code,
            "codeExecutionResult": _code_result, "code_execution_result": _code_result,
            "inlineData": _inside, "inline_data": _inside,
            "fileData": _address, "file_data": _address,
        }  # fmt: skip
        return readers.get(kind)

    def _parts(self, block: Any) -> list[Part]:
        if not isinstance(block, dict):
            return super()._parts(block)
        fields = Fields(block)
        parts = self._part(fields)
        if parts is None:
            return [Unknown(block)]
        self.keep(fields)
        return parts

    def _part(self, fields: Fields) -> list[Part] | None:
        """A part has no type: the key that it has tells."""
        for key, inner in fields.left.items():
            read = self.reader(key)
            if read is not None and isinstance(inner, dict):
                held = fields.object(key)
                parts = read(held)
                fields.put_back(key, held)
                return parts
        if not isinstance(fields.peek("text"), str):
            return None
        is_thought = fields.peek("thought") is True
        if isinstance(fields.peek("thought"), bool):
            fields.drop("thought")
        said = fields.text("text")
        return [Reasoning(said) if is_thought else Text(said)]


def read_content(content: Any, speaker: str, around: Fields | None = None) -> list[Message]:
    """One content as messages. `speaker`: where it names none; `around`: what its holder says."""
    if not isinstance(content, dict):
        content = {"parts": content}
    fields, blocks = Fields(content), GeminiParts()
    word = fields.text("role") or speaker
    role = role_of(word)
    parts = blocks.read(fields.take("parts"))
    blocks.keep(fields)
    blocks.keep(around or Fields({}))
    return spoken(role, parts, word if role == "other" else "", blocks.more)


def as_texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _system(fields: Fields) -> list[Message]:
    key = next((key for key in _SYSTEM if fields.peek(key)), None)
    if key is None or not isinstance(fields.peek(key), str | list | dict):
        return []
    content = fields.take(key)
    held = content if isinstance(content, dict) and "parts" in content else {"parts": content}
    return read_content({**held, "role": "system"}, "system")


def _candidates(payload: Payload) -> list[Any]:
    candidates = payload.get("candidates")
    return candidates if isinstance(candidates, list) else []


def _held(message: dict[str, Any]) -> dict[str, Any]:
    """The content in a candidate or an event; nothing in a content itself."""
    inner = message.get("content")
    return inner if isinstance(inner, dict) and "parts" in inner else {}


def _is_texts(value: Any) -> bool:
    return bool(value) and all(isinstance(one, str) for one in as_texts(value))


def _is_own(part: Any) -> bool:
    if not isinstance(part, dict):
        return isinstance(part, str)
    reader = GeminiParts().reader
    return isinstance(part.get("text"), str) or any(
        isinstance(value, dict) and reader(key) for key, value in part.items()
    )


def _is_of_others(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(key), str) for key in _OF_OTHERS)


def _call(fields: Fields) -> list[Part]:
    arguments = opened(fields.take("args", "arguments"))
    return [ToolCall(fields.text("id"), fields.text("name"), arguments)]


def _response(fields: Fields) -> list[Part]:
    response = opened(fields.take("response"))
    return [ToolResponse(fields.text("id"), fields.text("name"), response)]


def _code(fields: Fields) -> list[Part]:
    call_id = fields.text("id")
    arguments = {key: fields.take(key) for key in ("language", "code") if fields.peek(key)}
    return [ToolCall(call_id, "code_execution", arguments, is_server=True)]


def _code_result(fields: Fields) -> list[Part]:
    call_id, outcome = fields.text("id"), fields.peek("outcome")
    failed = isinstance(outcome, str) and not outcome.endswith("OK")
    if outcome == "OUTCOME_OK":
        fields.drop("outcome")
    response = opened(fields.take("output"))
    return [ToolResponse(call_id, "code_execution", response, is_error=failed)]


def _inside(fields: Fields) -> list[Part] | None:
    mime_type, data = fields.text("mimeType", "mime_type"), fields.text("data")
    name = fields.text("displayName", "display_name")
    return [Blob(modality_of(mime_type), data_url_of(mime_type, data), name)] if data else None


def _address(fields: Fields) -> list[Part] | None:
    mime_type, uri = fields.text("mimeType", "mime_type"), fields.text("fileUri", "file_uri")
    name = fields.text("displayName", "display_name")
    return [Uri(modality_of(mime_type), uri, name)] if uri else None
