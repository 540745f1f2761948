"""ShareGPT's messages {"from", "value"}, and exchanges {"human", "assistant"}."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import Message, Part, Text, ToolCall, ToolResponse, Unknown
from traces.reading.json_text import opened

from .base import Fields, MessageList, Sign, role_of
from .openai_chat import read_call

_CALLS = ("function_call", "function-call", "tool_call")
_RESULTS = ("function_response", "function-response", "tool_response")


class ShareGPT(MessageList):
    name, label = "sharegpt", "ShareGPT"
    keys = ("conversations", "conversation")

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict):
            return Sign.NONE
        if _is_exchange(message):
            return Sign.OWN
        word = message.get("from", message.get("role"))
        is_said = isinstance(word, str) and "value" in message and "content" not in message
        return Sign.OWN if is_said else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        if _is_exchange(message):
            asked, answered = fields.text("human"), fields.text("assistant")
            return [
                Message("user", [Text(asked)]),
                Message("assistant", [Text(answered)], more=fields.left),
            ]
        word = fields.text("from", "role")
        value, name = fields.take("value"), fields.text("name")
        if word in _CALLS:
            return [Message("assistant", _calls(value), name, fields.left)]
        role = "tool" if word in _RESULTS else role_of(word)
        if role == "tool":
            result = ToolResponse(fields.text("tool_call_id"), name, opened(value))
            return [Message(role, [result], more=fields.left)]
        name = name or (word if role == "other" else "")
        return [Message(role, _said(value), name, fields.left)]

    def instructions(self, fields: Fields) -> list[Message]:
        said = fields.text("system", "system_prompt")
        return [Message("system", [Text(said)])] if said else []


def _is_exchange(message: dict[str, Any]) -> bool:
    return all(isinstance(message.get(key), str) for key in ("human", "assistant"))


def _calls(value: Any) -> list[Part]:
    """One call or a list of them, as JSON in a text."""
    calls = opened(value)
    found = [read_call(call) for call in (calls if isinstance(calls, list) else [calls]) if call]
    return [*found] or [ToolCall("", "", None)]


def _said(value: Any) -> list[Part]:
    if value is None:
        return []
    return [Text(value) if isinstance(value, str) else Unknown(value)]
