"""Text that people or models wrote, as HTML that is safe to show. No other place marks HTML safe.

Two ways, never mixed:
- `render_guidelines` for what managers write: Python-Markdown and bleach, once, on save, in a
  process of its own, because the first takes seconds on hostile input and the second is closed
  to fixes.
- `render_trace_text` for what traces contain: markdown-it-py with raw HTML off, then nh3.
"""

import html
import logging
import re
import subprocess
import sys
from pathlib import Path

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from annotate_site import trace_markdown
from annotate_site.unseen import UNSEEN, mark_unseen

GUIDELINES_BYTES = 20_000
GUIDELINES_SECONDS = 2  # of a processor
GUIDELINES_PATIENCE = 10.0  # seconds until they must have been had, on a busy machine
GUIDELINES_CHILD = Path(__file__).with_name("guidelines_child.py")

TRACE_CHARACTERS = 200_000

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "div"),
    "span",
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
# Written by `trace_markdown`: the direction of a block by its first letter; what scrolls by itself,
# which must be reached by the keyboard; what stands for a picture or a task's box.
DIRECTED = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "li")
VALUES = {tag: {"dir": {"auto"}} for tag in DIRECTED} | {
    "li": {"dir": {"auto"}, "class": {"task"}},
    "span": {
        "class": {"picture", "box", "box done"}, "role": {"img"},
        "aria-label": {"Done", "Not done"},
    },
    "pre": {"dir": {"ltr"}, "tabindex": {"0"}, "role": {"group"}, "aria-label": {"Code"}},
    "div": {
        "class": {"scroll"}, "dir": {"auto"}, "tabindex": {"0"}, "role": {"region"},
        "aria-label": {"Table"},
    },
}  # fmt: skip
HEADING = re.compile(r"(?P<tag></?h)(?P<level>[1-6])\b")  # in a text, "<" is escaped
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
    text = _encodable(text).removeprefix("\ufeff")
    if len(text) > TRACE_CHARACTERS:
        return _plain_with_note(text, f"This text has {len(text):,} characters: shown as it is.")
    rendered = trace_markdown.render(text)
    if rendered is None:
        return _plain_with_note(text, "This text is nested very deep: shown as it is.")
    cleaned = rendered.footnotes.link(_cleaner.clean(rendered.html))
    return mark_safe(mark_unseen(cleaned))  # noqa: S308 - cleaned above, what is added is constant


def plain_text(text: str) -> SafeString:
    """The text as it is, escaped, with a mark for each character that nobody sees."""
    return mark_safe(mark_unseen(html.escape(text)))  # noqa: S308 - escaped on this line


def trusted_html(stored: str) -> SafeString:
    """What `render_guidelines` gave and the database kept, ready for a template.

    Its headings come below the page's own two: "#" is an h3.
    """
    lowered = HEADING.sub(_lowered, stored)
    return mark_safe(lowered)  # noqa: S308 - sanitised before it was stored; only digits differ


def _lowered(heading: re.Match[str]) -> str:
    return f"{heading['tag']}{min(6, int(heading['level']) + 2)}"


class Drawing:
    """HTML put together from many small pieces, ten times as fast as by format_html.

    `markup` takes constants of the code (a test holds callers to that), `text` escapes and marks
    what nobody sees, `wrap` has a text between two such constants.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def markup(self, constant: str) -> None:
        self._pieces.append(constant)

    def text(self, text: str) -> None:
        if not isinstance(text, SafeString):
            text = html.escape(text)
            if not text.isprintable() and UNSEEN.search(text) and not self._is_in_tag():
                text = mark_unseen(text)
        self._pieces.append(text)

    def wrap(self, before: str, text: str, after: str) -> None:
        self._pieces.append(before)
        self.text(text)
        self._pieces.append(after)

    def _is_in_tag(self) -> bool:
        """Whether what comes next is the value of an attribute: no markup may be in it."""
        last = next((one for one in reversed(self._pieces) if "<" in one or ">" in one), "")
        return last.rfind("<") > last.rfind(">")

    def html(self) -> SafeString:
        return mark_safe("".join(self._pieces))  # noqa: S308 - each piece constant or escaped


def _encodable(text: str) -> str:
    """The text with a "?" for each lone surrogate, which neither page nor database can hold."""
    return text.encode(errors="replace").decode()


def _plain(text: str) -> str:
    return str(format_html('<p class="plain" dir="auto">{}</p>', text))


def _plain_with_note(text: str, note: str) -> SafeString:
    return format_html(
        '<p class="notice">{}</p><p class="plain" dir="auto">{}</p>', note, plain_text(text)
    )


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values=VALUES,
    url_schemes=set(trace_markdown.SCHEMES),
    url_relative="deny",
    link_rel=LINK_REL,
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
