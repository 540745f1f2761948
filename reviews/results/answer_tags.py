"""What several people answered to one field, in as few words as a list has room for. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fields.describing import show_value
from fields.models import Field
from traces.titles import shortened

from .consensus import majority
from .differences import is_comparable

LONGEST = 60  # characters of an answer
LONGEST_NAME = 40
MOST_NAMED = 12  # people whose answers are told on hover


@dataclass(frozen=True)
class Given:
    """`value`: what `who` answered; `field` is None of what no field judged."""

    who: str
    field: Field | None
    value: Any
    is_final: bool = False

    @property
    def words(self) -> str:
        if self.field is not None:
            return show_value(self.field.kind, self.field.settings, self.value)
        return self.value if isinstance(self.value, str) else json.dumps(self.value)

    @property
    def key(self) -> str:
        return json.dumps(self.value, sort_keys=True)

    @property
    def is_comparable(self) -> bool:
        return self.field is None or is_comparable(self.field)


@dataclass(frozen=True)
class Tag:
    """`text`: the final value, what all answered, or what most did, cut; "" where there is none of
    these. `share`: "2 of 3", "2 differ", "2 texts", "final", or "". `told`: who answered what.
    """

    name: str
    text: str
    share: str
    told: str

    @property
    def differs(self) -> bool:
        return self.share.endswith("differ")


def tag_of(name: str, given: Sequence[Given]) -> Tag:
    """`given`: at least one answer."""
    final = [one for one in given if one.is_final]
    answers = final or list(given)
    text, share = _agreed(answers)
    if final:
        share = "final" if text else share
    return Tag(shortened(name, LONGEST_NAME), text, share, _told(given))


def _agreed(answers: Sequence[Given]) -> tuple[str, str]:
    keys = [one.key for one in answers]
    most = majority(keys)
    agreed = next((one for one in answers if one.key == most), None)
    count = len(answers)
    if agreed is None or (len(set(keys)) > 1 and not agreed.is_comparable):
        return "", f"{count} {'differ' if answers[0].is_comparable else 'texts'}"
    text = shortened(agreed.words.strip(), LONGEST) or "Empty text"
    alike = keys.count(agreed.key)
    return text, "" if alike == count else f"{alike} of {count}"


def _told(given: Sequence[Given]) -> str:
    """A line each: of whom, and what."""
    lines = [
        f"{one.who}{' (final value)' if one.is_final else ''}: {shortened(one.words, LONGEST)}"
        for one in given[:MOST_NAMED]
    ]
    more = len(given) - MOST_NAMED
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])
