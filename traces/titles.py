"""How a trace or an item is called: by the first line that its user said, beside its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 120  # characters of a title; lists show what fits
MOST_LOOKED_AT = 200  # lines among which a repeated one is looked for
_JSON = ("{", "[")


@dataclass(frozen=True)
class Heading:
    """`title` leads; beside it, smaller, the `name`, or the `line` where the name leads."""

    title: str
    name: str = ""
    line: str = ""

    def __str__(self) -> str:
        return self.title

    @property
    def small(self) -> str:
        return self.name or self.line


def heading_of(name: str, line: str, *, repeated: str = "") -> Heading:
    """`line`: as `preview_of` gives it. `repeated`: the line that many of them begin with, which
    tells none of them apart: there the name leads, as it does over an empty line and over JSON.
    """
    if not name:
        return Heading(shortened(line) or "Untitled")
    if not line or line.startswith(_JSON) or line == repeated:
        return Heading(shortened(name), line=line)
    return Heading(shortened(line), name="" if line == name else name)


def repeated_line(lines: Iterable[str]) -> str:
    """The line that at least half of them, and more than one, have in common; "" for none."""
    counted = Counter(lines)
    for line, times in counted.most_common(1):
        if line and times > 1 and 2 * times >= counted.total():
            return line
    return ""


def shortened(text: str, limit: int = LONGEST) -> str:
    """At most `limit` characters, cut between words unless that would drop much of the text."""
    if len(text) <= limit:
        return text
    line = text[: limit - 1]
    words = line[: line.rfind(" ") + 1] if text[limit - 1] != " " else line
    return (words if 2 * len(words) > limit else line).rstrip() + "…"
