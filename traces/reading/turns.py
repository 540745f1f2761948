"""Turns of a conversation as they are shown: what is folded, under which line, and what is cut."""

from __future__ import annotations

from typing import Any

from traces.reading.budget import Budget
from traces.reading.conversation import (
    Blob,
    Compaction,
    File,
    Reasoning,
    Text,
    ToolResponse,
    Unknown,
    Uri,
)
from traces.reading.dialects.media import SHOWN_AUDIO, SHOWN_IMAGE
from traces.reading.failures import has_failed
from traces.reading.joining import Call, Turn, TurnPart
from traces.reading.one_line import one_line
from traces.reading.repeats import (
    NO_REPEATS,
    Repeats,
    border_after,
    fold_of,
    mark_of,
    may_fold,
)
from traces.reading.shown import (
    MEDIA_WORDS,
    ShownCall,
    ShownFold,
    ShownMedia,
    ShownPart,
    ShownText,
    ShownTurn,
    ShownTurns,
    ShownValue,
)
from traces.reading.technical import is_technical
from traces.reading.tree import Node

LONG_SYSTEM = 400  # characters of a system message from which on it is folded
LONG = 12_000  # characters of any other text from which on its end is folded
LONG_BEGINNING = 4_000
GLIMPSE_FIRST, GLIMPSE_LAST = 6, 2
_SUMMARY = 120
_EMPTY = Text("")
_LINE = 160
_WORDS = {"system": "System", "user": "User", "assistant": "Assistant", "tool": "Tool"}
_THINKING = ("think", "thought", "thinking", "reflect", "reason")
_THOUGHTS = ("thought", "thoughts", "thinking", "reasoning", "reflection")


def shown_turns(
    turns: list[Turn], budget: Budget, repeats: Repeats, *, glimpse: bool = False
) -> ShownTurns:
    """`glimpse`: of many only the first and the last."""
    showing = _Showing(budget, repeats, f"failed-{budget.parts}")
    shown: list[ShownTurn] = []
    chosen = list(enumerate(turns, 1))
    skipped = len(turns) - GLIMPSE_FIRST - GLIMPSE_LAST
    if not glimpse or skipped <= 1:  # the line would take the place of the one message
        skipped = 0
    else:
        chosen = [*chosen[:GLIMPSE_FIRST], *chosen[-GLIMPSE_LAST:]]
    for number, turn in chosen:
        if not budget.part():
            break
        shown.append(showing.turn(number, turn))
        shown[-1].goes_on = number > 1 and _goes_on(turns[number - 2], turn)
    if len(shown) > GLIMPSE_FIRST and skipped:
        shown[GLIMPSE_FIRST].skipped, shown[GLIMPSE_FIRST].goes_on = skipped, False
    more = budget.tree(showing.besides) if showing.besides else None
    return ShownTurns(
        shown, len(turns), showing.calls, showing.failed, showing.anchor, skipped, more
    )


def shown_text(
    text: str, budget: Budget, repeats: Repeats, *, whole_only: bool = False
) -> ShownText:
    """A text, its repeated beginning folded, or the end of a very long one."""
    shown, summary = budget.text(text), _summary(text)
    fold = fold_of(text, repeats, whole_only=whole_only)
    if fold is not None and fold.length <= len(shown):
        beginning, end = shown[: fold.length], shown[fold.length :]
        return ShownText(
            end, len(text), len(shown), beginning, fold.word, fold.mark, summary=summary
        )
    cut = border_after(shown, LONG_BEGINNING) if len(shown) > LONG else len(shown)
    mark = mark_of(text) if whole_only else ""
    return ShownText(
        shown[:cut], len(text), len(shown), mark=mark, summary=summary, rest=shown[cut:]
    )


def shown_value(value: Any, budget: Budget) -> ShownValue:
    if isinstance(value, str):
        shown = budget.text(value)
        return ShownValue(text=ShownText(shown, len(value), len(shown)))
    return ShownValue(node=budget.tree(value))


