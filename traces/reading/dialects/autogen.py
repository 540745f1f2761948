"""Messages and events of AutoGen's agents, each with its source and a type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import Message, Part, Reasoning, Role, ToolResponse
from traces.reading.json_text import opened

from .anthropic import address, inside
from .base import Fields, MessageList, Payload, Sign, Sureness, role_of, stray
from .openai_chat import read_call

_RESULTS = ("ToolCallExecutionEvent", "ToolCallResultMessage", "FunctionExecutionResultMessage")
# What the models of its core are asked, and answer.
_OF_CORE: dict[str, Role] = {
    "SystemMessage": "system", "UserMessage": "user", "AssistantMessage": "assistant",
}  # fmt: skip
_OWN = {
    *_RESULTS, "UserMessage", "AssistantMessage", "TextMessage", "MultiModalMessage",
    "StopMessage", "HandoffMessage", "ToolCallMessage", "ToolCallRequestEvent",
    "ToolCallSummaryMessage", "CodeGenerationEvent", "CodeExecutionEvent", "MemoryQueryEvent",
    "UserInputRequestedEvent", "ModelClientStreamingChunkEvent", "SelectSpeakerEvent",
    "ThoughtEvent",
}  # fmt: skip
_USERS = ("user", "user_proxy", "human")


class AutoGen(MessageList):
    name, label = "autogen", "AutoGen"
    keys = ("messages", "inner_messages", "chat_message")
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        kind = message.get("type") if isinstance(message, dict) else None
        if not isinstance(kind, str) or "role" in message:
            return Sign.NONE
        has_source = isinstance(message.get("source"), str)
        if kind in _OWN and (has_source or kind in _RESULTS):
            return Sign.OWN
        named_so = kind.partition("[")[0].endswith(("Message", "Event"))
        is_other = has_source and "content" in message and named_so
        return Sign.PLAIN if is_other or kind in _OF_CORE else Sign.NONE

    def is_one_message(self, payload: Payload) -> bool:
        return self.sign(payload) is Sign.OWN

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        kind, source = message["type"], fields.text("source")
        if kind in _OWN or kind in _OF_CORE:
            fields.drop("type")
        content = fields.take("content")
        if kind in _RESULTS or kind == "CodeExecutionEvent":
            found = _results(content) if kind in _RESULTS else _ran(fields, content)
            more = {"source": source, **fields.left} if source else fields.left
            return [Message("tool", found, more=more)]
        role = _OF_CORE.get(kind) or ("user" if source in _USERS else "assistant")
        thought = fields.text("thought")
        parts: list[Part] = [Reasoning(thought)] if thought else []
        parts += _said(kind, content)
        name = "" if role_of(source) == role else source
        return [Message(role, parts, name, fields.left)]


def _said(kind: str, content: Any) -> list[Part]:
    if kind == "ThoughtEvent" and isinstance(content, str):
        return [Reasoning(content)] if content else []
    if content is None:
        return []
    return [_part(one) for one in (content if isinstance(content, list) else [content])]


def _part(one: Any) -> Part:
    """A text, a call, a picture as {"data"}, or what an agent says in a structure of its own."""
    if not isinstance(one, dict):
        return stray(one)
    if "arguments" in one and "name" in one:
        return read_call(one)
    fields = Fields(one)
    picture = inside("image/png", fields.text("data"), "image", "") or address(
        fields.text("url"), "image", ""
    )
    return stray(one) if picture is None or fields.left else picture[0]


def _results(content: Any) -> list[Part]:
    return [_result(one) for one in (content if isinstance(content, list) else [content])]


def _result(one: Any) -> Part:
    """{"call_id", "name", "content", "is_error"}; what it says besides stays with its content."""
    if not isinstance(one, dict):
        return ToolResponse("", "", opened(one))
    fields = Fields(one)
    call_id, name, failed = fields.text("call_id"), fields.text("name"), fields.peek("is_error")
    if isinstance(failed, bool):
        fields.drop("is_error")
    response = opened(fields.take("content"))
    if fields.left:
        response = {"content": response, **fields.left}
    return ToolResponse(call_id, name, response, is_error=failed is True)


def _ran(fields: Fields, content: Any) -> list[Part]:
    """What a program printed, as {"exit_code", "output"} or as a text."""
    result = fields.take("result")
    return [ToolResponse("", "", opened(content if result is None else result))]
