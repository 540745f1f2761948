"""LangChain's messages: flat, in their `lc` envelopes, under `data`, as pairs, and what a model's
call returns as `generations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from traces.reading.conversation import (
    Message,
    Modality,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
)
from traces.reading.json_text import opened

from . import openai_chat
from .anthropic import AnthropicBlocks, address, inside, kept
from .base import Fields, MessageList, Sign, Sureness, role_of
from .blocks import Reader
from .media import modality_of
from .openai_parts import Besides, read_part, read_texts

_KINDS = ("human", "ai", "system", "developer", "tool", "function", "chat")
_SPEAKERS = (*_KINDS, "user", "assistant")
_SAID = ("content", "tool_calls", "additional_kwargs")
_NOT_GIVEN: tuple[Any, ...] = (None, "", {}, [])


class LangChain(MessageList):
    name, label = "langchain", "LangChain messages"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        """A list among messages holds messages itself, one level deep."""
        if isinstance(message, list) and not _is_pair(message):
            return Sign.OWN if any(map(_flat, message)) else Sign.NONE
        if _flat(message) is not None:
            return Sign.OWN
        is_other = isinstance(message, dict) and isinstance(message.get("role"), str)
        return Sign.PLAIN if is_other else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        if isinstance(message, list) and not _is_pair(message):
            return [one for inner in message for one in self.read_list([inner])]
        flat = _flat(message)
        return [_message(flat) if flat is not None else openai_chat.read_message(message)]


class LangChainBlocks(AnthropicBlocks):
    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "reasoning": self._reasoning,
            "text-plain": self._text,
            "tool_call": self._call,
            "invalid_tool_call": self._call,
            "tool_call_chunk": self._call,
            "server_tool_call": self._server_call,
            "server_tool_result": self._server_result,
            "image": lambda fields: self._file(fields, "image"),
            "audio": lambda fields: self._file(fields, "audio"),
            "video": lambda fields: self._file(fields, "video"),
            "file": lambda fields: self._file(fields, "document"),
        }
        return readers.get(kind) or super().reader(kind)

    def keep(self, fields: Fields) -> None:
        if isinstance(fields.peek("index"), int):
            fields.drop("index")
        super().keep(fields)

    def _reasoning(self, fields: Fields) -> list[Part]:
        said = [fields.text("reasoning"), *read_texts(fields, "summary", self)]
        return [Reasoning(text) for text in said if text]

    def _call(self, fields: Fields) -> list[Part]:
        found = openai_chat.read_call(fields.left)
        fields.drop(*fields.left)
        return [found]

    def _server_call(self, fields: Fields) -> list[Part]:
        arguments = opened(fields.take("args"))
        return [ToolCall(fields.text("id"), fields.text("name"), arguments, is_server=True)]

    def _server_result(self, fields: Fields) -> list[Part]:
        result, beside = self.result(fields.take("output"))
        call_id, failed = fields.text("tool_call_id"), _has_failed(fields)
        return [ToolResponse(call_id, "", result, beside, failed)]

    def _file(self, fields: Fields, modality: Modality) -> list[Part] | None:
        if isinstance(fields.peek("source"), dict):
            return self._media(fields, modality)
        if isinstance(fields.peek("file"), dict):
            return [read_part({"type": "file", "file": fields.take("file")}, self)]
        mime_type, name = fields.text("mime_type"), fields.text("filename", "title")
        if mime_type and modality == "document":
            modality = modality_of(mime_type)
        if fields.peek("source_type") in ("base64", "url", "id"):
            fields.drop("source_type")
        return (
            inside(mime_type, fields.text("base64", "data"), modality, name)
            or address(fields.text("url"), modality, name)
            or kept(fields, modality, name)
        )


def _flat(message: Any) -> dict[str, Any] | None:
    """A message in any of its forms as {"type", "content", …}; None for what is none."""
    if _is_pair(message):
        return {"type": message[0], "content": message[1]}
    if not isinstance(message, dict):
        return None
    if isinstance(message.get("kwargs"), dict) and "lc" in message:
        return _from_envelope(message)
    kind, inner = message.get("type"), message.get("data")
    if isinstance(kind, str) and _kind(kind) in _KINDS:
        if isinstance(inner, dict):
            rest = {key: value for key, value in message.items() if key != "data"}
            return _unwrapped(rest, inner, kind)
        return message if any(key in message for key in _SAID) else None
    return message if _is_generation(message) else None


def _from_envelope(message: dict[str, Any]) -> dict[str, Any] | None:
    path, kwargs = message.get("id"), message["kwargs"]
    kind = path[-1] if isinstance(path, list) and path else kwargs.get("type")
    if not isinstance(kind, str) or _kind(kind) not in _KINDS:
        return None
    said = ("lc", "kwargs", *(["id"] if isinstance(path, list) else []))
    rest = {key: value for key, value in message.items() if key not in said}
    return _unwrapped(rest, kwargs, kind)


def _unwrapped(envelope: dict[str, Any], inner: dict[str, Any], kind: str) -> dict[str, Any]:
    """A message with what its envelope says besides; what both say is "envelope", too."""
    twice = {key: one for key, one in envelope.items() if key in inner and key != "type"}
    return {**envelope, **inner, **({"envelope": twice} if twice else {}), "type": kind}


def _is_pair(message: Any) -> bool:
    if not isinstance(message, list) or len(message) != 2:
        return False
    word, said = message
    return isinstance(word, str) and word in _SPEAKERS and isinstance(said, str | list)


def _is_generation(message: dict[str, Any]) -> bool:
    if not isinstance(message.get("text"), str):
        return False
    inner = message.get("message")
    return "generation_info" in message or (isinstance(inner, dict) and _flat(inner) is not None)


def _kind(word: str) -> str:
    """ "ai" for "ai", "AIMessage" and "AIMessageChunk"."""
    return word.removesuffix("Chunk").removesuffix("Message").lower()


def _message(flat: dict[str, Any]) -> Message:
    if _is_generation(flat):
        return _generation(flat)
    fields = Fields(flat)
    kind = _kind(fields.text("type"))
    word = fields.text("role") if kind == "chat" else kind
    role = role_of(word)
    name = fields.text("name") or (word if role == "other" else "")
    if fields.peek("example") is False:
        fields.drop("example")
    blocks = LangChainBlocks()
    if role == "tool":
        parts: list[Part] = [_response(fields, name, blocks)]
        name = ""
    else:
        parts = _said(fields, blocks)
    blocks.keep(fields)
    return Message(role, parts, name, blocks.more)


def _said(fields: Fields, blocks: LangChainBlocks) -> list[Part]:
    beside = fields.object("additional_kwargs")
    thought = openai_chat.read_reasoning(beside)
    if isinstance(summary := beside.peek("reasoning"), dict):
        thought += blocks.read({**summary, "type": "reasoning"})
        beside.drop("reasoning")
    content = blocks.read(fields.take("content"))
    if refusal := beside.text("refusal"):
        content.append(Text(refusal))
    calls = openai_chat.read_calls(fields)
    for key in ("invalid_tool_calls", "tool_call_chunks"):
        calls += new_calls(openai_chat.read_calls(Fields({"tool_calls": fields.take(key)})), calls)
    calls += new_calls(openai_chat.read_calls(beside), calls)
    fields.put_back("additional_kwargs", beside)
    return [*thought, *_once(content, calls)]


def new_calls(again: Sequence[ToolCall], calls: Sequence[ToolCall]) -> list[ToolCall]:
    """Those that are not told already."""
    return [one for one in again if not any(_is_same(one, call) for call in calls)]


def _once(parts: Sequence[Part], calls: Sequence[ToolCall]) -> list[Part]:
    """Calls that the content has too appear once, at its place."""
    found, left = list[Part](), list(calls)
    for part in parts:
        same = (call for call in left if isinstance(part, ToolCall) and _is_same(part, call))
        if (call := next(same, None)) is not None:
            left.remove(call)
            part = call
        found.append(part)
    return [*found, *left]


def _is_same(again: ToolCall, call: ToolCall) -> bool:
    """A call told again has the same arguments, or none; invalid ones stand beside an error."""
    if (again.id, again.name) != (call.id, call.name):
        return False
    told = call.arguments.get("arguments") if isinstance(call.arguments, dict) else None
    return any(again.arguments == one for one in (*_NOT_GIVEN, call.arguments, told))


def _generation(flat: dict[str, Any]) -> Message:
    fields = Fields(flat)
    inner = _flat(fields.peek("message"))
    if inner is None or _is_generation(inner):
        fields.drop("type")
        return Message("assistant", [Text(fields.text("text"))], more=fields.left)
    fields.drop("message", "type")
    message = _message(inner)
    told = "".join(part.text for part in message.parts if isinstance(part, Text))
    if fields.peek("text") == told:
        fields.drop("text")
    besides = Besides()
    besides.keep(fields)
    besides.keep(Fields(message.more))
    return replace(message, more=besides.more)


def _response(fields: Fields, name: str, blocks: LangChainBlocks) -> ToolResponse:
    result, beside = blocks.result(fields.take("content"))
    return ToolResponse(fields.text("tool_call_id"), name, result, beside, _has_failed(fields))


def _has_failed(fields: Fields) -> bool:
    status = fields.peek("status")
    if status in ("error", "success"):
        fields.drop("status")
    return bool(status == "error")