class _Showing:
    def __init__(self, budget: Budget, repeats: Repeats, anchor: str) -> None:
        self.budget, self.repeats, self.anchor = budget, repeats, anchor
        self.calls = self.failed = 0
        self.besides: dict[str, Any] = {}  # ids and the like, by message

    def turn(self, number: int, turn: Turn) -> ShownTurn:
        marks = self.repeats if may_fold(turn.role) else NO_REPEATS
        said = [part for part in turn.parts if part != _EMPTY] or turn.parts
        self.number = number
        parts = [shown for part in said for shown in self._part(part, turn.role, marks)]
        shown = ShownTurn(
            number=number,
            role=turn.role,
            word=_WORDS.get(turn.role) or turn.name[:1].upper() + turn.name[1:] or "Other",
            name="" if turn.role == "other" else turn.name,
            parts=parts,
            more=self._more(turn.more, f"Message {number}"),
        )
        shown.is_long_system = turn.role == "system" and _is_long(shown.text)
        return shown

    def _part(self, part: TurnPart, role: str, marks: Repeats) -> list[ShownPart]:
        """As the one part it is shown as; none where no more may be shown."""
        if isinstance(part, Text):
            return [shown_text(part.text, self.budget, marks, whole_only=role == "system")]
        if not self.budget.part():
            return []
        if isinstance(part, Call):
            return [self._call(part)]
        if isinstance(part, Reasoning):
            return [self._fold("Reasoning", part.text)]
        if isinstance(part, Compaction):
            return [self._fold("Summary of earlier messages", part.text)]
        if isinstance(part, Unknown):
            return [self.budget.tree(part.value)]
        return [self._media(part)]

    def _call(self, call: Call) -> ShownFold | ShownCall:
        if thought := _thought(call):
            return self._fold("Thought", thought, is_open=True)
        given, asked = call.given, call.asked.arguments
        self.calls += 1
        failed = given is not None and has_failed(given)
        self.failed += failed
        return ShownCall(
            name=call.asked.name or (given.name if given else ""),
            asked=one_line(asked, _LINE) if asked is not None else "",
            arguments=shown_value(asked, self.budget),
            given=_given(given) if given else "",
            result=shown_value(given.response, self.budget) if given else None,
            media=[self._media(one) for one in given.attachments] if given else [],
            is_server=call.asked.is_server,
            failure=f"{self.anchor}-{self.failed}" if failed else "",
            more=self._more(call.more, f"Message {self.number}, {call.asked.name}"),
        )

    def _media(self, part: Blob | Uri | File) -> ShownMedia:
        if isinstance(part, Uri):
            return ShownMedia(part.modality, address=part.uri, name=part.name)
        if isinstance(part, File):
            return ShownMedia(part.modality, name=part.name or part.file_id)
        rule = {"image": SHOWN_IMAGE, "audio": SHOWN_AUDIO}.get(part.modality)
        may_show = rule is not None and rule.fullmatch(part.data_url)
        url = part.data_url if may_show and self.budget.image(part.data_url) else ""
        said = shown_text(part.transcript, self.budget, NO_REPEATS) if part.transcript else None
        return ShownMedia(part.modality, url, name=part.name, transcript=said)

    def _fold(self, word: str, text: str, *, is_open: bool = False) -> ShownFold:
        return ShownFold(word, shown_text(text, self.budget, NO_REPEATS), is_open)

    def _more(self, more: dict[str, Any], where: str) -> Node | None:
        """Ids and settings alone are told once, at the end of the conversation."""
        if more and all(map(is_technical, more)):
            self.besides[where] = [self.besides[where], more] if where in self.besides else more
            return None
        return self.budget.tree(more) if more else None


def _is_long(text: ShownText | None) -> bool:
    return text is not None and (text.length > LONG_SYSTEM or bool(text.folded))


def _given(given: ToolResponse) -> str:
    """What came back on one line; where that is no text, what it is."""
    beside = [one.name or MEDIA_WORDS[one.modality].lower() for one in given.attachments]
    if not beside:
        return one_line(given.response, _LINE)
    said = one_line(given.response, _LINE) if given.response else ""
    return ", ".join(filter(None, [said, *beside]))


def _thought(call: Call) -> str:
    """The text of a call that does nothing but think, "" for any other."""
    arguments, given = call.asked.arguments, call.given
    if given is not None and given.response not in (None, "", {}, []):
        return ""
    if not isinstance(arguments, dict) or len(arguments) != 1 or call.more:
        return ""
    ((key, said),) = arguments.items()
    is_thought = call.asked.name.lower() in _THINKING or key in _THOUGHTS
    return said if is_thought and isinstance(said, str) else ""


def _goes_on(before: Turn, turn: Turn) -> bool:
    """Steps of one answer: the assistant thinks, calls, reads the result, and goes on."""
    if not turn.role == before.role == "assistant":
        return False
    thinks = all(isinstance(part, Reasoning) for part in before.parts)
    return thinks or any(isinstance(part, Call) for part in before.parts)


def _summary(text: str) -> str:
    """The text's first line that says something, without the marks of a heading."""
    lines = (line.strip().lstrip("#>*- ").strip() for line in text[: 4 * _SUMMARY].splitlines())
    line = next(filter(None, lines), "")
    return line if len(line) <= _SUMMARY else line[: _SUMMARY - 1].rstrip() + "…"
