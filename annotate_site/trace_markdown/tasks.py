"""Items of a list that begin with "[ ]" or "[x]", with a box for these signs."""

from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_DONE = {"[ ] ": False, "[x] ": True, "[X] ": True}


def add_tasks(parser: MarkdownIt) -> None:
    parser.core.ruler.after("inline", "tasks", _find)
    parser.add_render_rule("task", _drawn)


def _find(state: StateCore) -> None:
    for item, paragraph, inline in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if item.type != "list_item_open" or paragraph.type != "paragraph_open":
            continue
        first = inline.children[0] if inline.children else None
        done = _DONE.get(first.content[:4]) if first and first.type == "text" else None
        if first is None or done is None:
            continue
        item.attrs["class"] = "task"
        sign, first.content = first.content[:3], first.content[3:]
        inline.children = [Token("task", "", 0, content=sign), *(inline.children or ())]


def _drawn(_renderer: RendererHTML, tokens: Sequence[Token], number: int, *_: Any) -> str:
    """The sign itself stays in it, for whoever copies the text."""
    sign = tokens[number].content
    if sign == "[ ]":
        return '<span class="box" role="img" aria-label="Not done">[ ]</span>'
    return f'<span class="box done" role="img" aria-label="Done">{sign}</span>'
