"""Messages of OpenAI's Assistants threads, whose texts are values with annotations; and other parts
that have a `value`. The calls of a run's steps hold what came back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    File,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
)
from traces.reading.json_text import opened

from .base import Fields, MessageList, Sign, Sureness, role_of
from .blocks import Blocks, Reader
from .openai_parts import is_known_part
from .openai_response_calls import read_logs

_MESSAGE, _STEP = "thread.message", "thread.run.step"


class Assistants(MessageList):
    name, label = "assistants", "OpenAI Assistants"
    keys = ("data", "messages")
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict):
            return Sign.NONE
        if message.get("object") == _STEP:
            return Sign.OWN if isinstance(message.get("step_details"), dict) else Sign.NONE
        if not isinstance(message.get("role"), str):
            return Sign.NONE
        content = message.get("content")
        parts = content if isinstance(content, list) else [content]
        if message.get("object") == _MESSAGE or any(map(_is_own, parts)):
            return Sign.OWN
        return Sign.PLAIN if all(map(is_known_part, parts)) else Sign.FOREIGN

    def read_list(self, messages: Iterable[Any]) -> list[Message]:
        """The interface gives them with the last one first."""
        listed = list(messages)
        times = [one.get("created_at") for one in listed if isinstance(one, dict)]
        known = [time for time in times if isinstance(time, int)]
        backwards = len(known) == len(listed) > 1 and known == sorted(known, reverse=True)
        return super().read_list(reversed(listed) if backwards and known[0] > known[-1] else listed)

    def read_message(self, message: Any) -> Iterable[Message]:
        fields, blocks = Fields(message), AssistantsContent()
        fields.drop("object")
        if message.get("object") == _STEP:
            details = fields.object("step_details")
            details.drop("type")
            parts = [part for call in details.list("tool_calls") for part in _ran(call, blocks)]
            fields.put_back("step_details", details)
            blocks.keep(fields)
            return [Message("assistant", parts, more=blocks.more)]
        word = fields.text("role")
        role = role_of(word)
        name = fields.text("name") or (word if role == "other" else "")
        parts = blocks.read(fields.take("content"))
        blocks.keep(fields)
        return [Message(role, parts, name, blocks.more)]


class AssistantsContent(Blocks):
    def reader(self, kind: str) -> Reader | None:
        readers: dict[str, Reader] = {
            "text": _text,
            "reasoning": lambda fields: [Reasoning(v) for v in [fields.text("value")] if v] or None,
            "image_file": _image,
        }
        return readers.get(kind)


def _is_own(part: Any) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "image_file":
        return isinstance(part.get("image_file"), dict)
    return kind == "text" and (
        isinstance(part.get("text"), dict) or isinstance(part.get("value"), str)
    )


def _text(fields: Fields) -> list[Part] | None:
    if isinstance(fields.peek("text"), dict):
        inner = fields.object("text")
        is_text, said = isinstance(inner.peek("value"), str), inner.text("value")
        fields.put_back("text", inner)
    else:
        key = "text" if isinstance(fields.peek("text"), str) else "value"
        is_text, said = isinstance(fields.peek(key), str), fields.text(key)
    return [Text(said)] if is_text else None


def _image(fields: Fields) -> list[Part] | None:
    inner = fields.object("image_file")
    file_id = inner.text("file_id")
    inner.drop("detail")
    fields.put_back("image_file", inner)
    return [File(file_id, modality="image")] if file_id else None


def _ran(call: Any, blocks: Blocks) -> list[Part]:
    """A call of a step, and its result if it has one."""
    if not isinstance(call, dict):
        return [ToolCall("", "", call)]
    fields = Fields(call)
    call_id, kind = fields.text("id"), fields.text("type") or "function"
    inner = fields.object(kind)
    name = inner.text("name") or kind
    is_server = kind != "function"
    asked = ToolCall(call_id, name, opened(inner.take("arguments", "input")), is_server)
    given = inner.take("output", "outputs", "results")
    fields.put_back(kind, inner)
    blocks.keep(fields)
    if given is None:
        return [asked]
    response, beside = read_logs(given) if isinstance(given, list) else (opened(given), ())
    return [asked, ToolResponse(call_id, name, response, beside)]
