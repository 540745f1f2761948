"""What a table of a dialect is made of."""

from dataclasses import dataclass, field
from typing import Any

from traces.reading.conversation import Message, Text


@dataclass(frozen=True)
class Case:
    """One object, as one side of a trace, and what it must read as.

    `also`: names of other dialects that it fits as well, where it is ambiguous. `left`: what is
    not of the conversation.
    """

    name: str
    side: dict[str, Any]
    messages: list[Message]
    left: dict[str, Any] = field(default_factory=dict)
    rivals: dict[str, list[Message]] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


PNG = "data:image/png;base64,iVBORw0KGgo="


def user(text: str) -> Message:
    return Message("user", [Text(text)])


def assistant(text: str) -> Message:
    return Message("assistant", [Text(text)])
