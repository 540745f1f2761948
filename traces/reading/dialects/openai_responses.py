"""Items of OpenAI's Responses API: messages, reasoning, calls and their outputs in a row.

The Agents SDKs write the same lists, with chat messages among them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from traces.reading.conversation import (
    Compaction,
    Conversation,
    Message,
    Part,
    Reasoning,
    Role,
    Text,
    Unknown,
)

from .base import Fields, MessageList, Payload, Sign, Sureness, as_list
from .openai_chat import OpenAIChat, read_message
from .openai_parts import OF_RESPONSES, Besides, is_known_part, read_texts
from .openai_response_calls import CALLS, OUTPUTS, read_item_call, read_item_output

_CHAT = OpenAIChat()
_SAYS_NOTHING = (("type", "message"), ("status", "completed"))
_NOTES = ("annotations", "logprobs")
_SETTINGS = ("instructions", "previous_response_id", "max_output_tokens", "max_tool_calls")
# What an item besides calls has, so that others of the same type are not taken for it.
_OTHERS = {
    "reasoning": ("summary", "encrypted_content"),
    "compaction": ("summary", "encrypted_content"),
    "item_reference": ("id",),
    "mcp_list_tools": ("tools",),
    "mcp_approval_request": ("name",),
    "mcp_approval_response": ("approval_request_id",),
}


class OpenAIResponses(MessageList):
    name, label = "openai_responses", "OpenAI Responses"
    keys = ("input", "output")

    def fits(self, payload: Payload) -> Sureness:
        asked = payload.get("input")
        is_asked = isinstance(asked, str) or bool(self.fits_list(as_list(asked)))
        if is_asked and any(key in payload for key in _SETTINGS):
            return Sureness.CERTAIN
        return super().fits(payload)

    def fits_beside(self, payload: Payload) -> bool:
        return isinstance(payload.get("input"), str)

    def read(self, payload: Payload) -> Conversation:
        asked = payload.get("input")
        if isinstance(asked, str):
            payload = {**payload, "input": [{"role": "user", "content": asked}]}
        found = super().read(payload)
        if found.left.get("output_text") in _answers(found.messages):
            del found.left["output_text"]
        return found

    def instructions(self, fields: Fields) -> list[Message]:
        """Those of a request; a response repeats them."""
        said = fields.text("instructions") if fields.peek("input") else ""
        return [Message("system", [Text(said)])] if said else []

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict):
            return Sign.NONE
        kind = message.get("type")
        if kind in (None, "message"):
            return _sign_of_message(message)
        if not isinstance(kind, str):
            return Sign.NONE
        is_other = any(key in message for key in _OTHERS.get(kind, ()))
        return Sign.OWN if is_other or kind in CALLS or kind in OUTPUTS else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        kind = message.get("type")
        if kind in (None, "message"):
            return [_said(message)]
        fields = Fields(message)
        fields.drop("type")
        if fields.peek("status") == "completed":
            fields.drop("status")
        besides = Besides()
        role, name, parts = _item(kind, fields, besides)
        besides.keep(fields)
        return [Message(role, parts, name, besides.more)]


def _item(kind: str, fields: Fields, besides: Besides) -> tuple[Role, str, list[Part]]:
    if kind in CALLS:
        return "assistant", "", read_item_call(kind, fields)
    if kind in OUTPUTS:
        return "tool", "", [read_item_output(fields, besides)]
    if kind == "reasoning":
        thoughts = [read_texts(fields, key, besides) for key in ("summary", "content")]
        return "assistant", "", [Reasoning("\n\n".join(texts)) for texts in thoughts if texts]
    if kind == "compaction":
        return "other", kind, [Compaction("\n\n".join(read_texts(fields, "summary", besides)))]
    item = fields.left
    fields.drop(*item)
    return "other", kind.replace("_", " "), [Unknown(item)]


def _sign_of_message(message: dict[str, Any]) -> Sign:
    content = message.get("content")
    listed = content if isinstance(content, list) else [content]
    parts = [_without_notes(part, []) for part in listed]
    kinds = {part.get("type") for part in parts if isinstance(part, dict) and is_known_part(part)}
    if not isinstance(message.get("role"), str):
        return Sign.NONE
    if not all(map(is_known_part, parts)):
        return Sign.FOREIGN
    if kinds & OF_RESPONSES or (message.get("type") == "message" and "text" not in kinds):
        return Sign.OWN
    return Sign.PLAIN if _CHAT.sign(message) is Sign.PLAIN else Sign.FOREIGN


def _said(item: dict[str, Any]) -> Message:
    """A message; notes in the margin of its texts are more."""
    bare = {key: value for key, value in item.items() if (key, value) not in _SAYS_NOTHING}
    content = item.get("content")
    notes: list[Any] = []
    if isinstance(content, list):
        bare["content"] = [_without_notes(part, notes) for part in content]
    message = read_message(bare)
    besides = Besides()
    besides.keep(Fields(message.more))
    besides.keep(Fields({"annotations": notes}))
    return replace(message, more=besides.more)


def _without_notes(part: Any, notes: list[Any]) -> Any:
    if not isinstance(part, dict):
        return part
    notes += [part[key] for key in _NOTES if part.get(key)]
    return {key: value for key, value in part.items() if key not in _NOTES}


def _answers(messages: list[Message]) -> list[str]:
    """What the assistant's texts are together, and the last alone."""
    said = [
        "".join(part.text for part in message.parts if isinstance(part, Text))
        for message in messages
        if message.role == "assistant"
    ]
    return ["".join(said), *said[-1:]]
