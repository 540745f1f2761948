"""Messages as Pydantic AI dumps them: requests and responses, with parts of every speaker."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from traces.reading.conversation import (
    Compaction,
    File,
    Message,
    Modality,
    Part,
    Reasoning,
    Role,
    Text,
    ToolCall,
    ToolResponse,
)
from traces.reading.json_text import opened

from .anthropic import address, inside
from .base import Fields, MessageList, Sign
from .blocks import Blocks, Reader
from .media import modality_of

_KINDS = ("request", "response")
_ROLES: dict[str, Role] = {"system-prompt": "system", "tool-return": "tool"}
_URLS: dict[str, Modality] = {
    "image-url": "image", "audio-url": "audio", "video-url": "video", "document-url": "document",
}  # fmt: skip


class PydanticAI(MessageList):
    name, label = "pydantic_ai", "Pydantic AI"

    def sign(self, message: Any) -> Sign:
        parts = message.get("parts") if isinstance(message, dict) else None
        if not isinstance(parts, list) or "role" in message:
            return Sign.NONE
        if any(isinstance(part, dict) and isinstance(part.get("part_kind"), str) for part in parts):
            return Sign.OWN
        return Sign.PLAIN if message.get("kind") in _KINDS and not parts else Sign.NONE

    def read_list(self, messages: Iterable[Any]) -> list[Message]:
        """Instructions are in each request; those that did not change are told once."""
        found: list[Message] = []
        told = ""
        for message in messages:
            said = message.get("instructions") if isinstance(message, dict) else None
            if isinstance(said, str) and said and said == told and self.is_message(message):
                message = {key: one for key, one in message.items() if key != "instructions"}
            elif isinstance(said, str):
                told = said
            found += super().read_list([message])
        return found

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        parts, said = fields.list("parts"), fields.text("instructions")
        is_answer = _is_answer(fields.peek("kind"), parts)
        found = [Message("system", [Text(said)])] if said else []
        for role, run in groupby(parts, lambda part: "assistant" if is_answer else _role(part)):
            blocks = PydanticParts()
            read = blocks.read(list(run))
            found.append(Message(role, read, more=blocks.more))
        if fields.peek("kind") in _KINDS:
            fields.drop("kind")
        last = found.pop() if found else Message("assistant" if is_answer else "user", [])
        return [*found, Message(last.role, last.parts, more=_joined(last.more, fields))]


class PydanticParts(Blocks):
    def kind_of(self, block: dict[str, Any]) -> Any:
        return block.get("part_kind", block.get("kind"))

    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "system-prompt": _text,
            "user-prompt": self._prompt,
            "text": _text,
            "thinking": _thought,
            "compaction": _summary,
            "tool-call": lambda fields: [_call(fields)],
            "builtin-tool-call": lambda fields: [_call(fields, is_server=True)],
            "tool-return": self._result,
            "builtin-tool-return": self._result,
            "retry-prompt": self._retry,
            "binary": _inside,
            "file": self._file,
            "uploaded-file": _kept,
        }
        if kind in _URLS:
            return lambda fields: address(fields.text("url"), _URLS[kind], "")
        return readers.get(kind)

    def keep(self, fields: Fields) -> None:
        """The kind of a part is told by how it is read."""
        fields.drop("part_kind", "kind")
        if fields.peek("force_download") is False:
            fields.drop("force_download")
        super().keep(fields)

    def _prompt(self, fields: Fields) -> list[Part]:
        return self.read(fields.take("content"))

    def _file(self, fields: Fields) -> list[Part]:
        return self.read(fields.take("content"))

    def _result(self, fields: Fields) -> list[Part]:
        call_id, name = fields.text("tool_call_id"), fields.text("tool_name")
        outcome, content = fields.peek("outcome"), fields.take("content")
        if outcome in ("success", "failed"):
            fields.drop("outcome")
        held = content if isinstance(content, list) else [content]
        has_files = any(map(self._is_block, held))
        response, beside = self.result(content) if has_files else (opened(content), ())
        return [ToolResponse(call_id, name, response, beside, outcome == "failed")]

    def _retry(self, fields: Fields) -> list[Part] | None:
        """What a tool could not take, or what the user's side asks of the model once more."""
        call_id, name = fields.text("tool_call_id"), fields.text("tool_name")
        content = fields.take("content")
        if name:
            return [ToolResponse(call_id, name, opened(content), is_error=True)]
        return self.read(content)


def _is_answer(kind: Any, parts: list[Any]) -> bool:
    """By the message's kind, else by its parts."""
    return kind == "response" or (kind != "request" and all(map(_is_models, parts)))


def _is_models(part: Any) -> bool:
    kind = part.get("part_kind") if isinstance(part, dict) else None
    return isinstance(kind, str) and not kind.endswith("-prompt") and kind != "tool-return"


def _role(part: Any) -> Role:
    """Who speaks in a part of a request."""
    kind = part.get("part_kind") if isinstance(part, dict) else None
    if kind == "retry-prompt":
        return "tool" if part.get("tool_name") else "user"
    return _ROLES.get(kind, "user") if isinstance(kind, str) else "user"


def _joined(more: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """What the last part says besides, and what the message does; of the same name under it."""
    both = {key: [more[key], one] for key, one in fields.left.items() if key in more}
    return {**more, **fields.left, **both}


def _text(fields: Fields) -> list[Part] | None:
    is_text = isinstance(fields.peek("content"), str)
    return [Text(fields.text("content"))] if is_text else None


def _thought(fields: Fields) -> list[Part]:
    said = fields.text("content")
    return [Reasoning(said)] if said else []


def _summary(fields: Fields) -> list[Part]:
    said = fields.text("content")
    return [Compaction(said)] if said else []


def _call(fields: Fields, *, is_server: bool = False) -> ToolCall:
    arguments = opened(fields.take("args"))
    return ToolCall(fields.text("tool_call_id"), fields.text("tool_name"), arguments, is_server)


def _inside(fields: Fields) -> list[Part] | None:
    mime_type = fields.text("media_type")
    return inside(mime_type, fields.text("data"), modality_of(mime_type), "")


def _kept(fields: Fields) -> list[Part] | None:
    file_id, mime_type = fields.text("file_id"), fields.text("media_type")
    return [File(file_id, modality=modality_of(mime_type))] if file_id else None
