"""Formulas, kept as they are written: markdown would eat their signs."""

from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# An end is looked for within so many characters, or lines of a block.
FORMULA_CHARACTERS = 2_000
FORMULA_LINES = 60
MOST_FORMULAS = 500
_ENDS = {"$$": "$$", "$": "$", "\\(": "\\)", "\\[": "\\]"}


def add_formulas(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.block.ruler.before(
        "hr", "formula", _formula_block, {"alt": ["paragraph", "blockquote", "list"]}
    )


def _formula(state: StateInline, silent: bool) -> bool:
    r"""\(…\), \[…\], $$…$$ and $…$ as they are written."""
    start, text = state.pos, state.src
    opening = next((sign for sign in _ENDS if text.startswith(sign, start)), "")
    if not opening:
        return False
    inner = start + len(opening)
    end = text.find(_ENDS[opening], inner, min(state.posMax, inner + FORMULA_CHARACTERS))
    if end <= inner or (opening == "$" and not _is_formula(text, inner, end)):
        return False
    state.pos = end + len(opening)
    if not silent:
        for number, line in enumerate(text[start : state.pos].split("\n")):
            if number:
                state.push("hardbreak", "br", 0)
            state.pending += line
    return True


def _is_formula(text: str, start: int, end: int) -> bool:
    """As pandoc has it, "$5 and $10" is none; and it has a sign that prose has not."""
    inside = text[start:end]
    closed = not inside[0].isspace() and not inside[-1].isspace() and "\n" not in inside
    return closed and not text[end + 1 : end + 2].isdigit() and any(c in inside for c in "\\^_{")


def _formula_block(state: StateBlock, start: int, last: int, silent: bool) -> bool:
    """A formula over several lines, whose lines might otherwise begin lists or headings."""
    first = _line(state, start).strip()
    opening = next((sign for sign in ("$$", "\\[") if first.startswith(sign)), "")
    if not opening or state.level or state.is_code_block(start) or _too_many(state.env):
        return False
    if _ENDS[opening] in first[len(opening) :]:
        return False  # on one line: left to the paragraph
    lines = range(start + 1, min(last, start + FORMULA_LINES))
    end = next((n for n in lines if _line(state, n).rstrip().endswith(_ENDS[opening])), 0)
    if not end:
        return False
    if silent:
        return True
    state.line = end + 1
    state.push("paragraph_open", "p", 1)
    token = state.push("inline", "", 0)
    token.content = "\n".join(_line(state, n).strip() for n in range(start, end + 1))
    token.children = []
    state.push("paragraph_close", "p", -1)
    return True


def _too_many(env: MutableMapping[str, Any]) -> bool:
    """Looking for ends is bounded in one text: thousands of beginnings are no formulas."""
    env["formulas"] = env.get("formulas", 0) + 1
    return bool(env["formulas"] > MOST_FORMULAS)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
