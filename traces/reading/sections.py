"""What a person reads of a trace or an item: sections in order, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from traces.messages import as_text
from traces.reading.budget import Budget
from traces.reading.parts import DATA_URL
from traces.reading.pieces import Piece, Side, pieces_of
from traces.reading.repeats import NO_REPEATS, Repeats
from traces.reading.steps import Steps, shown_steps
from traces.reading.tree import Node
from traces.reading.turns import ShownTurns, Text, shown_text, shown_turns

Kind = Literal["chat", "text", "value", "image", "tree"]


@dataclass(frozen=True)
class Section:
    """One piece under a title: by kind, `chat`, `text`, `node` or `image` is what to show.

    `side` tells where it is from. A string is a text, to be shown as markdown; a number, a boolean
    or null is a value, whose `text` is as JSON writes it. `image` is a data URL.
    """

    title: str
    kind: Kind
    side: Side
    chat: ShownTurns | None = None
    text: Text | None = None
    node: Node | None = None
    image: str = ""


@dataclass(frozen=True)
class Reading:
    """All of it. `steps`: the tree of the run's spans, if the snapshot has one.

    `is_cut`: some was left out; `shown` of `whole` characters are here, about.
    """

    sections: list[Section]
    steps: Steps | None = None
    is_cut: bool = False
    shown: int = 0
    whole: int = 0

    def __bool__(self) -> bool:
        return bool(self.sections)


def read_content(
    content: dict[str, Any],
    *,
    hidden: list[str] | None = None,
    repeats: Repeats | None = None,
) -> Reading:
    """A snapshot {"inputs", "outputs", "steps"}; a function of its arguments and nothing else.

    `hidden`: the queue's hidden extras; `repeats`: marks of what its items have in common.
    """
    inputs, outputs = content.get("inputs") or {}, content.get("outputs") or {}
    reading = read_sides(inputs, outputs, repeats=repeats or NO_REPEATS)
    steps = shown_steps(content, hide_model="model" in (hidden or []))
    return Reading(reading.sections, steps, reading.is_cut, reading.shown, reading.whole)


def read_sides(
    inputs: dict[str, Any], outputs: dict[str, Any], *, repeats: Repeats = NO_REPEATS
) -> Reading:
    """Inputs and outputs alone, with at most what a `Budget` allows."""
    budget, found = Budget(), []
    given = budget.characters
    for piece in pieces_of(inputs, outputs):
        if not budget.part():
            break
        found.append(_section(piece, budget, repeats))
    if not budget.cut:
        return Reading(found)
    whole = len(as_text([inputs, outputs]))
    return Reading(found, None, True, min(whole, given - budget.characters), whole)


def _section(piece: Piece, budget: Budget, repeats: Repeats) -> Section:
    title, side, value = piece.title, piece.side, piece.value
    if piece.turns:
        return Section(title, "chat", side, chat=shown_turns(piece.turns, budget, repeats))
    if isinstance(value, dict | list):
        return Section(title, "tree", side, node=budget.tree(value))
    if not isinstance(value, str):
        return Section(title, "value", side, text=shown_text(as_text(value), budget, NO_REPEATS))
    if DATA_URL.fullmatch(value) and budget.image(value):
        return Section(title, "image", side, image=value)
    marks = repeats if side == "inputs" else NO_REPEATS
    return Section(title, "text", side, text=shown_text(value, budget, marks))
