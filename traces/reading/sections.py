"""What a person reads of a trace or an item: sections in order, the same on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from traces.messages import as_text
from traces.reading.chat import Turn, read_chat
from traces.reading.tree import Node, json_tree

CONVERSATION = "Conversation"

Kind = Literal["chat", "text", "tree"]
Side = Literal["both", "inputs", "outputs"]

# A small object of plain values reads better as a few sections than as a tree.
_MOST_PLAIN_VALUES = 6


@dataclass(frozen=True)
class Section:
    """One piece under a title: by kind, `turns`, `text` or `node` is what to show.

    `side` tells where it is from; `is_prose` that the text was a string, to be shown as markdown,
    and not a number, a boolean or null.
    """

    title: str
    kind: Kind
    side: Side
    turns: list[Turn] = field(default_factory=list)
    text: str = ""
    node: Node | None = None
    is_prose: bool = False


def sections(inputs: dict[str, Any], outputs: dict[str, Any]) -> list[Section]:
    """The conversation first, if there is one, then each other key of inputs and of outputs.

    An object of at most 6 plain values, one of them text, is told value by value, under titles
    such as "model_a › solution".
    """
    chat = read_chat(inputs, outputs)
    found: list[Section] = []
    if chat:
        found.append(Section(CONVERSATION, "chat", "both", turns=chat.turns))
    used_inputs = chat.input_keys if chat else frozenset()
    used_outputs = chat.output_keys if chat else frozenset()
    found += _sections_of("inputs", inputs, used_inputs)
    found += _sections_of("outputs", outputs, used_outputs)
    return found


def _sections_of(side: Side, values: dict[str, Any], used: frozenset[str]) -> Iterator[Section]:
    for key, value in values.items():
        if key in used:
            continue
        if _is_plain(value):
            for inner, item in value.items():
                yield _section(f"{key} › {inner}", side, item)
        else:
            yield _section(key, side, value)


def _is_plain(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > _MOST_PLAIN_VALUES:
        return False
    items = value.values()
    return any(isinstance(item, str) for item in items) and not any(
        isinstance(item, dict | list) for item in items
    )


def _section(title: str, side: Side, value: Any) -> Section:
    if isinstance(value, dict | list):
        return Section(title, "tree", side, node=json_tree(value))
    return Section(title, "text", side, text=as_text(value), is_prose=isinstance(value, str))
