"""Markdown of what traces contain, as HTML; `annotate_site.richtext` cleans it after this.

CommonMark with tables, strikethrough, footnotes and task lists; formulas as they are written; no
raw HTML, and no picture from elsewhere.
"""

import html
from collections.abc import Sequence
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis
from markdown_it.token import Token

from .footnotes import Footnotes, add_footnotes
from .formulas import add_formulas
from .pictures import add_pictures
from .tasks import add_tasks

SCHEMES = ("http", "https", "mailto")
# The inline parser is quadratic in a paragraph with many brackets (200,000 of them: 8 s); a
# paragraph beyond these is shown without emphasis and links, its line breaks kept.
PARAGRAPH_CHARACTERS = 10_000
PARAGRAPH_BRACKETS = 400
# Blocks nested deeper are dropped by the parser: such a text has no HTML.
NESTING = 40


class Rendered(NamedTuple):
    """HTML to be cleaned, and the footnotes in it, to be linked after that."""

    html: str
    footnotes: Footnotes


def render(text: str) -> Rendered | None:
    """A text as HTML, or None where it is nested too deep to render whole."""
    env = {"footnotes": Footnotes()}
    try:
        tokens = _markdown.parse(text, env)
    except RecursionError:
        return None
    if any(token.level >= NESTING - 1 for token in tokens):
        return None
    html = _markdown.renderer.render(_dressed(tokens), _markdown.options, env)
    return Rendered(html, env["footnotes"])


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return url.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


def _bounded_inline(state: StateCore) -> None:
    paragraphs = [token for token in state.tokens if token.type == "inline"]
    if "[^" in state.src:
        texts = (token.content for token in paragraphs)
        state.env["footnotes"].find(filter(_is_modest, texts))
    for token in paragraphs:
        parser = _markdown.inline if _is_modest(token.content) else _line_breaks.inline
        token.children = []
        parser.parse(token.content, state.md, state.env, token.children)


def _is_modest(text: str) -> bool:
    return len(text) <= PARAGRAPH_CHARACTERS and text.count("[") <= PARAGRAPH_BRACKETS


def _emphasis(state: StateInline, silent: bool) -> bool:
    """As in CommonMark, but asterisks between two ASCII letters or digits are text.

    "2*7=14, 3*5=15" and "2**10" are products and powers: nobody may read them without the sign.
    """
    text, end = state.src, state.pos
    while end < len(text) and text[end] == "*":
        end += 1
    inside = 0 < state.pos < end < len(text)
    if inside and all(c.isascii() and c.isalnum() for c in (text[state.pos - 1], text[end])):
        if not silent:
            state.pending += text[state.pos : end]
            state.pos = end
        return not silent
    return emphasis(state, silent)


def _dressed(tokens: Sequence[Token]) -> list[Token]:
    """Tables as boxes that scroll by themselves, their cells aligned without a style.

    Each outer block and each item of a list has the direction of its first letter; the lines in
    them have their own by the styles (prose.css).
    """
    found = []
    for token in tokens:
        if token.type == "list_item_open" or (not token.level and token.type in _DIRECTED):
            token.attrs["dir"] = "auto"
        if align := token.attrs.pop("style", None):
            token.attrs["align"] = str(align).removeprefix("text-align:")
        if token.type == "table_open":
            found.append(Token("scroll_open", "div", 1, attrs=dict(_TABLE)))
        found.append(token)
        if token.type == "table_close":
            found.append(Token("scroll_close", "div", -1))
    return found


def _code(_renderer: RendererHTML, tokens: Sequence[Token], number: int, *_: Any) -> str:
    return f"{_PRE}<code>{html.escape(tokens[number].content)}</code></pre>\n"


_PRE = '<pre dir="ltr" tabindex="0" role="group" aria-label="Code">'
_DIRECTED = {"paragraph_open", "heading_open", "blockquote_open"}
_TABLE = {
    "class": "scroll", "dir": "auto", "tabindex": "0", "role": "region", "aria-label": "Table",
}  # fmt: skip
_OPTIONS = {"html": False, "breaks": True, "maxNesting": NESTING}
_line_breaks = MarkdownIt("zero", _OPTIONS).enable("newline")
# Reference definitions multiply: 20 kB of them make 25 MB. They stay readable as text.
_markdown = _Markdown("commonmark", _OPTIONS).enable(["table", "strikethrough"])
_markdown.disable("reference")
_markdown.core.ruler.at("inline", _bounded_inline)
_markdown.inline.ruler.at("emphasis", _emphasis)
for add in (add_formulas, add_footnotes, add_pictures, add_tasks):
    add(_markdown)
_markdown.add_render_rule("fence", _code)
_markdown.add_render_rule("code_block", _code)
