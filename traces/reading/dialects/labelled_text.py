"""A conversation in one text, whose paragraphs begin with "Human:" and "Assistant:"."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from traces.reading.conversation import Conversation, Message, Role, Text

from .base import MOST_KEYS, Dialect, Payload, Sureness

_KEYS = ("prompt", "chosen", "rejected", "text", "transcript", "conversation")
_FIRST = re.compile(r"(Human|User|H):")
_Start = tuple[int, Role]
_ANSWERERS = {"Human": "Assistant", "User": "Assistant", "H": "A"}


class LabelledText(Dialect):
    name, label = "labelled_text", "Text with speakers"

    def fits(self, payload: Payload) -> Sureness:
        key = _key_of(payload)
        if key is None:
            return Sureness.NO
        return Sureness.CERTAIN if key in _KEYS else Sureness.POSSIBLE

    def read(self, payload: Payload) -> Conversation:
        key = _key_of(payload)
        left = {name: value for name, value in payload.items() if name != key}
        return Conversation(messages_in(payload.get(key or "")), {}, left)


def messages_in(text: Any) -> list[Message]:
    """The messages in a text that begins with the user's label and has the assistant's, too; none
    in another. What follows a last label may be empty: there an answer is to come.
    """
    if not isinstance(text, str) or not (first := _FIRST.match(text.lstrip())):
        return []
    asker, answerer = first[1], _ANSWERERS[first[1]]
    if f"{answerer}:" not in text:
        return []
    roles: dict[str, Role] = {asker: "user", answerer: "assistant"}
    lines = text.lstrip().split("\n")
    apart = _starts(lines, roles, after_blank=True)
    starts = apart if len(apart) > 1 or asker == "H" else _starts(lines, roles, after_blank=False)
    if {role for _, role in starts} != {"user", "assistant"}:
        return []
    ends = [at for at, _ in starts[1:]] + [len(lines)]
    found = [
        Message(role, [Text("\n".join(lines[at:end]).lstrip().partition(":")[2].strip())])
        for (at, role), end in zip(starts, ends, strict=True)
    ]
    return found[:-1] if found[-1] == Message("assistant", [Text("")]) else found


def _starts(lines: list[str], roles: dict[str, Role], *, after_blank: bool) -> list[_Start]:
    """The lines that begin with a label: at the start of paragraphs alone, if so asked."""
    found = []
    for at, line in enumerate(lines):
        label, colon, _ = line.lstrip().partition(":")
        if colon and label in roles and not (after_blank and at and lines[at - 1].strip()):
            found.append((at, roles[label]))
    return found


def _key_of(payload: Payload) -> str | None:
    """A key whose name says so first."""
    named = [key for key in _KEYS if key in payload]
    keys = dict.fromkeys([*named, *islice(payload, MOST_KEYS)])
    return next((key for key in keys if messages_in(payload[key])), None)
