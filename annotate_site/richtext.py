"""Text that people or models wrote, as HTML that is safe to show. No other place marks HTML safe.

Two ways, never mixed:
- `render_guidelines` for what managers write: Python-Markdown and bleach, once, on save, in a
  process of its own, because the first takes seconds on hostile input and the second is closed
  to fixes.
- `render_trace_text` for what traces contain: markdown-it-py with raw HTML off, then nh3.
"""

import logging
import subprocess
import sys
from pathlib import Path

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis

GUIDELINES_BYTES = 20_000
GUIDELINES_SECONDS = 2  # of a processor
GUIDELINES_PATIENCE = 10.0  # seconds until they must have been had, on a busy machine
GUIDELINES_CHILD = Path(__file__).with_name("guidelines_child.py")

TRACE_CHARACTERS = 200_000
# The inline parser is quadratic in a paragraph with many brackets (200,000 of them: 8 s); a
# paragraph beyond these is shown without emphasis and links, its line breaks kept.
PARAGRAPH_CHARACTERS = 10_000
PARAGRAPH_BRACKETS = 400
# Blocks nested deeper are dropped by the parser: such a text is shown plain instead.
NESTING = 40

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
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
        child = subprocess.run(
            # -I: neither this package's modules nor the caller's PYTHON* variables are seen.
            [sys.executable, "-I", str(GUIDELINES_CHILD), str(GUIDELINES_SECONDS)],
            input=source,
            capture_output=True,
            timeout=GUIDELINES_PATIENCE,
            env={},
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as problem:
        log.warning("Guidelines are shown as plain text: %s", problem)
        return _plain(text)
    return child.stdout.decode() or _plain(text)  # nothing: it died where nobody was told


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
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return mark_safe(_cleaner.clean(html))  # noqa: S308 - cleaned on this line


def trusted_html(stored: str) -> SafeString:
    """What `render_guidelines` gave and the database kept, ready for a template."""
    return mark_safe(stored)  # noqa: S308 - sanitised before it was stored


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


_OPTIONS = {"html": False, "breaks": True, "maxNesting": NESTING}
_line_breaks = MarkdownIt("zero", _OPTIONS).enable("newline")
# Reference definitions multiply: 20 kB of them make 25 MB. They stay readable as text.
_markdown = _Markdown("commonmark", _OPTIONS).enable(["table", "strikethrough"])
_markdown.disable(["image", "reference"])
_markdown.core.ruler.at("inline", _bounded_inline)
_markdown.inline.ruler.at("emphasis", _emphasis)
_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel=LINK_REL,
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
