"""What inputs and outputs are made of, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from traces.reading.chat import Turn, read_chat

CONVERSATION = "Conversation"

Side = Literal["both", "inputs", "outputs"]

# A small object of plain values reads better as a few pieces than as a tree.
_MOST_PLAIN_VALUES = 6


@dataclass(frozen=True)
class Piece:
    """A conversation, with its `turns`, or one `value` under a title; `side` tells where from."""

    title: str
    side: Side
    value: Any = None
    turns: list[Turn] = field(default_factory=list)


def pieces_of(inputs: dict[str, Any], outputs: dict[str, Any]) -> list[Piece]:
    """The conversation first, if there is one, then each other key of inputs and of outputs.

    An object of at most 6 plain values, one of them text, is told value by value, under titles
    such as "model_a › solution".
    """
    chat = read_chat(inputs, outputs)
    found = [Piece(CONVERSATION, "both", turns=chat.turns)] if chat else []
    found += _pieces("inputs", inputs, chat.input_keys if chat else frozenset())
    found += _pieces("outputs", outputs, chat.output_keys if chat else frozenset())
    return found


def _pieces(side: Side, values: dict[str, Any], used: frozenset[str]) -> Iterator[Piece]:
    for key, value in values.items():
        if key in used:
            continue
        if _is_plain(value):
            for inner, item in value.items():
                yield Piece(f"{key} › {inner}", side, item)
        else:
            yield Piece(key, side, value)


def _is_plain(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > _MOST_PLAIN_VALUES:
        return False
    items = value.values()
    return any(isinstance(item, str) for item in items) and not any(
        isinstance(item, dict | list) for item in items
    )
