"""LlamaIndex's chat messages: `blocks` with a `block_type`; calls and ids also beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Message,
    Modality,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.json_text import opened

from .anthropic import address, inside
from .base import Fields, MessageList, Sign, Sureness, role_of
from .blocks import Blocks, Reader
from .langchain import new_calls
from .media import modality_of
from .openai_chat import call_id_of, read_calls

_BESIDE = "additional_kwargs"
_JOINS = ("tool_calls", "tool_call_id")
_MIME_TYPES: dict[str, str] = {
    "image": "image/png", "audio": "audio/wav", "video": "video/mp4",
    "document": "application/pdf",
}  # fmt: skip


class LlamaIndex(MessageList):
    name, label = "llama_index", "LlamaIndex"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Sign.NONE
        blocks, beside = message.get("blocks"), message.get(_BESIDE)
        if isinstance(blocks, list) and any(map(_is_own, blocks)):
            return Sign.OWN
        is_joined = isinstance(beside, dict) and any(map(beside.get, _JOINS))
        if is_joined and "type" not in message:
            return Sign.OWN
        return Sign.PLAIN if "blocks" in message or "content" in message else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        fields, blocks = Fields(message), LlamaBlocks()
        word = fields.text("role")
        role = "assistant" if word.lower() == "chatbot" else role_of(word)
        beside = fields.object(_BESIDE)
        name = fields.text("name") or beside.text("name")
        said = [*_as_list(fields.take("content")), *_as_list(fields.take("blocks"))]
        if role == "tool":
            response, files = blocks.result(said[0] if len(said) == 1 else said)
            parts: list[Part] = [ToolResponse(call_id_of(beside), name, response, files)]
            name = ""
        else:
            parts = blocks.read(said)
            calls = [part for part in parts if isinstance(part, ToolCall)]
            parts += new_calls(read_calls(beside), calls)
            name = name or (word if role == "other" else "")
        fields.put_back(_BESIDE, beside)
        blocks.keep(fields)
        return [Message(role, parts, name, blocks.more)]


class LlamaBlocks(Blocks):
    def kind_of(self, block: dict[str, Any]) -> Any:
        return block.get("block_type")

    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "text": _text,
            "thinking": _thought,
            "tool_call": _call,
            "image": lambda fields: _media(fields, "image"),
            "audio": lambda fields: _media(fields, "audio"),
            "video": lambda fields: _media(fields, "video"),
            "document": lambda fields: _media(fields, "document"),
            "cache": lambda fields: [],
            "citable": self._cited,
            "citation": self._cited,
        }
        return readers.get(kind)

    def keep(self, fields: Fields) -> None:
        """The kind of a block is told by how it is read."""
        if isinstance(kind := fields.peek("block_type"), str) and self.reader(kind):
            fields.drop("block_type")
        super().keep(fields)

    def _cited(self, fields: Fields) -> list[Part] | None:
        """A passage, after its source."""
        source, title = fields.text("source"), fields.text("title")
        if not source:
            return None
        content = fields.take("content", "cited_content")
        return [Uri("document", source, title), *self.read(content)]


def _is_own(block: Any) -> bool:
    return isinstance(block, dict) and isinstance(block.get("block_type"), str)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(fields: Fields) -> list[Part] | None:
    is_text = isinstance(fields.peek("text"), str)
    return [Text(fields.text("text"))] if is_text else None


def _thought(fields: Fields) -> list[Part]:
    said = fields.text("content")
    return [Reasoning(said)] if said else []


def _call(fields: Fields) -> list[Part]:
    arguments = opened(fields.take("tool_kwargs"))
    return [ToolCall(fields.text("tool_call_id"), fields.text("tool_name"), arguments)]


def _media(fields: Fields, kind: Modality) -> list[Part] | None:
    """Content inside, or at an address or a path."""
    data, name = fields.text("data" if kind == "document" else kind), fields.text("title")
    mime_type = fields.text(f"{kind}_mimetype") or _MIME_TYPES[kind]
    fields.drop("detail")
    if data:
        if kind == "audio" and (format := fields.text("format")):
            mime_type = f"audio/{format}"
        return inside(mime_type, data, modality_of(mime_type), name)
    return address(fields.text("url") or fields.text("path"), kind, name)
