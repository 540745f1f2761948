"""The turns of a conversation, each tool call joined to its result."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from traces.reading.conversation import (
    Blob,
    Compaction,
    File,
    Message,
    Part,
    Reasoning,
    Role,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
    Uri,
)


@dataclass
class Call:
    """A tool call and what came back, if anything did; `more` is what its message says besides."""

    asked: ToolCall
    given: ToolResponse | None = None
    more: dict[str, Any] = field(default_factory=dict)


TurnPart = Text | Reasoning | Call | Blob | Uri | File | Compaction | Unknown


@dataclass
class Turn:
    """One message, without the results that went to their calls."""

    role: Role
    parts: list[TurnPart]
    name: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def turns_of(messages: Iterable[Message]) -> list[Turn]:
    return _Joining().turns_of(messages)


class _Joining:
    """Ids are not unique in real conversations, so a result goes to the first call still waiting
    that has its id; one without an id to the first that has its name, or to the first of all.
    A result that comes before its call waits for it.
    """

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.by_id: dict[str, deque[Call]] = defaultdict(deque)
        self.by_name: dict[str, deque[Call]] = defaultdict(deque)
        self.unnamed: deque[Call] = deque()
        self.all: deque[Call] = deque()
        self.early: dict[str, tuple[Turn, ToolResponse]] = {}

    def turns_of(self, messages: Iterable[Message]) -> list[Turn]:
        for message in messages:
            turn = Turn(message.role, [], message.name, message.more)
            self.turns.append(turn)
            joined = [call for part in message.parts if (call := self._add(turn, part))]
            if joined and not turn.parts:
                self.turns.pop()
                joined[-1].more |= turn.more
        return [turn for turn in self.turns if turn.parts or turn.role != "tool" or turn.more]

    def _add(self, turn: Turn, part: Part) -> Call | None:
        """The call, where the part was its result."""
        if isinstance(part, ToolCall):
            turn.parts.append(self._asked(part))
        elif not isinstance(part, ToolResponse):
            turn.parts.append(part)
        elif call := self._call_for(part):
            call.given = part
            return call
        else:
            self._wait(turn, part)
        return None

    def _asked(self, part: ToolCall) -> Call:
        call = Call(part)
        if part.id in self.early:
            turn, call.given = self.early.pop(part.id)
            _take_back(turn, call)
            return call
        self.by_id[part.id].append(call)
        self.by_name[part.name].append(call)
        self.all.append(call)
        if not part.name:
            self.unnamed.append(call)
        return call

    def _call_for(self, result: ToolResponse) -> Call | None:
        if result.call_id:
            return _first_waiting(self.by_id[result.call_id])
        if not result.name:
            return _first_waiting(self.all)
        return _first_waiting(self.by_name[result.name]) or _first_waiting(self.unnamed)

    def _wait(self, turn: Turn, result: ToolResponse) -> None:
        turn.parts += _alone(result)
        turn.name = turn.name or result.name
        if result.call_id:
            self.early[result.call_id] = turn, result


def _first_waiting(calls: deque[Call]) -> Call | None:
    while calls and calls[0].given is not None:
        calls.popleft()
    return calls[0] if calls else None


def _alone(result: ToolResponse) -> list[TurnPart]:
    """A result without its call, as parts of its message."""
    said: list[TurnPart] = []
    if isinstance(result.response, str):
        said = [Text(result.response)]
    elif result.response is not None:
        said = [Unknown(result.response)]
    return [*said, *result.attachments]


def _take_back(turn: Turn, call: Call) -> None:
    """Takes a result from the message in which it waited."""
    if call.given is None:
        return
    for part in _alone(call.given):
        turn.parts.remove(part)
    if not turn.parts:
        call.more |= turn.more
        turn.more = {}
