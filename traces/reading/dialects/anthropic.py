"""Messages of Anthropic's API: lists of content blocks; results of tools are the user's."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from traces.reading.conversation import (
    Compaction,
    Conversation,
    File,
    Message,
    Modality,
    Part,
    Reasoning,
    Role,
    Text,
    ToolCall,
    ToolResponse,
    Uri,
)
from traces.reading.json_text import opened

from .base import Fields, MessageList, Payload, Sign, Sureness, role_of
from .blocks import Attachment, Blocks, Reader
from .media import blob_of, data_url_of
from .openai_chat import call_id_of, read_calls, read_reasoning
from .openai_parts import read_texts

_BESIDE_TEXT = ("citations", "cache_control")
_MIME_TYPES = {"image": "image/png", "document": "application/pdf"}


class Anthropic(MessageList):
    name, label = "anthropic", "Anthropic messages"

    def fits(self, payload: Payload) -> Sureness:
        return Sureness.CERTAIN if is_response(payload) else super().fits(payload)

    def candidates(self, payload: Payload) -> Payload:
        return {key: one for key, one in payload.items() if not is_response(one)}

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Sign.NONE
        content = message.get("content")
        blocks = content if isinstance(content, list) else [content]
        return Sign.OWN if any(map(is_own_block, blocks)) else Sign.PLAIN

    def read(self, payload: Payload) -> Conversation:
        if not is_response(payload):
            return super().read(payload)
        fields = Fields(payload)
        fields.drop("type")
        message = {"role": fields.take("role") or "assistant", "content": fields.take("content")}
        return Conversation(list(self.read_message(message)), {}, fields.left)

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        word = fields.text("role")
        role = role_of(word)
        name = fields.text("name") or (word if role == "other" else "")
        blocks, content = AnthropicBlocks(), fields.take("content")
        if role == "tool" and not _holds_results(content):
            parts: list[Part] = [_response(fields, name, content, blocks)]
            name = ""
        else:
            parts = [*read_reasoning(fields), *blocks.read(content), *read_calls(fields)]
        blocks.keep(fields)
        return spoken(role, parts, name, blocks.more)


class AnthropicBlocks(Blocks):
    def reader(self, kind: str) -> Reader | None:
        if kind == "tool_result" or kind.endswith("_tool_result"):
            return self._result
        readers: dict[str, Reader] = {
            "text": self._text,
            "thinking": self._thinking,
            "redacted_thinking": self._redacted,
            "tool_use": lambda fields: [_call(fields)],
            "server_tool_use": lambda fields: [_call(fields, is_server=True)],
            "mcp_tool_use": lambda fields: [_call(fields, is_server=True)],
            "image": lambda fields: self._media(fields, "image"),
            "document": lambda fields: self._media(fields, "document"),
            "search_result": self._found,
            "container_upload": lambda fields: kept(fields, "document", ""),
            "compaction": self._compaction,
        }
        return readers.get(kind)

    def _text(self, fields: Fields) -> list[Part] | None:
        is_text = isinstance(fields.peek("text"), str)
        return [Text(fields.text("text"))] if is_text else None

    def _thinking(self, fields: Fields) -> list[Part]:
        said = fields.text("thinking") or "\n".join(read_texts(fields, "thinking", self))
        return [Reasoning(said)] if said else []

    def _compaction(self, fields: Fields) -> list[Part]:
        said = fields.text("content")
        return [Compaction(said)] if said else []

    def _redacted(self, fields: Fields) -> list[Part]:
        self.keep(Fields({"redacted_thinking": fields.take("data")}))
        return []

    def _result(self, fields: Fields) -> list[Part]:
        call_id, failed = fields.text("tool_use_id"), fields.peek("is_error")
        if isinstance(failed, bool):
            fields.drop("is_error")
        content = self._shown(fields.take("content"))
        response, beside = self.result(content)
        return [ToolResponse(call_id, "", response, beside, failed is True or _is_error(content))]

    def _shown(self, content: Any) -> Any:
        """What a server's tool found, without text that only the model's host can read."""
        if isinstance(content, list):
            return [self._shown_one(one) for one in content]
        return self._shown_one(content)

    def _shown_one(self, found: Any) -> Any:
        kind = found.get("type") if isinstance(found, dict) else None
        if not isinstance(kind, str) or not kind.endswith("_result"):
            return found
        fields = Fields(found)
        fields.drop("type")
        self.keep(Fields({"encrypted_content": fields.take("encrypted_content")}))
        return fields.left

    def _media(self, fields: Fields, modality: Modality) -> list[Part] | None:
        source = fields.object("source")
        kind, title = source.text("type"), fields.text("title")
        found: list[Part] | None = None
        if kind == "base64":
            mime_type = source.text("media_type") or _MIME_TYPES[modality]
            found = inside(mime_type, source.text("data"), modality, title)
        elif kind == "url":
            found = address(source.text("url"), modality, title)
        elif kind == "file":
            found = kept(source, modality, title)
        elif kind in ("text", "content"):
            source.drop("media_type")
            inner = source.take("data", "content")
            found = [*([Text(title)] if title else []), *self.read(inner)]
        fields.put_back("source", source)
        return found

    def _found(self, fields: Fields) -> list[Part] | None:
        """A passage that the application found, after its source."""
        title, source = fields.text("title"), fields.text("source")
        if not source:
            return None
        return [Uri("document", source, title), *self.read(fields.take("content"))]


def spoken(role: Role, parts: list[Part], name: str, more: dict[str, Any]) -> list[Message]:
    """One message, or several where a user's hands results over; the last has `more`."""
    if role != "user":
        return [Message(role, parts, name, more)]
    runs = groupby(parts, key=lambda part: isinstance(part, ToolResponse))
    found = [
        Message("tool", list(run)) if are_results else Message(role, list(run), name)
        for are_results, run in runs
    ] or [Message(role, [], name)]
    last = found.pop()
    return [*found, Message(last.role, last.parts, last.name, more)]


