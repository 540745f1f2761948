"""Text that people or models wrote, as HTML that is safe to show. No other place marks HTML safe.

Two ways, never mixed:
- `render_guidelines` for what managers write: Python-Markdown and bleach, once, on save, in a
  process of its own, because the first takes seconds on hostile input and the second is closed
  to fixes.
- `render_trace_text` for what traces contain: markdown-it-py with raw HTML off, then nh3.
"""

import html
import logging
import subprocess
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis
from markdown_it.token import Token

GUIDELINES_BYTES = 20_000
GUIDELINES_SECONDS = 2  # of a processor
GUIDELINES_PATIENCE = 10.0  # seconds until they must have been had, on a busy machine
GUIDELINES_CHILD = Path(__file__).with_name("guidelines_child.py")

TRACE_CHARACTERS = 200_000
# The inline parser is quadratic in a paragraph with many brackets (200,000 of them: 8 s); a
# paragraph beyond these is shown without emphasis and links, its line breaks kept.
PARAGRAPH_CHARACTERS = 10_000
PARAGRAPH_BRACKETS = 400
# Formulas: an end is looked for within so many characters, or lines of a block.
FORMULA_CHARACTERS = 2_000
FORMULA_LINES = 60
MOST_FORMULAS = 500
# Blocks nested deeper are dropped by the parser: such a text is shown plain instead.
NESTING = 40

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "div"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
# What scrolls inside itself must be reached by the keyboard; these values come from `_scrolling`.
SCROLLS = {
    "pre": {"tabindex": {"0"}},
    "div": {"class": {"scroll"}, "tabindex": {"0"}, "role": {"region"}, "aria-label": {"Table"}},
}
SCHEMES = ("http", "https", "mailto")
LINK_REL = "noopener noreferrer nofollow"

log = logging.getLogger(__name__)


def render_guidelines(text: str) -> str:
    """HTML of a manager's markdown; escaped plain text where it is over 20 kB or takes over 2 s."""
    text = _encodable(text)
    source = text.encode()
    if not source.strip():
        return ""
    if len(source) > GUIDELINES_BYTES:
        return _plain(text)
    try:
        html = render_in_child(source)
    except (subprocess.SubprocessError, OSError) as problem:
        log.warning("Guidelines are shown as plain text: %s", problem)
        return _plain(text)
    return html.decode() or _plain(text)  # nothing: it died where nobody was told


def render_in_child(source: bytes) -> bytes:
    """The HTML, from a process of its own; SubprocessError or OSError where it gives none."""
    return subprocess.run(
        # -I: neither this package's modules nor the caller's PYTHON* variables are seen.
        [sys.executable, "-I", str(GUIDELINES_CHILD), str(GUIDELINES_SECONDS)],
        input=source,
        capture_output=True,
        timeout=GUIDELINES_PATIENCE,
        env={},
        check=True,
    ).stdout


def render_trace_text(text: str) -> SafeString:
    """HTML of untrusted markdown: no raw HTML, no images, links to the outside only.

    Over 200,000 characters, or nested too deep to render whole: escaped plain text with a note.
    """
    text = _encodable(text)
    if len(text) > TRACE_CHARACTERS:
        return _plain_with_note(text, f"This text has {len(text):,} characters: shown as it is.")
    try:
        tokens = _markdown.parse(text)
    except RecursionError:
        tokens = None
    if tokens is None or any(token.level >= NESTING - 1 for token in tokens):
        return _plain_with_note(text, "This text is nested very deep: shown as it is.")
    for token in tokens:
        if align := token.attrs.pop("style", None):
            token.attrs["align"] = str(align).removeprefix("text-align:")
    rendered = _markdown.renderer.render(_scrolling(tokens), _markdown.options, {})
    return mark_safe(_cleaner.clean(rendered))  # noqa: S308 - cleaned on this line


def trusted_html(stored: str) -> SafeString:
    """What `render_guidelines` gave and the database kept, ready for a template."""
    return mark_safe(stored)  # noqa: S308 - sanitised before it was stored


