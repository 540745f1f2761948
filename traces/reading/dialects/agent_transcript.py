"""Sessions of coding agents: lines with a type, each around a message, or a summary of earlier
ones; their ids, times and folders are beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from traces.reading.conversation import Compaction, Message, Part, Text

from .anthropic import Anthropic
from .base import Fields, MessageList, Payload, Sign, Sureness
from .openai_parts import Besides

_MESSAGES = Anthropic()
_SPEAKERS = ("user", "assistant", "system")
# Lines around no message; of other types with such ids are rows of tables, too.
_NOTES = ("system", "result", "progress", "attachment", "file-history-snapshot", "queue-operation")
_JOINS = ("uuid", "parentUuid", "sessionId", "session_id")
_FLAGS = ("isSidechain", "isMeta", "isCompactSummary", "isApiErrorMessage")


class AgentTranscript(MessageList):
    name, label = "agent_transcript", "Session of an agent"
    plain_is = Sureness.NO

    def sign(self, message: Any) -> Sign:
        kind = message.get("type") if isinstance(message, dict) else None
        if not isinstance(kind, str) or "role" in message:
            return Sign.NONE
        inner = message.get("message")
        if kind in _SPEAKERS and isinstance(inner, dict) and isinstance(inner.get("role"), str):
            return Sign.OWN
        if kind == "summary" and isinstance(message.get("summary"), str):
            return Sign.OWN
        is_note = kind in _NOTES and any(isinstance(message.get(key), str) for key in _JOINS)
        return Sign.PLAIN if is_note else Sign.NONE

    def is_one_message(self, payload: Payload) -> bool:
        return self.sign(payload) is Sign.OWN

    def read_list(self, messages: Iterable[Any]) -> list[Message]:
        """The last line may tell the last answer once more."""
        found = super().read_list(messages)
        for before, last in zip(found[-2:], found[-1:], strict=False):
            if last.name == "result" and last.parts and last.parts == before.parts[-1:]:
                found[-1] = replace(last, parts=[])
        return found

    def read_message(self, message: Any) -> Iterable[Message]:
        fields, besides = Fields(message), Besides()
        kind = fields.text("type")
        is_summary = fields.peek("isCompactSummary") is True
        fields.drop(*(key for key in _FLAGS if fields.peek(key) is False))
        found = [_other(kind, fields)]
        if kind in _SPEAKERS and isinstance(inner := fields.peek("message"), dict):
            fields.drop("message")
            inner = {"role": kind, **inner}
            if inner.get("type") == "message":
                del inner["type"]
            found = list(_MESSAGES.read_message(inner))
        last = found.pop()
        besides.keep(Fields(last.more))
        besides.keep(fields)
        found.append(replace(last, more=besides.more))
        return [replace(one, parts=_summed(one.parts)) for one in found] if is_summary else found


def _other(kind: str, fields: Fields) -> Message:
    """A line around no message: a summary, or what the agent's program notes."""
    if kind == "summary" and (said := fields.text("summary")):
        return Message("system", [Compaction(said)])
    said = fields.text("result" if kind == "result" else "content")
    return Message("other", [Text(said)] if said else [], kind)


def _summed(parts: list[Part]) -> list[Part]:
    return [Compaction(part.text) if isinstance(part, Text) else part for part in parts]
