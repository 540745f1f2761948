"""Haystack's chat messages: content as parts without a type, each under the key of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import Message, Part, Reasoning, ToolCall, ToolResponse
from traces.reading.json_text import opened

from .anthropic import inside
from .base import Fields, MessageList, Sign, Sureness, role_of
from .blocks import Blocks, Reader
from .media import modality_of

_KINDS = ("tool_call", "tool_call_result", "reasoning", "image", "file")
_SAID = ("tool_name", "origin", "reasoning_text", "base64_image", "base64_data")


class Haystack(MessageList):
    name, label = "haystack", "Haystack"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Sign.NONE
        content = message.get("content")
        blocks = content if isinstance(content, list) else [content]
        return Sign.OWN if any(map(_is_own, blocks)) else Sign.PLAIN

    def read_message(self, message: Any) -> Iterable[Message]:
        fields, blocks = Fields(message), HaystackBlocks()
        word = fields.text("role")
        role, parts = role_of(word), blocks.read(fields.take("content"))
        name = fields.text("name") or (word if role == "other" else "")
        blocks.keep(fields)
        return [Message(role, parts, name, blocks.more)]


class HaystackBlocks(Blocks):
    def kind_of(self, block: dict[str, Any]) -> Any:
        return next((kind for kind in _KINDS if isinstance(block.get(kind), dict)), None)

    def reader(self, kind: str) -> Reader | None:
        readers = {
            "tool_call": _call, "tool_call_result": self._result, "reasoning": _thought,
            "image": _media, "file": _media,
        }  # fmt: skip
        read = readers.get(kind)
        return (lambda fields: self._inner(fields, kind, read)) if read else None

    def _inner(self, fields: Fields, kind: str, read: Reader) -> list[Part] | None:
        inner = fields.object(kind)
        found = read(inner) if inner.left else None
        fields.put_back(kind, inner)
        return found

    def _result(self, fields: Fields) -> list[Part]:
        """What a tool gave back, beside the call that it answers."""
        origin, failed = fields.object("origin"), fields.peek("error")
        call_id, name = origin.text("id"), origin.text("tool_name")
        fields.put_back("origin", origin)
        if isinstance(failed, bool):
            fields.drop("error")
        content = fields.take("result")
        response, beside = self.result(content) if _is_blocks(content) else (opened(content), ())
        return [ToolResponse(call_id, name, response, beside, failed is True)]


def _call(fields: Fields) -> list[Part]:
    arguments = opened(fields.take("arguments"))
    return [ToolCall(fields.text("id"), fields.text("tool_name"), arguments)]


def _thought(fields: Fields) -> list[Part]:
    said = fields.text("reasoning_text")
    return [Reasoning(said)] if said else []


def _media(fields: Fields) -> list[Part] | None:
    mime_type, name = fields.text("mime_type"), fields.text("filename")
    fields.drop("detail", "validation")
    data = fields.text("base64_image", "base64_data")
    return inside(mime_type, data, modality_of(mime_type), name)


def _is_own(block: Any) -> bool:
    """Whether only this dialect writes a part so."""
    if not isinstance(block, dict) or "type" in block:
        return False
    held = (block[kind] for kind in _KINDS if isinstance(block.get(kind), dict))
    return any(key in inner for inner in held for key in _SAID)


def _is_blocks(content: Any) -> bool:
    return isinstance(content, list) and any(map(_is_own, content))
