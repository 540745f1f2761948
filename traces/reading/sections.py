"""What a person reads of a trace or an item: sections in order, the same on every page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from traces.reading.budget import Budget
from traces.reading.dialects import BEFORE, NO_DIALECT
from traces.reading.dialects.media import SHOWN_IMAGE
from traces.reading.pieces import MORE, Dialects, Piece, Side, pieces_of
from traces.reading.repeats import NO_REPEATS, Repeats
from traces.reading.shown import ShownText, ShownTurns
from traces.reading.steps import Steps, shown_steps, without_model
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
    """All of it. `steps`: the tree of the run's spans, if the snapshot has one. `expected`: what a
    row of a dataset holds answers to. `parts`: the runs of a session, in place of sections.

    `is_cut`: some was left out; `shown` of `whole` characters are here, about. `erased_at`: when it
    was erased; then there is nothing else.
    """

    sections: list[Section]
    steps: Steps | None = None
    is_cut: bool = False
    shown: int = 0
    whole: int = 0
    expected: list[Section] = field(default_factory=list)
    parts: list[PartReading] = field(default_factory=list)
    parts_left: int = 0
    erased_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.sections or self.parts or self.erased_at)


@dataclass(frozen=True)
class PartReading:
    """One run of a session; `trace` is our id of it. `model` is "" where it is hidden, or the same
    in all of them.
    """

    trace: str
    title: str
    start: datetime | None
    model: str
    reading: Reading


def read_content(
    content: dict[str, Any],
    *,
    hidden: list[str] | None = None,
    repeats: Repeats | None = None,
    glimpse: bool = False,
) -> Reading:
    """A snapshot {"inputs", "outputs", "expected", "dialects", "steps"}, or of a session {"parts":
    [the same with "title" and "start"], "left"}, or {"erased_at"}; a function of its arguments and
    nothing else. One without "dialects" is from before there were any.

    `hidden`: the queue's hidden extras; `repeats`: marks of what its items have in common.
    `glimpse`: of many messages only the first and the last.
    """
    if erased := content.get("erased_at"):
        return Reading([], erased_at=datetime.fromisoformat(erased))
    marks, hide_model, budget = repeats or NO_REPEATS, "model" in (hidden or []), Budget()
    given = budget.characters
    if "parts" in content:
        found = _read_parts(content, hide_model, marks, budget, glimpse)
    else:
        found = _read_part(content, hide_model, marks, budget, glimpse)
    if not budget.cut:
        return found
    whole = sum(_length(part) for part in parts_of(content))
    return replace(found, is_cut=True, shown=min(whole, given - budget.characters), whole=whole)


def parts_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What a snapshot has of inputs and outputs, run by run."""
    parts: list[dict[str, Any]] = content.get("parts", [content])
    return parts


def _read_parts(
    content: dict[str, Any], hide_model: bool, marks: Repeats, budget: Budget, glimpse: bool
) -> Reading:
    """As many runs as may be shown."""
    found: list[PartReading] = []
    shown = without_model(content) if hide_model else content
    names_models = "model" not in shown
    for part in shown["parts"]:
        if budget.cut:
            break
        start = datetime.fromisoformat(part["start"]) if part.get("start") else None
        model = part.get("model", "") if names_models else ""
        reading = _read_part(part, hide_model, marks, budget, glimpse)
        found.append(PartReading(part["trace"], part["title"], start, model, reading))
    return Reading([], parts=found, parts_left=content.get("left", 0))


def _read_part(
    part: dict[str, Any], hide_model: bool, marks: Repeats, budget: Budget, glimpse: bool
) -> Reading:
    pieces = pieces_of(part.get("inputs") or {}, part.get("outputs") or {}, dialects_kept(part))
    sections = _sections(pieces, budget, marks, glimpse)
    expected: list[Section] = []
    if part.get("expected"):
        kept = {"outputs": part["dialects"]["expected"], "inputs": NO_DIALECT}
        held = pieces_of({}, part["expected"], Dialects.from_json(kept))
        expected = _sections(held, budget, NO_REPEATS, glimpse)
    return Reading(sections, shown_steps(part, hide_model=hide_model), expected=expected)


def _length(part: dict[str, Any]) -> int:
    return len(as_text([part.get(side) or {} for side in ("inputs", "outputs", "expected")]))


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
    budget = Budget()
    given = budget.characters
    found = _sections(pieces_of(inputs, outputs, dialects), budget, repeats, glimpse)
    if not budget.cut:
        return Reading(found)
    whole = len(as_text([inputs, outputs]))
    return Reading(found, None, True, min(whole, given - budget.characters), whole)


def _sections(
    pieces: list[Piece], budget: Budget, repeats: Repeats, glimpse: bool
) -> list[Section]:
    found = []
    for piece in _gathered(pieces):
        if not budget.part():
            break
        found.append(_section(piece, budget, repeats, glimpse))
    return found


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
