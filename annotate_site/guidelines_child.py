"""Markdown on standard input, sanitised HTML on standard output. Run by `richtext`, alone.

Its argument: after how many seconds of processor time it is killed.

It imports nothing of this package: it is started as a file, in isolated mode, without settings.
"""

import re
import resource
import sys
from functools import partial
from typing import Any

import markdown
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner

TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre"),
    *("blockquote", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
OUTPUT_CHARACTERS = 200_000
# As the cleaner writes them, without attributes; none can be in a text, where "<" is escaped.
BLOCKS = re.compile(r"(?P<outer><(?:li|blockquote)>\s*)?<p>|<(?P<tag>h[1-6]|li|blockquote)>")
SCHEMES = ("http", "https", "mailto")


def outward(attrs: dict[Any, str], new: bool = False) -> dict[Any, str] | None:
    """The link, leaving the site and telling nothing to where it leads; any other becomes text."""
    if not attrs.get((None, "href"), "").lower().startswith(tuple(f"{s}:" for s in SCHEMES)):
        return None
    attrs[(None, "rel")] = "noopener noreferrer nofollow"
    attrs[(None, "target")] = "_blank"
    return attrs


def directed(block: re.Match[str]) -> str:
    """A block with the direction of its first letter; an outer one asks its first paragraph."""
    if block["tag"]:
        return f'<{block["tag"]} dir="auto">'
    return f'{block["outer"].rstrip()[:-1]} dir="auto"><p>' if block["outer"] else '<p dir="auto">'


def render(text: str) -> str:
    """HTML with the tags above and outward links alone; ValueError where it grows too long."""
    html = markdown.markdown(
        text,
        extensions=["tables", "fenced_code", "sane_lists"],
        extension_configs={"tables": {"use_align_attribute": True}},
    )
    if len(html) > OUTPUT_CHARACTERS:
        raise ValueError("references multiply")
    cleaner = Cleaner(
        tags=TAGS,
        attributes={"a": ["href", "title"], "ol": ["start"], "th": ["align"], "td": ["align"]},
        protocols=SCHEMES,
        filters=[partial(LinkifyFilter, callbacks=[outward], skip_tags={"pre", "code"})],
    )
    return BLOCKS.sub(directed, str(cleaner.clean(html)))


if __name__ == "__main__":
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    sys.stdout.buffer.write(render(sys.stdin.buffer.read().decode()).encode())
