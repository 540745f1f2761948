"""The guidelines beside the items: whether they changed since they were read, and what changed."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from difflib import SequenceMatcher

from ..access import Belonging
from ..models import GuidelinesVersion, Queue

MOST_LINES = 400  # of a text that is compared: the work grows with the square of it
MOST_WORDS = 400  # of a line that is compared word by word
ALIKE = 0.4  # from here on two lines are one that was changed
MOST_VERSIONS = 20


@dataclass(frozen=True)
class Change:
    """A line that is new, gone or changed: (`kept`, `new` or `gone`, words) one after another."""

    kind: str
    parts: list[tuple[str, str]]


@dataclass(frozen=True)
class Rail:
    """What the workspace shows of the guidelines: `read` ever, `changed` since then.

    `changes` None: too much to tell line by line.
    """

    is_open: bool = False
    read: bool = False
    changed: bool = False
    changes: list[Change] | None = field(default_factory=list)


@dataclass(frozen=True)
class Revision:
    """One change of the guidelines, and when it was made."""

    at: datetime
    changes: list[Change] | None


def rail_of(queue: Queue, member: Belonging) -> Rail:
    """What the member sees of the guidelines.

    One statement where the guidelines have changed since they were read, else none.
    """
    read_at, is_open = member.guidelines_read_at, member.guidelines_open
    if read_at is None or queue.guidelines_changed_at <= read_at:
        return Rail(is_open, read_at is not None)
    was = queue.earlier_guidelines.filter(replaced_at__gt=read_at).first()
    changes = changes_between(was.text, queue.guidelines) if was else []
    return Rail(is_open, True, True, changes)


def revisions_of(queue: Queue) -> list[Revision]:
    """The latest 20 changes, newest first: one statement."""
    kept = queue.earlier_guidelines.order_by("-replaced_at")[:MOST_VERSIONS]
    found, now = [], queue.guidelines
    for version in kept:
        found.append(_revision(version, now))
        now = version.text
    return found


def _revision(version: GuidelinesVersion, now: str) -> Revision:
    return Revision(version.replaced_at, changes_between(version.text, now))


def changes_between(before: str, after: str) -> list[Change] | None:
    """The lines that differ, in order; None where the texts are too long to compare by lines."""
    old, new = _lines(before), _lines(after)
    if len(old) > MOST_LINES or len(new) > MOST_LINES:
        return None
    changes: list[Change] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            changes += _replaced(old[i:j], new[k:m])
    return changes


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _replaced(old: list[str], new: list[str]) -> list[Change]:
    """Lines one to one as far as they are alike, the rest as gone and new."""
    changes = []
    for one, other in zip(old, new, strict=False):
        changes += _line(one, other)
    changes += [Change("gone", [("gone", line)]) for line in old[len(new) :]]
    return changes + [Change("new", [("new", line)]) for line in new[len(old) :]]


def _line(old: str, new: str) -> list[Change]:
    a, b = _words(old), _words(new)
    short = len(a) <= MOST_WORDS and len(b) <= MOST_WORDS
    matcher = SequenceMatcher(None, a, b, autojunk=False) if short else None
    if matcher is None or matcher.ratio() < ALIKE:
        return [Change("gone", [("gone", old)]), Change("new", [("new", new)])]
    parts = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            parts.append(("kept", "".join(a[i:j])))
            continue
        parts += [("gone", "".join(a[i:j]))] if j > i else []
        parts += [("new", "".join(b[k:m]))] if m > k else []
    return [Change("changed", parts)]


def _words(line: str) -> list[str]:
    """Words and the spaces between them, so that joining gives the line again."""
    return re.findall(r"\s+|\w+|[^\w\s]", line)