class Drawing:
    """HTML put together from many small pieces, ten times as fast as by format_html.

    `markup` takes constants of the code (a test holds callers to that), `text` escapes,
    `wrap` has a text between two such constants.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def markup(self, constant: str) -> None:
        self._pieces.append(constant)

    def text(self, text: str) -> None:
        self._pieces.append(text if isinstance(text, SafeString) else html.escape(text))

    def wrap(self, before: str, text: str, after: str) -> None:
        self._pieces.append(before)
        self.text(text)
        self._pieces.append(after)

    def html(self) -> SafeString:
        return mark_safe("".join(self._pieces))  # noqa: S308 - each piece constant or escaped


def _encodable(text: str) -> str:
    """The text with a "?" for each lone surrogate, which neither page nor database can hold."""
    return text.encode(errors="replace").decode()


def _plain(text: str) -> str:
    return str(format_html('<p class="plain">{}</p>', text))


def _plain_with_note(text: str, note: str) -> SafeString:
    return format_html('<p class="notice">{}</p><p class="plain">{}</p>', note, text)


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return url.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


def _bounded_inline(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "inline":
            continue
        text = token.content
        modest = len(text) <= PARAGRAPH_CHARACTERS and text.count("[") <= PARAGRAPH_BRACKETS
        parser = _markdown.inline if modest else _line_breaks.inline
        token.children = []
        parser.parse(text, state.md, state.env, token.children)


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


def _formula(state: StateInline, silent: bool) -> bool:
    r"""\(…\), \[…\], $$…$$ and $…$ as they are written: markdown would eat their signs."""
    start, text = state.pos, state.src
    opening = next((sign for sign in _FORMULA_ENDS if text.startswith(sign, start)), "")
    if not opening:
        return False
    inner = start + len(opening)
    end = text.find(_FORMULA_ENDS[opening], inner, min(state.posMax, inner + FORMULA_CHARACTERS))
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
    if _FORMULA_ENDS[opening] in first[len(opening) :]:
        return False  # on one line: left to the paragraph
    lines = range(start + 1, min(last, start + FORMULA_LINES))
    end = next((n for n in lines if _line(state, n).rstrip().endswith(_FORMULA_ENDS[opening])), 0)
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


def _scrolling(tokens: Sequence[Token]) -> list[Token]:
    """Code and tables as boxes that scroll by themselves."""
    found = []
    for token in tokens:
        if token.type == "table_open":
            found.append(Token("scroll_open", "div", 1, attrs=dict(_TABLE)))
        found.append(token)
        if token.type == "table_close":
            found.append(Token("scroll_close", "div", -1))
    return found


def _code(_renderer: RendererHTML, tokens: Sequence[Token], number: int, *_: Any) -> str:
    return f'<pre tabindex="0"><code>{html.escape(tokens[number].content)}</code></pre>\n'


_FORMULA_ENDS = {"$$": "$$", "$": "$", "\\(": "\\)", "\\[": "\\]"}
_TABLE = {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Table"}
_OPTIONS = {"html": False, "breaks": True, "maxNesting": NESTING}
_line_breaks = MarkdownIt("zero", _OPTIONS).enable("newline")
# Reference definitions multiply: 20 kB of them make 25 MB. They stay readable as text.
_markdown = _Markdown("commonmark", _OPTIONS).enable(["table", "strikethrough"])
_markdown.disable(["image", "reference"])
_markdown.core.ruler.at("inline", _bounded_inline)
_markdown.inline.ruler.at("emphasis", _emphasis)
_markdown.inline.ruler.before("escape", "formula", _formula)
_markdown.block.ruler.before(
    "hr", "formula", _formula_block, {"alt": ["paragraph", "blockquote", "list"]}
)
_markdown.add_render_rule("fence", _code)
_markdown.add_render_rule("code_block", _code)
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values=SCROLLS,
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=LINK_REL,
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
