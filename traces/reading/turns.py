"""Turns of a conversation as they are shown: what is folded, under which line, and what is cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from traces.reading.budget import Budget
from traces.reading.chat import ToolCall, Turn
from traces.reading.repeats import NO_REPEATS, Repeats, fold_of, may_fold
from traces.reading.tree import Node, peek

LONG_SYSTEM = 400  # characters of a system message from which on it is folded
_SUMMARY = 120
_PEEK = 160
_WORDS = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}


@dataclass(frozen=True)
class Text:
    """A text as it is shown: `folded`, its beginning, behind a line of `word` and `summary`; then
    `text`. `length` is the whole's, in characters; `shown`: how many of them are here.
    """

    text: str
    length: int
    shown: int
    folded: str = ""
    word: str = ""
    mark: str = ""
    summary: str = ""

    @property
    def is_cut(self) -> bool:
        return self.shown < self.length


@dataclass(frozen=True)
class ShownValue:
    """Text as it is, or JSON as a tree."""

    text: Text | None = None
    node: Node | None = None


@dataclass(frozen=True)
class ShownCall:
    """A tool call. `asked` and `given` are one line each of what went in and what came back."""

    name: str
    asked: str
    arguments: ShownValue
    given: str = ""
    result: ShownValue | None = None
    is_error: bool = False


@dataclass
class ShownTurn:
    """One message; `number` counts from 1. `goes_on`: by the same speaker as the one before it.

    `is_long_system`: the whole message is folded.
    """

    number: int
    role: str
    word: str
    name: str
    text: Text | None
    calls: list[ShownCall] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    goes_on: bool = False
    is_long_system: bool = False


@dataclass(frozen=True)
class ShownTurns:
    """The first turns, as many as may be shown, of `count`."""

    turns: list[ShownTurn]
    count: int

    @property
    def left(self) -> int:
        return self.count - len(self.turns)


def shown_turns(turns: list[Turn], budget: Budget, repeats: Repeats) -> ShownTurns:
    shown: list[ShownTurn] = []
    for number, turn in enumerate(turns, 1):
        if not budget.part():
            break
        shown.append(_shown(number, turn, budget, repeats))
        shown[-1].goes_on = number > 1 and _goes_on(turns[number - 2], turn)
    return ShownTurns(shown, len(turns))


def shown_text(text: str, budget: Budget, repeats: Repeats, *, whole_only: bool = False) -> Text:
    """A text, its repeated beginning folded."""
    shown = budget.text(text)
    fold = fold_of(text, repeats, whole_only=whole_only)
    if fold is None or fold.length > len(shown):
        return Text(shown, len(text), len(shown), summary=_summary(text))
    return Text(
        text=shown[fold.length :],
        length=len(text),
        shown=len(shown),
        folded=shown[: fold.length],
        word=fold.word,
        mark=fold.mark,
        summary=_summary(text),
    )


def shown_value(value: Any, budget: Budget) -> ShownValue:
    if isinstance(value, str):
        return ShownValue(text=shown_text(value, budget, NO_REPEATS))
    return ShownValue(node=budget.tree(value))


def _shown(number: int, turn: Turn, budget: Budget, repeats: Repeats) -> ShownTurn:
    is_system = turn.role == "system"
    marks = repeats if may_fold(turn.role) else NO_REPEATS
    text = shown_text(turn.text, budget, marks, whole_only=is_system) if turn.text else None
    return ShownTurn(
        number=number,
        role=turn.role,
        word=_WORDS.get(turn.role) or turn.name[:1].upper() + turn.name[1:] or "Other",
        name="" if turn.role == "other" else turn.name,
        text=text,
        calls=[_call(call, budget) for call in turn.tool_calls if budget.part()],
        images=[image for image in turn.images if budget.image(image)],
        nodes=[budget.tree(part) for part in turn.other_parts if budget.part()],
        is_long_system=is_system and text is not None and _is_long(text),
    )


def _is_long(text: Text) -> bool:
    return text.length > LONG_SYSTEM or bool(text.folded)


def _call(call: ToolCall, budget: Budget) -> ShownCall:
    has_result = not call.result_missing
    return ShownCall(
        name=call.name,
        asked=peek(call.arguments, _PEEK) if call.arguments is not None else "",
        arguments=shown_value(call.arguments, budget),
        given=peek(call.result, _PEEK) if has_result else "",
        result=shown_value(call.result, budget) if has_result else None,
        is_error=call.is_error,
    )


def _goes_on(before: Turn, turn: Turn) -> bool:
    """Steps of one answer: the assistant calls, reads the result, and goes on."""
    return turn.role == before.role == "assistant" and bool(before.tool_calls)


def _summary(text: str) -> str:
    """The text's first line that says something, without the marks of a heading."""
    lines = (line.strip().lstrip("#>*- ").strip() for line in text[: 4 * _SUMMARY].splitlines())
    line = next(filter(None, lines), "")
    return line if len(line) <= _SUMMARY else line[: _SUMMARY - 1].rstrip() + "…"
