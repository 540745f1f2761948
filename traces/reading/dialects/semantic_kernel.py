"""Semantic Kernel's chat histories: `items`, each with a `$type` or a `content_type`, in the names
of .NET and of Python; the role may be an object with a label.
"""

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
)
from traces.reading.json_text import opened

from .anthropic import address, inside
from .base import Fields, MessageList, Sign, Sureness, role_of
from .blocks import Blocks, Reader
from .media import modality_of

_TYPES = ("$type", "content_type")
_MEDIA: dict[str, Modality] = {"image": "image", "audio": "audio", "binary": "document"}


class SemanticKernel(MessageList):
    name, label = "semantic_kernel", "Semantic Kernel"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not _word(role := _either(message, "role")):
            return Sign.NONE
        items = _either(message, "items")
        is_listed = isinstance(items, list) and (isinstance(role, dict) or any(map(_kind, items)))
        is_labelled = isinstance(role, dict) and isinstance(_either(message, "content"), str)
        return Sign.OWN if is_listed or is_labelled else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        fields, items = Fields(message), SemanticItems()
        word = _word(fields.take("role", "Role"))
        role = role_of(word)
        name = fields.text("AuthorName", "authorName", "name")
        if role == "other" and name:
            fields.leave({"role": word})
        elif role == "other":
            name = word
        parts = items.read(fields.take("items", "Items"))
        said = "".join(part.text for part in parts if isinstance(part, Text))
        content = fields.take("content", "Content")
        if content not in (None, "", said):
            parts = [*items.read(content), *parts]
        if fields.peek("content_type") == "message":
            fields.drop("content_type")
        items.keep(fields)
        return [Message(role, parts, name, items.more)]


class SemanticItems(Blocks):
    def kind_of(self, block: dict[str, Any]) -> Any:
        return _kind(block)

    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "text": lambda fields: _said(fields, Text),
            "reasoning": lambda fields: _said(fields, Reasoning),
            "functioncall": _call,
            "functionresult": _result,
        }
        if kind in _MEDIA:
            return lambda fields: _media(fields, _MEDIA[kind])
        return readers.get(kind)

    def keep(self, fields: Fields) -> None:
        """The type of an item is told by how it is read."""
        if self.reader(_kind(fields.left)):
            fields.drop(*_TYPES)
        super().keep(fields)


def _either(message: dict[str, Any], key: str) -> Any:
    return message.get(key, message.get(key.capitalize()))


def _word(role: Any) -> str:
    """The role as a text, from its label if it is an object of that alone; "" for none."""
    if isinstance(role, dict) and len(role) == 1:
        role = _either(role, "label")
    return role if isinstance(role, str) else ""


def _kind(item: Any) -> str:
    """ "functioncall" for "FunctionCallContent" and "function_call"; "" where it says no type."""
    found = [item.get(key) for key in _TYPES] if isinstance(item, dict) else []
    kind = next((one for one in found if isinstance(one, str)), "")
    return kind.removesuffix("Content").replace("_", "").lower()


def _said(fields: Fields, part: type[Text | Reasoning]) -> list[Part] | None:
    key = next((key for key in ("text", "Text") if isinstance(fields.peek(key), str)), None)
    return [part(fields.text(key))] if key else None


def _call(fields: Fields) -> list[Part]:
    arguments = opened(fields.take("arguments", "Arguments"))
    call_id = fields.text("call_id", "id", "Id")
    return [ToolCall(call_id, _function(fields), arguments)]


def _result(fields: Fields) -> list[Part]:
    call_id = fields.text("call_id", "callId", "CallId", "id", "Id")
    response = opened(fields.take("result", "Result"))
    return [ToolResponse(call_id, _function(fields), response)]


def _function(fields: Fields) -> str:
    """The function's name; its plugin, and both in one, are kept besides."""
    return fields.text("function_name", "functionName", "FunctionName", "name", "Name")


def _media(fields: Fields, modality: Modality) -> list[Part] | None:
    mime_type = fields.text("mime_type", "mimeType", "MimeType")
    found = address(fields.text("data_uri", "dataUri", "DataUri", "uri", "Uri"), modality, "")
    if found or not mime_type:
        return found
    return inside(mime_type, fields.text("data", "Data"), modality_of(mime_type), "")
