"""Parts that say the same in most items of a queue, so that they can be folded.

A part is a system or user message, or a text among the inputs, as a whole; or what comes before
some blank line in it, where a long preamble is followed by what differs. What is to be judged, the
assistant's messages and the outputs, is never one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from traces.reading.conversation import Text
from traces.reading.pieces import Dialects, Piece, pieces_of

SHORTEST = 280  # characters that are worth folding
MOST_BORDERS = 40  # places in one text where a preamble may end
MOST_OF_ITEM = 120
_BORDER = re.compile(r"\n[ \t]*\n\s*")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_FOLDED_ROLES = ("system", "user")


@dataclass(frozen=True)
class Repeats:
    """Marks of a queue's parts: said in `every` one of its items, or in `most`."""

    every: frozenset[str] = field(default_factory=frozenset)
    most: frozenset[str] = field(default_factory=frozenset)

    def word(self, mark: str) -> str:
        """The line for a part with this mark, "" for one that is not folded."""
        if mark in self.every:
            return "Same as in the other items"
        return "Same as in most other items" if mark in self.most else ""

    def __bool__(self) -> bool:
        return bool(self.every or self.most)


@dataclass(frozen=True)
class Fold:
    """How much of a text's beginning is folded, under which words; `mark` tells it from others."""

    length: int
    word: str
    mark: str


NO_REPEATS = Repeats()


def part_marks(
    inputs: dict[str, Any], outputs: dict[str, Any], dialects: Dialects | None = None
) -> dict[str, int]:
    """The parts of one item: mark to length in characters."""
    found: dict[str, int] = {}
    for text, whole_only in _texts(pieces_of(inputs, outputs, dialects)):
        for length, mark in _beginnings(text, whole_only):
            found[mark] = length
        if len(found) >= MOST_OF_ITEM:
            break
    return dict(list(found.items())[:MOST_OF_ITEM])


def fold_of(text: str, repeats: Repeats, *, whole_only: bool = False) -> Fold | None:
    """The longest beginning of the text that repeats, or None."""
    if not repeats:
        return None
    for length, mark in reversed(list(_beginnings(text, whole_only))):
        if word := repeats.word(mark):
            return Fold(length, word, mark)
    return None


def mark_of(text: str) -> str:
    """What tells a system message from others, though a date or a name in it differs: its longest
    paragraph. "" for a text that is too short to be folded.
    """
    if len(text) < SHORTEST:
        return ""
    longest = max(text.split("\n\n"), key=len)
    return sha256(longest.strip().encode(errors="replace")).hexdigest()[:32]


def border_after(text: str, at: int) -> int:
    """Where the first paragraph behind `at` begins, outside of code blocks; else the end."""
    fences, seen = 0, 0
    for border in _BORDER.finditer(text):
        fences += len(_FENCE.findall(text, seen, border.end()))
        seen = border.end()
        if fences % 2 == 0 and border.end() >= at:
            return border.end()
    return len(text)


def may_fold(role: str) -> bool:
    return role in _FOLDED_ROLES


def _texts(pieces: list[Piece]) -> Iterator[tuple[str, bool]]:
    for piece in pieces:
        if piece.side == "inputs" and isinstance(piece.value, str):
            yield piece.value, False
        for turn in piece.turns:
            if may_fold(turn.role):
                texts = (part.text for part in turn.parts if isinstance(part, Text))
                yield from ((text, turn.role == "system") for text in texts)


def _beginnings(text: str, whole_only: bool) -> Iterator[tuple[int, str]]:
    """Lengths of the beginnings that may repeat, the shortest first, each with its mark."""
    if len(text) < SHORTEST:
        return
    hash, at = sha256(), 0
    for end in [*([] if whole_only else _borders(text)), len(text)]:
        hash.update(text[at:end].encode(errors="replace"))
        at = end
        yield end, hash.copy().hexdigest()[:32]


def _borders(text: str) -> Iterator[int]:
    """Where a new paragraph begins, outside of code blocks."""
    fences, seen, found = 0, 0, 0
    for border in _BORDER.finditer(text):
        if found >= MOST_BORDERS:
            return
        fences += len(_FENCE.findall(text, seen, border.end()))
        seen = border.end()
        if fences % 2 == 0 and SHORTEST <= border.end() < len(text):
            found += 1
            yield border.end()
