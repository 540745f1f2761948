"""Messages of Vercel's AI SDK: those of its interface, with `parts`, and those for models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    File,
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
from .blocks import Attachment, Blocks, Reader
from .media import modality_of

_MIME = ("mediaType", "mimeType", "contentType")
_STATES = (
    "partial-call", "call", "result", "input-streaming", "input-available", "output-available",
    "output-error", "output-denied", "approval-requested", "approval-responded",
)  # fmt: skip
_BESIDE_TEXT = ("state", "providerOptions", "providerMetadata")


class VercelUI(MessageList):
    name, label = "vercel_ui", "Vercel AI SDK"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            return Sign.NONE
        parts, content = message.get("parts"), message.get("content")
        if isinstance(message.get("toolInvocations"), list):
            return Sign.OWN
        if isinstance(parts, list) and parts:
            own = any(_is_own(part) or _is_typed_text(part) for part in parts)
            return Sign.OWN if own else Sign.PLAIN
        parts = content if isinstance(content, list) else [content]
        return Sign.OWN if any(map(_is_own, parts)) else Sign.PLAIN

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        word = fields.text("role")
        role = role_of(word)
        name = fields.text("name") or (word if role == "other" else "")
        blocks = VercelBlocks()
        parts = blocks.read(fields.take("parts"))
        parts = [*_told_outside(fields, parts, blocks), *parts]
        for key, kind in (("toolInvocations", "tool-invocation"), ("experimental_attachments", "")):
            for one in fields.list(key):
                block = {"type": kind, "toolInvocation": one} if kind else _attachment(one)
                parts += [part for part in blocks.read(block) if part not in parts]
        blocks.keep(fields)
        return [Message(role, parts, name, blocks.more)]


class VercelBlocks(Blocks):
    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "text": self._text,
            "reasoning": self._reasoning,
            "step-start": lambda fields: [],
            "tool-call": self._call,
            "tool-result": self._result,
            "tool-invocation": lambda fields: self._outer(fields, "toolInvocation", self._tool),
            "dynamic-tool": self._tool,
            "image": lambda fields: _file(fields, "image"),
            "file": lambda fields: _file(fields, "document"),
            "media": lambda fields: _file(fields, "document"),
            "source": lambda fields: self._outer(fields, "source", _source),
            "source-url": _source,
            "source-document": _source,
        }
        if kind not in readers and kind.startswith("tool-") and "approval" not in kind:
            return lambda fields: self._tool(fields, kind.removeprefix("tool-"))
        return readers.get(kind)

    def keep(self, fields: Fields) -> None:
        if fields.peek("state") in ("done", "streaming"):
            fields.drop("state")
        super().keep(fields)

    def _text(self, fields: Fields) -> list[Part] | None:
        is_text = isinstance(fields.peek("text"), str)
        return [Text(fields.text("text"))] if is_text else None

    def _reasoning(self, fields: Fields) -> list[Part]:
        said = fields.text("text", "reasoning")
        details = fields.peek("details")
        if isinstance(details, list) and details == [{"type": "text", "text": said}]:
            fields.drop("details")
        return [Reasoning(said)] if said else []

    def _call(self, fields: Fields) -> list[Part]:
        if fields.peek("toolName") is None and fields.peek("state") in _STATES:
            return self._tool(fields, "call")
        return [_asked(fields, fields.text("toolName"))]

    def _tool(self, fields: Fields, name: str = "") -> list[Part]:
        """A call and, once it is there, its result."""
        call = _asked(fields, name or fields.text("toolName"))
        if fields.peek("state") in _STATES:
            fields.drop("state")
        error = fields.text("errorText")
        output = fields.take("output", "result")
        if not error and output is None:
            return [call]
        response, beside = (error, ()) if error else self.result(output)
        if error and output is not None:
            response = {"error": error, "output": output}
        return [call, ToolResponse(call.id, call.name, response, beside, bool(error))]

    def _result(self, fields: Fields) -> list[Part]:
        call_id, name = fields.text("toolCallId"), fields.text("toolName")
        output, failed = fields.take("output", "result"), fields.peek("isError")
        if isinstance(failed, bool):
            fields.drop("isError")
        response, beside, is_error = self._output(output)
        return [ToolResponse(call_id, name, response, beside, is_error or failed is True)]

    def _output(self, output: Any) -> tuple[Any, tuple[Attachment, ...], bool]:
        """A result as JSON, or as {"type", "value"}, whose type tells how it went."""
        if not isinstance(output, dict) or output.keys() != {"type", "value"}:
            is_denied = isinstance(output, dict) and output.get("type") == "execution-denied"
            return opened(output), (), is_denied
        kind, value = output["type"], output["value"]
        if kind == "content":
            return *self.result(value), False
        if kind in ("text", "json", "error-text", "error-json"):
            return opened(value), (), kind.startswith("error")
        return output, (), False

    def _outer(self, fields: Fields, key: str, read: Reader) -> list[Part] | None:
        """A part that has all of its own under one key."""
        inner = fields.object(key)
        found = read(inner) if inner.left else None
        fields.put_back(key, inner)
        return found


def _asked(fields: Fields, name: str) -> ToolCall:
    """A call; what its host ran has `providerExecuted`."""
    is_server = fields.peek("providerExecuted")
    if isinstance(is_server, bool):
        fields.drop("providerExecuted")
    arguments = opened(fields.take("input", "args"))
    return ToolCall(fields.text("toolCallId"), name, arguments, is_server is True)


def _file(fields: Fields, modality: Modality) -> list[Part] | None:
    mime_type, name = fields.text(*_MIME), fields.text("filename", "name")
    if mime_type:
        modality = modality_of(mime_type)
    content = fields.text("url", "data", "image")
    if content.startswith(("data:", "http:", "https:", "blob:", "/")):
        return address(content, modality, name)
    default = "image/png" if modality == "image" else "application/octet-stream"
    return inside(mime_type or default, content, modality, name)


def _source(fields: Fields) -> list[Part] | None:
    fields.drop("sourceType", "mediaType")
    title = fields.text("title", "filename")
    if url := fields.text("url"):
        return [Uri("document", url, title)]
    source_id = fields.text("sourceId", "id")
    return [File(source_id, title)] if source_id or title else None


def _told_outside(fields: Fields, parts: list[Part], blocks: Blocks) -> list[Part]:
    """The content and the reasoning that a message has beside its parts, unless these say it."""
    content, thought = fields.take("content"), fields.peek("reasoning")
    said = [part.text for part in parts if isinstance(part, Text)]
    is_told = isinstance(content, str) and (parts or fields.peek("toolInvocations"))
    found = [] if is_told and content in ("", "".join(said), *said) else blocks.read(content)
    if isinstance(thought, str):
        fields.drop("reasoning")
        if thought and Reasoning(thought) not in parts:
            found = [Reasoning(thought), *found]
    return found


def _attachment(one: Any) -> Any:
    return {**one, "type": "file"} if isinstance(one, dict) else one


def _is_typed_text(part: Any) -> bool:
    is_text = isinstance(part, dict) and part.get("type") in ("text", "reasoning")
    return is_text and isinstance(part.get("text"), str)


def _is_own(part: Any) -> bool:
    """Whether only this dialect writes a part so."""
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(kind, str):
        return False
    if kind == "text":
        return _is_typed_text(part) and any(part.get(key) for key in _BESIDE_TEXT)
    if kind in ("reasoning", "image"):
        return isinstance(part.get("text" if kind == "reasoning" else "image"), str)
    if kind == "file":
        has_type = any(isinstance(part.get(key), str) for key in _MIME)
        return has_type and any(isinstance(part.get(key), str) for key in ("url", "data"))
    if kind.startswith("tool-") or kind == "dynamic-tool":
        return isinstance(part.get("toolCallId"), str) or "toolInvocation" in part
    return kind in ("step-start", "source-url", "source-document") or kind.startswith("data-")
