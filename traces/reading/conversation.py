"""A conversation in the words of OpenTelemetry's GenAI conventions: what every dialect becomes.

Beyond the dialects, the product knows these classes alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool", "other"]
Modality = Literal["image", "audio", "video", "document"]


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Reasoning:
    """What a model thought before it answered."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """`id` and `name` are "" where the source has none. `is_server`: the model's host ran it."""

    id: str
    name: str
    arguments: Any
    is_server: bool = False


@dataclass(frozen=True)
class ToolResponse:
    """What a tool gave back: JSON, or text that is none; and the pictures and files beside it.

    `is_error`: the source says that the call failed.
    """

    call_id: str
    name: str
    response: Any
    attachments: tuple[Blob | Uri | File, ...] = ()
    is_error: bool = False


@dataclass(frozen=True)
class Blob:
    """Content within the message, as a data URL; a sound may have a transcript."""

    modality: Modality
    data_url: str
    name: str = ""
    transcript: str = ""


@dataclass(frozen=True)
class Uri:
    """Content at an address, which is never loaded."""

    modality: Modality
    uri: str
    name: str = ""


@dataclass(frozen=True)
class File:
    """Content that the model's host keeps under an id."""

    file_id: str
    name: str = ""
    modality: Modality = "document"


@dataclass(frozen=True)
class Compaction:
    """A summary in the place of earlier messages."""

    text: str


@dataclass(frozen=True)
class Unknown:
    """JSON that no dialect knows; it is shown as a tree."""

    value: Any


Part = Text | Reasoning | ToolCall | ToolResponse | Blob | Uri | File | Compaction | Unknown


@dataclass(frozen=True)
class Message:
    """`name`: the speaker's, or for role "other" what the source calls it; "" for none.

    `more`: what the source says besides, by key.
    """

    role: Role
    parts: list[Part]
    name: str = ""
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """What a dialect reads from one object.

    `rivals`: answers that are compared, each under a title; mostly there are none.
    `left`: what the object says besides, by key.
    """

    messages: list[Message]
    rivals: dict[str, list[Message]] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
