"""What inputs and outputs are made of, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from traces.reading.conversation import Conversation
from traces.reading.dialects import (
    NO_DIALECT,
    Place,
    Stored,
    choose,
    opened_side,
    places_in,
    read,
    stored_place,
)
from traces.reading.joining import Turn, turns_of
from traces.reading.technical import content_first, is_technical

CONVERSATION = "Conversation"
MORE = "More"
AS_JSON = "json"  # in place of a dialect's name

Side = Literal["both", "inputs", "outputs"]

# A small object of plain values reads better as a few pieces than as a tree.
_MOST_PLAIN_VALUES = 6


@dataclass(frozen=True)
class Piece:
    """A conversation, with its `turns`; answers that are compared, as `rivals`; or one `value`
    under a title. `side` tells where from. `is_more`: ids, counts and settings, to be folded.
    """

    title: str
    side: Side
    value: Any = None
    turns: list[Turn] = field(default_factory=list)
    rivals: dict[str, list[Turn]] = field(default_factory=dict)
    is_more: bool = False


@dataclass(frozen=True)
class Dialects:
    """In which dialects both sides are read, as a snapshot keeps it."""

    inputs: Stored = NO_DIALECT
    outputs: Stored = NO_DIALECT

    def as_json(self) -> dict[str, list[Any]]:
        return {"inputs": list(self.inputs), "outputs": list(self.outputs)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Dialects:
        return cls(*((kept[side][0], kept[side][1]) for side in ("inputs", "outputs")))


def dialects_of(
    inputs: Mapping[str, Any], outputs: Mapping[str, Any], wanted: str = ""
) -> Dialects:
    """The dialects that today's detection finds, to be kept with what is frozen.

    `wanted`: the name of a dialect for those sides that can be read in it, or AS_JSON.
    """
    if wanted == AS_JSON:
        return Dialects()
    inputs, outputs = opened_side(inputs), opened_side(outputs)
    asked, answered = choose(inputs, outputs)
    return Dialects(_stored(inputs, asked, wanted), _stored(outputs, answered, wanted))


@dataclass(frozen=True)
class Choice:
    """One way to read a trace; `name` is what `dialects_of` takes."""

    name: str
    label: str


def choices_of(inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> list[Choice]:
    """In which ways inputs and outputs can be read: the detected one first, JSON last.

    None where nothing looks like a conversation.
    """
    inputs, outputs = opened_side(inputs), opened_side(outputs)
    found = [place for place in choose(inputs, outputs) if place]
    found += [*places_in(inputs), *places_in(outputs)]
    labels = {place.dialect.name: place.dialect.label for place in found}
    choices = [Choice(name, label) for name, label in labels.items()]
    return [*choices, Choice(AS_JSON, "JSON")] if choices else []


def pieces_of(
    inputs: Mapping[str, Any], outputs: Mapping[str, Any], dialects: Dialects | None = None
) -> list[Piece]:
    """The conversation first, if there is one, then each other key of inputs and of outputs; ids,
    counts and settings last. Without `dialects` they are detected.

    An object of at most 6 plain values, one of them text, is told value by value, under titles
    such as "model_a › solution".
    """
    inputs, outputs = opened_side(inputs), opened_side(outputs)
    if dialects is None:
        asked, answered = choose(inputs, outputs)
    else:
        asked = stored_place(inputs, dialects.inputs)
        answered = stored_place(outputs, dialects.outputs)
    before, after = _read(inputs, asked), _read(outputs, answered)
    found = list(_conversation(before, after))
    found += _pieces("inputs", before.left)
    found += _pieces("outputs", after.left)
    return [*(one for one in found if not one.is_more), *(one for one in found if one.is_more)]


def _stored(side: Mapping[str, Any], detected: Place | None, wanted: str) -> Stored:
    chosen = detected
    if wanted:
        chosen = next((one for one in places_in(side) if one.dialect.name == wanted), detected)
    return chosen.stored if chosen else NO_DIALECT


def _read(side: Mapping[str, Any], place: Place | None) -> Conversation:
    return read(side, place) if place else Conversation([], left=dict(side))


def _conversation(before: Conversation, after: Conversation) -> Iterator[Piece]:
    asked, answered = before.messages, after.messages
    # Some sources repeat the whole conversation in the outputs.
    messages = answered if asked and answered[: len(asked)] == asked else asked + answered
    if messages:
        yield Piece(CONVERSATION, "both", turns=turns_of(messages))
    if rivals := before.rivals | after.rivals:
        yield Piece("Answers", "outputs", rivals={k: turns_of(v) for k, v in rivals.items()})


def _pieces(side: Side, values: Mapping[str, Any]) -> Iterator[Piece]:
    for key, value in values.items():
        if is_technical(key):
            yield Piece(key, side, value, is_more=True)
        elif _is_plain(value):
            for inner, item in value.items():
                yield Piece(f"{key} › {inner}", side, item, is_more=is_technical(inner))
        else:
            yield Piece(key, side, content_first(value))


def _is_plain(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > _MOST_PLAIN_VALUES:
        return False
    items = value.values()
    return any(isinstance(item, str) for item in items) and not any(
        isinstance(item, dict | list) for item in items
    )
