"""Answers to the same question that are compared: chosen and rejected, response_a and response_b.

The question and each answer are texts, also with several speakers, or messages in any other
dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from traces.reading.conversation import Conversation, Message, Text

from .base import Dialect, Fields, MessageList, Payload, Sureness, stray
from .labelled_text import messages_in

_NAMED = ("chosen", "rejected")
_NUMBERED = re.compile(
    r"(response|completion|answer|output|candidate|generation|reply|solution)_?(?:[a-h]|[0-9])",
    re.IGNORECASE,
)
_PROMPTS = ("prompt", "question", "instruction", "query")


class Preference(Dialect):
    name, label = "preference", "Answers compared"

    def __init__(self, others: Iterable[Dialect]) -> None:
        self._others = tuple(others)

    def fits(self, payload: Payload) -> Sureness:
        return Sureness.CERTAIN if _rivals(payload) else Sureness.NO

    def fits_beside(self, payload: Payload) -> bool:
        return any(isinstance(payload.get(key), str) for key in _PROMPTS)

    def read(self, payload: Payload) -> Conversation:
        """What the answers have in common at their beginning is told once, before them."""
        titles = _rivals(payload)
        besides = {key: value for key, value in payload.items() if key not in titles}
        question = self._question(besides)
        asked, left = question.messages, question.left
        answers: dict[str, list[Message]] = {}
        for title in titles:
            said = self._answer(payload[title])
            answers[title] = _without(asked, said.messages)
            left |= {f"{title} › {key}": value for key, value in said.left.items()}
        shared = _shared(list(answers.values()))
        rivals = {title: said[len(shared) :] for title, said in answers.items()}
        return Conversation([*asked, *shared], rivals, left)

    def _question(self, besides: Payload) -> Conversation:
        lists = [one for one in self._others if isinstance(one, MessageList)]
        best = max(lists, key=lambda one: one.fits(besides))
        if best.fits(besides):
            return best.read(besides)
        fields = Fields(besides)
        system, prompt = fields.text("system", "system_prompt"), fields.text(*_PROMPTS)
        asked = [Message("system", [Text(system)])] if system else []
        asked += messages_in(prompt) or ([Message("user", [Text(prompt)])] if prompt else [])
        return Conversation(asked, {}, fields.left)

    def _answer(self, answer: Any) -> Conversation:
        """Messages, a whole response of an interface, or a text."""
        if answer is None:
            return Conversation([])
        if isinstance(answer, str):
            said = messages_in(answer)
            return Conversation(said or [Message("assistant", [Text(answer)])])
        sides = [{"answer": answer}, *([answer] if isinstance(answer, dict) else [])]
        ways = [(one, side) for side in sides for one in self._others]
        dialect, side = max(ways, key=lambda way: way[0].fits(way[1]))
        if not dialect.fits(side):
            return Conversation([Message("assistant", [stray(answer)])])
        found = dialect.read(side)
        rivals = (message for said in found.rivals.values() for message in said)
        return Conversation([*found.messages, *rivals], {}, found.left)


def _rivals(payload: Mapping[str, Any]) -> list[str]:
    """The keys of the answers, in their order; none where there are not two of a kind."""
    if all(_may_be_said(payload, key) for key in _NAMED):
        return [key for key in payload if key in _NAMED]
    kinds: dict[str, list[str]] = {}
    for key in payload:
        if (match := _NUMBERED.fullmatch(key)) and _may_be_said(payload, key):
            kinds.setdefault(match[1].lower(), []).append(key)
    return next((keys for keys in kinds.values() if len(keys) > 1), [])


def _may_be_said(payload: Mapping[str, Any], key: str) -> bool:
    value = payload.get(key)
    return isinstance(value, str | dict) or (isinstance(value, list) and bool(value))


def _without(asked: list[Message], said: list[Message]) -> list[Message]:
    return said[len(asked) :] if asked and said[: len(asked)] == asked else said


def _shared(answers: list[list[Message]]) -> list[Message]:
    """The messages with which all answers begin; something of each is left to be compared."""
    shared: list[Message] = []
    for messages in zip(*(said[:-1] for said in answers), strict=False):
        if any(message != messages[0] for message in messages):
            break
        shared.append(messages[0])
    return shared
