r"""Footnotes: "[^1]" in a text, and "[^1]: …" at the beginning of a line where it is written.

Both stay where they are, so that nothing of a text is moved or lost. Their links are written after
the cleaning, which lets neither ids nor inner links through: until then a secret takes their place.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MOST_FOOTNOTES = 500  # signs in one text
_SIGN = re.compile(r"\[\^([^\]\s]{1,50})\](:?)")
_NOTE = re.compile(r"^\[\^([^\]\s]{1,50})\]:", re.M)


class Footnotes:
    """The notes of one text. `secret` is in no text, and in the ids of no other."""

    def __init__(self) -> None:
        self.secret = f"fn-{secrets.token_hex(6)}"
        self.numbers: dict[str, int] = {}
        self.signs = 0

    def find(self, texts: Iterable[str]) -> None:
        for text in texts:
            for label in _NOTE.findall(text):
                self.numbers.setdefault(label, len(self.numbers) + 1)

    def link(self, html: str) -> str:
        """The cleaned HTML with its signs and notes as links to each other."""
        if not self.numbers:
            return html
        place = re.compile(rf"{self.secret}(sign|note|end)(\d+)\.")
        asked = {number for kind, number in place.findall(html) if kind == "sign"}
        named: set[str] = set()

        def linked(found: re.Match[str]) -> str:
            kind, number = found[1], found[2]
            if kind == "end":
                return "</a></sup>" if number in asked else "</sup>"
            own, other = f"{self.secret}-{kind}-{number}", "sign" if kind == "note" else "note"
            name = "" if own in named else f' id="{own}"'
            named.add(own)
            role = "doc-backlink" if kind == "note" else "doc-noteref"
            to = f'<a href="#{self.secret}-{other}-{number}" role="{role}">'
            return f'<sup class="footnote"{name}>{to if number in asked else ""}'

        return place.sub(linked, html)


def add_footnotes(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("link", "footnote", _sign)
    parser.add_render_rule("footnote", _drawn)


def _sign(state: StateInline, silent: bool) -> bool:
    notes: Footnotes = state.env["footnotes"]
    found = _SIGN.match(state.src, state.pos) if notes.numbers and not state.linkLevel else None
    number = notes.numbers.get(found[1]) if found else None
    if not found or not number or notes.signs >= MOST_FOOTNOTES:
        return False
    begins = not state.pos or state.src[state.pos - 1] == "\n"
    is_note = begins and bool(found[2])
    state.pos = found.end() if is_note else found.end(1) + 1
    if not silent:
        notes.signs += 1
        token = state.push("footnote", "", 0)
        token.content = found[1]
        token.meta = {"kind": "note" if is_note else "sign", "number": number}
    return True


def _drawn(
    _renderer: RendererHTML, tokens: Sequence[Token], number: int, _options: Any, env: Any
) -> str:
    token, secret = tokens[number], env["footnotes"].secret
    note = token.meta["number"]
    begin, end = f"{secret}{token.meta['kind']}{note}.", f"{secret}end{note}."
    return f"{begin}[{escape(token.content)}]{end}"
