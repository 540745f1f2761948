"""Drawing the spans of a trace: a line each, with its bar in the time of all.

Drawn here and not by a template: a trace may have thousands. css/spans.css and js/spans.js count on
this markup.
"""

from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import Drawing
from annotate_site.templatetags.ui import state
from traces.humanize import amount, duration
from traces.reading.steps import KIND_WORDS
from traces.span_tree import SpanNode

register = template.Library()


@register.simple_tag
def span_lines(lines: list[SpanNode], address: str, more: str) -> SafeString:
    """`address` ends where the parameter of the span follows, and `more` comes after it."""
    draw = Drawing()
    for node in lines:
        _line(draw, node, address, more)
    return draw.html()


def _line(draw: Drawing, node: SpanNode, address: str, more: str) -> None:
    draw.wrap('<li aria-level="', str(node.depth + 1), '"><a class="depth-')
    draw.text(str(node.depth))
    draw.wrap('" href="', f"{address}span={quote(node.span.span_id, safe='')}{more}", '"')
    draw.markup(' aria-current="true">' if node.is_current else ">")
    draw.wrap('<span class="tag">', KIND_WORDS.get(node.span.kind, ""), "</span>")
    draw.wrap('<span class="clip" dir="auto">', node.span.name, "</span>")
    if node.has_failed:
        draw.text(state("error"))
    if used := _used(node):
        draw.wrap('<span class="turn-meta span-used">', used, "</span>")
    draw.wrap('<span class="turn-meta">', duration(node.latency), "</span>")
    if node.width:
        draw.markup('<svg class="span-bar wrong"' if node.has_failed else '<svg class="span-bar"')
        draw.markup(' viewBox="0 0 1000 3" preserveAspectRatio="none" aria-hidden="true">')
        draw.wrap('<rect x="', str(node.offset), '"')
        draw.wrap(' width="', str(node.width), '" height="3" /></svg>')
    draw.markup("</a></li>")


def _used(node: SpanNode) -> str:
    """Tokens, or else the cost, of the span and all below it."""
    if (tokens := node.sums.tokens) is not None:
        return f"{tokens:,} tokens"
    return amount(node.sums.cost)