def is_own_block(block: Any) -> bool:
    """Whether only this dialect writes a block so."""
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str):
        return False
    if kind == "text":
        return isinstance(block.get("text"), str) and any(map(block.get, _BESIDE_TEXT))
    if kind in _MIME_TYPES:
        return isinstance(block.get("source"), dict)
    return AnthropicBlocks().reader(kind) is not None


def is_response(value: Any) -> bool:
    """Whether an object is a whole answer of the API, or the blocks of one alone."""
    content = value.get("content") if isinstance(value, dict) else None
    if not isinstance(content, list):
        return False
    is_answer = value.get("type") == "message" and isinstance(value.get("role"), str)
    if not is_answer and not ("role" not in value and any(map(is_own_block, content))):
        return False
    return all(is_own_block(block) or _is_text(block) for block in content)


def inside(mime_type: str, data: str, modality: Modality, name: str) -> list[Part] | None:
    found: Attachment | None = blob_of(modality, data_url_of(mime_type, data), name)
    return [found] if found and data else None


def address(url: str, modality: Modality, name: str) -> list[Part] | None:
    return [blob_of(modality, url, name) or Uri(modality, url, name)] if url else None


def kept(fields: Fields, modality: Modality, name: str) -> list[Part] | None:
    file_id = fields.text("file_id")
    return [File(file_id, name, modality)] if file_id else None


def _is_text(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "text"


def _holds_results(content: Any) -> bool:
    blocks = content if isinstance(content, list) else [content]
    kinds = (block.get("type") for block in blocks if isinstance(block, dict))
    return any(isinstance(kind, str) and kind.endswith("tool_result") for kind in kinds)


def _response(fields: Fields, name: str, content: Any, blocks: Blocks) -> ToolResponse:
    """The whole content of a message of role "tool", as OpenAI has them."""
    response, beside = blocks.result(content)
    failed = any(fields.peek(key) is True for key in ("is_error", "isError"))
    return ToolResponse(call_id_of(fields), name, response, beside, failed)


def _call(fields: Fields, *, is_server: bool = False) -> ToolCall:
    arguments = opened(fields.take("input"))
    return ToolCall(fields.text("id"), fields.text("name"), arguments, is_server)


def _is_error(content: Any) -> bool:
    kind = content.get("type") if isinstance(content, dict) else None
    return isinstance(kind, str) and kind.endswith("_error")
