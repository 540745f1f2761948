"""How a trace or an item is called: by the first line that its user said, beside its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 100  # characters of a title; lists show what fits
LONG_WORD = 24
MOST_LOOKED_AT = 200  # lines among which a repeated one is looked for
_JSON = ("{", "[")


@dataclass(frozen=True)
class Heading:
    """`title` leads, `small` is the line below it in lists: the name, or what the name leads over.

    `name`: for a page that shows the text itself, "" where it is the title already.
    """

    title: str
    small: str = ""
    name: str = ""

    def __str__(self) -> str:
        return self.title


def heading_of(name: str, line: str, *, repeated: str = "") -> Heading:
    """`line`: as `preview_of` gives it. `repeated`: the line that many of them begin with, which
    tells none of them apart: there the name leads, as it does over an empty line and over JSON.
    """
    if name and (not line or line.startswith(_JSON) or line == repeated):
        return Heading(shortened(name), line or "empty")
    if line == name:
        return Heading(shortened(line) or "Untitled")
    return Heading(shortened(line), name, name)


def repeated_line(lines: Iterable[str]) -> str:
    """The line that at least half of them, and more than one, have in common; "" for none."""
    counted = Counter(lines)
    for line, times in counted.most_common(1):
        if line and times > 1 and 2 * times >= counted.total():
            return line
    return ""


def shortened(text: str, limit: int = LONGEST) -> str:
    """At most `limit` characters, cut before the word that does not fit, or within a long one."""
    if len(text) <= limit:
        return text
    line = text[: limit - 1]
    words = line if text[limit - 1] == " " else line[: line.rfind(" ") + 1]
    fits = words and len(line) - len(words) <= LONG_WORD
    return (words if fits else line).rstrip() + "…"
