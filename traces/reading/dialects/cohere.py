"""Cohere's chat history and its first interface: `message` in the place of content.

Others write {"role", "message"} so, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from traces.reading.conversation import (
    Conversation,
    Message,
    Part,
    Role,
    Text,
    ToolCall,
    ToolResponse,
)
from traces.reading.json_text import opened

from .base import ROLES, Fields, MessageList, Payload, Sign, Sureness, role_of, stray
from .openai_chat import read_call


class Cohere(MessageList):
    name, label = "cohere", "Cohere"
    keys = ("chat_history",)
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        word = message.get("role") if isinstance(message, dict) else None
        if not isinstance(word, str) or "content" in message:
            return Sign.NONE
        said, results = message.get("message"), message.get("tool_results")
        if not isinstance(said, str) and not (results and isinstance(results, list)):
            return Sign.NONE
        return Sign.OWN if word.lower() in (*ROLES, "chatbot") else Sign.FOREIGN

    def fits(self, payload: Payload) -> Sureness:
        return Sureness.CERTAIN if _is_response(payload) else super().fits(payload)

    def fits_beside(self, payload: Payload) -> bool:
        return isinstance(payload.get("message"), str)

    def read(self, payload: Payload) -> Conversation:
        """The history, then what a request asks or a response answers, unless the history has it
        already.
        """
        if self.is_one_message(payload):
            return super().read(payload)
        fields = Fields(payload)
        preamble, answer = fields.text("preamble"), Fields({})
        if _is_response(payload):
            said, calls = fields.take("text"), fields.take("tool_calls")
            answer = Fields({"message": said, "tool_calls": calls})
        history = super().read(fields.left)
        fields = Fields(history.left)
        asked = Fields({"message": fields.text("message")})
        given = Fields({"tool_results": fields.list("tool_results")})
        found = [Message("system", [Text(preamble)])] if preamble else []
        found += history.messages
        for role, one in (("TOOL", given), ("USER", asked), ("CHATBOT", answer)):
            message = _message({"role": role, **one.left})
            if one.left and message not in found[-1:]:
                found.append(message)
        return Conversation(found, {}, fields.left)

    def read_message(self, message: Any) -> Iterable[Message]:
        return [_message(message)]


def _message(message: dict[str, Any]) -> Message:
    fields = Fields(message)
    word = fields.text("role")
    role: Role = "assistant" if word.lower() == "chatbot" else role_of(word)
    said, listed = fields.take("message"), fields.list("tool_calls")
    results, besides = _results(fields)
    calls = [_call(call) for call in listed if call]
    parts: list[Part] = [] if said is None or (not said and (calls or results)) else [stray(said)]
    if role == "tool" and not results:
        parts = [ToolResponse("", fields.text("name"), opened(said))]
    name = fields.text("name") or (word if role == "other" else "")
    return Message(role, [*parts, *calls, *results], name, {**fields.left, **besides})


def _call(call: Any) -> ToolCall:
    if isinstance(call, dict) and "parameters" in call and "arguments" not in call:
        call = {("arguments" if key == "parameters" else key): one for key, one in call.items()}
    return read_call(call)


def _results(fields: Fields) -> tuple[list[Part], dict[str, Any]]:
    """Each result after its call, which is told before: what it says of that again is besides."""
    found: list[Part] = []
    rest = []
    for one in fields.list("tool_results"):
        if not isinstance(one, dict) or "outputs" not in one:
            found.append(ToolResponse("", "", opened(one)))
            continue
        inner = Fields(one)
        call, outputs = inner.object("call"), inner.take("outputs")
        name, call_id = call.text("name"), call.text("id")
        is_single = isinstance(outputs, list) and len(outputs) == 1
        found.append(ToolResponse(call_id, name, outputs[0] if is_single else opened(outputs)))
        inner.put_back("call", call)
        rest += [inner.left] if inner.left else []
    return found, {"tool_results": rest} if rest else {}


def _is_response(payload: Payload) -> bool:
    """Whether an object is a whole answer: a text, beside what names the answer or its history."""
    has_text = isinstance(payload.get("text"), str) and "role" not in payload
    return has_text and (
        isinstance(payload.get("generation_id"), str)
        or (isinstance(payload.get("chat_history"), list) and "finish_reason" in payload)
    )
