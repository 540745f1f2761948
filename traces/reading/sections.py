"""What a person reads of a trace or an item: sections in order, the same on every page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from traces.reading.budget import Budget
from traces.reading.dialects import BEFORE
from traces.reading.dialects.media import SHOWN_IMAGE
from traces.reading.pieces import MORE, Dialects, Piece, Side, pieces_of
from traces.reading.repeats import NO_REPEATS, Repeats
from traces.reading.shown import ShownText, ShownTurns
from traces.reading.steps import Steps, shown_steps
from traces.reading.tree import Node
from traces.reading.turns import shown_text, shown_turns

Kind = Literal["chat", "rivals", "text", "value", "image", "tree", "more"]

_BEFORE = Dialects(BEFORE, BEFORE)


@dataclass(frozen=True)
class Section:
    """One piece under a title. By kind `chat`, `rivals`, `text`, `node` or `image` is shown.

    `side` tells where it is from. A string is a text, to be shown as markdown; a number, a boolean
    or null is a value, whose `text` is as JSON writes it. `image` is a data URL. `rivals` are
    answers to be compared, by title. "more" is a tree of ids, counts and settings, to be folded.
    """

    title: str
    kind: Kind
    side: Side
    chat: ShownTurns | None = None
    rivals: dict[str, ShownTurns] = field(default_factory=dict)
    text: ShownText | None = None
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
    glimpse: bool = False,
) -> Reading:
    """A snapshot {"inputs", "outputs", "dialects", "steps"}; a function of its arguments and
    nothing else. One without "dialects" is from before there were any.

    `hidden`: the queue's hidden extras; `repeats`: marks of what its items have in common.
    `glimpse`: of many messages only the first and the last.
    """
    inputs, outputs = content.get("inputs") or {}, content.get("outputs") or {}
    dialects = dialects_kept(content)
    reading = read_sides(
        inputs, outputs, repeats=repeats or NO_REPEATS, dialects=dialects, glimpse=glimpse
    )
    steps = shown_steps(content, hide_model="model" in (hidden or []))
    return Reading(reading.sections, steps, reading.is_cut, reading.shown, reading.whole)


def as_text(value: Any) -> str:
    """Any JSON value as text: strings as they are, everything else as JSON is written."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def dialects_kept(content: dict[str, Any]) -> Dialects:
    """Those with which a snapshot was frozen."""
    kept = content.get("dialects")
    return Dialects.from_json(kept) if kept else _BEFORE


def read_sides(
    inputs: dict[str, Any],
    outputs: dict[str, Any],
    *,
    repeats: Repeats = NO_REPEATS,
    dialects: Dialects | None = None,
    glimpse: bool = False,
) -> Reading:
    """Inputs and outputs alone, with at most what a `Budget` allows. Without `dialects` they are
    detected.
    """
    budget, found = Budget(), []
    given = budget.characters
    for piece in _gathered(pieces_of(inputs, outputs, dialects)):
        if not budget.part():
            break
        found.append(_section(piece, budget, repeats, glimpse))
    if not budget.cut:
        return Reading(found)
    whole = len(as_text([inputs, outputs]))
    return Reading(found, None, True, min(whole, given - budget.characters), whole)


def _gathered(pieces: list[Piece]) -> list[Piece]:
    """What is only more as one piece, unless there is nothing else."""
    first = [piece for piece in pieces if not piece.is_more]
    more = [piece for piece in pieces if piece.is_more]
    if not first or not more:
        return pieces
    sides = {piece.side for piece in more}
    values: dict[str, Any] = {}
    for piece in more:
        title = piece.title if len(sides) == 1 else f"{piece.title} ({piece.side[:-1]})"
        values[title if title not in values else f"{title} {len(values)}"] = piece.value
    side = more[0].side if len(sides) == 1 else "both"
    return [*first, Piece(MORE, side, values, is_more=True)]


def _section(piece: Piece, budget: Budget, repeats: Repeats, glimpse: bool) -> Section:
    title, side, value = piece.title, piece.side, piece.value
    if piece.turns:
        chat = shown_turns(piece.turns, budget, repeats, glimpse=glimpse)
        return Section(title, "chat", side, chat=chat)
    if piece.rivals:
        rivals = {
            key: shown_turns(turns, budget, NO_REPEATS) for key, turns in piece.rivals.items()
        }
        return Section(title, "rivals", side, rivals=rivals)
    if isinstance(value, dict | list):
        kind: Kind = "more" if piece.title == MORE and piece.is_more else "tree"
        return Section(title, kind, side, node=budget.tree(value))
    if not isinstance(value, str):
        return Section(title, "value", side, text=shown_text(as_text(value), budget, NO_REPEATS))
    if SHOWN_IMAGE.fullmatch(value) and budget.image(value):
        return Section(title, "image", side, image=value)
    marks = repeats if side == "inputs" else NO_REPEATS
    return Section(title, "text", side, text=shown_text(value, budget, marks))
