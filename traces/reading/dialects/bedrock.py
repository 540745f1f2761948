"""Messages of Amazon Bedrock's Converse: blocks without a type, each under the key of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Message,
    Modality,
    Part,
    Reasoning,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.json_text import opened

from .anthropic import inside, spoken
from .base import Fields, MessageList, Sign, Sureness, role_of
from .blocks import Blocks, Reader
from .media import modality_of

_MEDIA: dict[str, Modality] = {"image": "image", "video": "video", "document": "document"}
_KINDS = ("toolUse", "toolResult", "reasoningContent", "cachePoint", *_MEDIA)
_MIME_TYPES = {"pdf": "application/pdf", "txt": "text/plain", "md": "text/markdown"}


class Bedrock(MessageList):
    name, label = "bedrock", "Bedrock Converse"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Sign.NONE
        content = message.get("content")
        blocks = content if isinstance(content, list) else [content]
        return Sign.OWN if any(map(_is_own, blocks)) else Sign.PLAIN

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        word = fields.text("role")
        blocks = BedrockBlocks()
        role, parts = role_of(word), blocks.read(fields.take("content"))
        blocks.keep(fields)
        return spoken(role, parts, word if role == "other" else "", blocks.more)


class BedrockBlocks(Blocks):
    def kind_of(self, block: dict[str, Any]) -> Any:
        return next((key for key in _KINDS if key in block and "type" not in block), None)

    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "toolUse": _call,
            "toolResult": self._result,
            "reasoningContent": _thought,
            "cachePoint": lambda fields: [],
        }
        if kind in _MEDIA:
            return lambda fields: _media(fields, kind)
        return readers.get(kind)

    def _result(self, fields: Fields) -> list[Part] | None:
        inner = fields.object("toolResult")
        if not inner.left:
            return None
        call_id, content = inner.text("toolUseId"), inner.take("content")
        status = inner.peek("status")
        if status in ("error", "success"):
            inner.drop("status")
        fields.put_back("toolResult", inner)
        if isinstance(content, list) and len(content) == 1 and _is_json(content[0]):
            return [ToolResponse(call_id, "", content[0]["json"], is_error=status == "error")]
        response, beside = self.result(content)
        return [ToolResponse(call_id, "", response, beside, status == "error")]


def _call(fields: Fields) -> list[Part] | None:
    inner = fields.object("toolUse")
    if not inner.left:
        return None
    arguments = opened(inner.take("input"))
    call = ToolCall(inner.text("toolUseId"), inner.text("name"), arguments)
    fields.put_back("toolUse", inner)
    return [call]


def _thought(fields: Fields) -> list[Part]:
    inner = fields.object("reasoningContent")
    said = inner.object("reasoningText")
    text = said.text("text")
    inner.put_back("reasoningText", said)
    fields.put_back("reasoningContent", inner)
    return [Reasoning(text)] if text else []


def _media(fields: Fields, kind: str) -> list[Part] | None:
    inner = fields.object(kind)
    source, format, name = inner.object("source"), inner.text("format"), inner.text("name")
    place = source.object("s3Location")
    content, uri = source.text("bytes"), place.text("uri")
    mime_type = _MIME_TYPES.get(format, f"{_MEDIA[kind]}/{format}")
    source.put_back("s3Location", place)
    inner.put_back("source", source)
    fields.put_back(kind, inner)
    if uri:
        return [Uri(_MEDIA[kind], uri, name)]
    return inside(mime_type, content, modality_of(mime_type), name)


def _is_json(block: Any) -> bool:
    return isinstance(block, dict) and block.keys() == {"json"}


def _is_own(block: Any) -> bool:
    if not isinstance(block, dict) or "type" in block:
        return False
    found = ((kind, block[kind]) for kind in _KINDS if isinstance(block.get(kind), dict))
    return any(kind not in _MEDIA or "source" in inner for kind, inner in found)
