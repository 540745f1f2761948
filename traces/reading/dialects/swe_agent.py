"""Trajectories of SWE-agent, and of others that act in steps of thought, action, observation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from traces.reading.conversation import Message, Part, Reasoning, Text, ToolCall, ToolResponse
from traces.reading.json_text import opened

from .base import Fields, MessageList, Sign
from .openai_chat import OpenAIChat, read_call

_CHAT = OpenAIChat()


class SWEAgent(MessageList):
    name, label = "swe_agent", "Steps of an agent"
    keys = ("trajectory", "steps")

    def sign(self, message: Any) -> Sign:
        if not isinstance(message, dict) or "action" not in message or "role" in message:
            return Sign.NONE
        return Sign.OWN if "observation" in message or "thought" in message else Sign.NONE

    def read_message(self, message: Any) -> Iterable[Message]:
        fields = Fields(message)
        thought = fields.text("thought")
        action, observed = fields.take("action"), fields.take("observation")
        parts: list[Part] = [Reasoning(thought)] if thought else []
        parts += _answer(fields, thought, action)
        calls = _calls(fields, action)
        found = [Message("assistant", [*parts, *calls], more=fields.left)]
        if calls or observed not in (None, ""):
            found.append(Message("tool", [ToolResponse("", "", opened(observed))]))
        return found

    def instructions(self, fields: Fields) -> list[Message]:
        """The task, with which the history of the model's messages begins."""
        history = fields.peek("history")
        if not _CHAT.fits_list(history):
            return super().instructions(fields)
        task = list(takewhile(_is_task, fields.list("history")))
        fields.leave({"history": history[len(task) :]})
        return _CHAT.read_list(task)


def _is_task(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") in ("system", "user")


def _answer(fields: Fields, thought: str, action: Any) -> list[Part]:
    """What the model wrote, unless this is its thought and its action again."""
    response = fields.peek("response")
    if not isinstance(response, str):
        return []
    retold = [one.strip() for one in (thought, action) if isinstance(one, str)]
    if response == thought:
        fields.drop("response")
    elif not any(retold) or any(one not in response for one in retold):
        fields.drop("response")
        return [Text(response)] if response else []
    return []


def _calls(fields: Fields, action: Any) -> list[Part]:
    """The action: a command as a text, a call as an object, or a tool's name with its input."""
    if action in (None, "", {}, []):
        return []
    if isinstance(action, dict):
        return [read_call(action)]
    if isinstance(action, str) and fields.peek("action_input") is not None:
        return [ToolCall("", action, opened(fields.take("action_input")))]
    return [ToolCall("", "action", action)]
