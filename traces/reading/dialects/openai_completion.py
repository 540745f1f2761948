"""The response of OpenAI's chat completions, of the older completions, and of what copied them.

Several choices are answers to be compared.
"""

from __future__ import annotations

from typing import Any

from traces.reading.conversation import Conversation, Message, Text

from .base import Dialect, Fields, Payload, Sureness, answered
from .openai_chat import OpenAIChat, read_message

_CHAT = OpenAIChat()
_ASSISTANT = {"role": "assistant"}
_BESIDE_A_TEXT = ("finish_reason", "logprobs", "index")


class OpenAICompletion(Dialect):
    name, label = "openai_completion", "OpenAI completion"

    def fits(self, payload: Payload) -> Sureness:
        choices = payload.get("choices")
        if not isinstance(choices, list) or not choices:
            return Sureness.NO
        known = sum(map(_is_choice, choices))
        return Sureness.CERTAIN if known and 2 * known >= len(choices) else Sureness.NO

    def fits_beside(self, payload: Payload) -> bool:
        return isinstance(payload.get("prompt"), str)

    def read(self, payload: Payload) -> Conversation:
        fields = Fields(payload)
        asked = _asked(fields)
        choices = fields.list("choices")
        answers: dict[str, list[Message]] = {}
        for number, choice in enumerate(choices, 1):
            title = f"Choice {number}"
            if _is_choice(choice):
                answers[title], left = _answer(choice, number - 1)
                fields.leave({f"{title} › {key}": value for key, value in left.items()})
            else:
                fields.leave({title: choice})
        return answered(asked, answers, fields.left)


def _asked(fields: Fields) -> list[Message]:
    """The messages, or the prompt, that stand beside the choices."""
    if _CHAT.fits_list(fields.peek("messages")):
        return _CHAT.read_list(fields.list("messages"))
    prompt = fields.text("prompt")
    return [Message("user", [Text(prompt)])] if prompt else []


def _is_choice(choice: Any) -> bool:
    if not isinstance(choice, dict):
        return False
    message = choice.get("message")
    if isinstance(message, dict):
        return "role" in message or "content" in message
    # Questions with several choices have texts, too.
    return isinstance(choice.get("text"), str) and any(key in choice for key in _BESIDE_A_TEXT)


def _answer(choice: dict[str, Any], index: int) -> tuple[list[Message], dict[str, Any]]:
    """The messages of a choice, and what it says besides."""
    fields = Fields(choice)
    if fields.peek("index") == index:
        fields.drop("index")
    said: list[Message] = []
    if isinstance(choice.get("message"), dict):
        message = fields.take("message")
        said.append(read_message(message if message.get("role") else {**message, **_ASSISTANT}))
    elif isinstance(choice.get("text"), str):
        said.append(Message("assistant", [Text(fields.take("text"))]))
    return said, fields.left
