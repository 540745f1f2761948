"""A conversation as pages show it: view models, which hold nothing but what is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from traces.reading.conversation import Modality
from traces.reading.tree import Node

MEDIA_WORDS: dict[Modality, str] = {
    "image": "Picture", "audio": "Sound", "video": "Video", "document": "File",
}  # fmt: skip


@dataclass(frozen=True)
class ShownText:
    """A text as it is shown: `folded`, its beginning, behind a line of `word` and `summary`; then
    `text`; then `rest`, its end, which is folded because it is long. `mark` tells what may be
    folded from other texts. `length` is the whole's, in characters; `shown`: how many are here.
    """

    text: str
    length: int
    shown: int
    folded: str = ""
    word: str = ""
    mark: str = ""
    summary: str = ""
    rest: str = ""

    @property
    def is_cut(self) -> bool:
        return self.shown < self.length


@dataclass(frozen=True)
class ShownValue:
    """Text as it is, or JSON as a tree."""

    text: ShownText | None = None
    node: Node | None = None


@dataclass(frozen=True)
class ShownFold:
    """A text behind a line: reasoning, a thought, a summary in the place of earlier messages."""

    word: str
    text: ShownText
    is_open: bool = False


@dataclass(frozen=True)
class ShownMedia:
    """`url` is a data URL that a page may show, or ""; `address` is never loaded."""

    modality: Modality
    url: str = ""
    address: str = ""
    name: str = ""
    transcript: ShownText | None = None


@dataclass(frozen=True)
class ShownCall:
    """A tool call. `asked` and `given` are one line each of what went in and what came back.

    `failure` is the id on the page of one that has failed, else "".
    """

    name: str
    asked: str
    arguments: ShownValue
    given: str = ""
    result: ShownValue | None = None
    media: list[ShownMedia] = field(default_factory=list)
    is_server: bool = False
    failure: str = ""
    more: Node | None = None


ShownPart = ShownText | ShownFold | ShownCall | ShownMedia | Node


@dataclass
class ShownTurn:
    """One message; `number` counts from 1. `goes_on`: by the same speaker as the one before it.

    `is_long_system`: the whole message is folded. `more`: what its source says besides. `skipped`:
    how many messages before it are left out of a glimpse.
    """

    number: int
    role: str
    word: str
    name: str
    parts: list[ShownPart]
    more: Node | None = None
    goes_on: bool = False
    is_long_system: bool = False
    skipped: int = 0

    @property
    def text(self) -> ShownText | None:
        """Its first text."""
        return next((part for part in self.parts if isinstance(part, ShownText)), None)

    @property
    def calls(self) -> list[ShownCall]:
        return [part for part in self.parts if isinstance(part, ShownCall)]


@dataclass(frozen=True)
class ShownTurns:
    """The first turns, as many as may be shown, of `count`; `failed` of `calls` have failed, and
    have the ids "<anchor>-1" and so on. `more`: ids and settings of messages, by message.
    """

    turns: list[ShownTurn]
    count: int
    calls: int = 0
    failed: int = 0
    anchor: str = ""
    skipped: int = 0
    more: Node | None = None

    @property
    def left(self) -> int:
        """How many at the end are not here."""
        return self.count - self.skipped - len(self.turns)
