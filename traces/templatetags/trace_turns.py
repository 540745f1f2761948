"""Drawing a conversation: its turns, texts with what repeats folded, tool calls with their results.

Drawn here and not by templates: an item has dozens of these, and is drawn anew for everybody who
gets it. The styles of trace.css and disclosure.css, and the scripts item_copy.js and item_find.js,
count on this markup.
"""

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import Drawing, render_trace_text
from annotate_site.templatetags.ui import icon
from traces.reading.turns import ShownCall, ShownTurn, ShownValue, Text

from .trace_content import json_tree

register = template.Library()


@register.simple_tag
def turn_article(turn: ShownTurn, count: int) -> SafeString:
    """One message of `count`; a long system message is folded as a whole."""
    draw = Drawing()
    if turn.is_long_system and turn.text:
        _folded(draw, turn, turn.text)
    else:
        _article(draw, turn, count)
    return draw.html()


@register.simple_tag
def trace_text(text: Text) -> SafeString:
    """A text as markdown, its beginning folded where it repeats; says so if its end is missing."""
    draw = Drawing()
    _text(draw, text)
    return draw.html()


def _folded(draw: Drawing, turn: ShownTurn, text: Text) -> None:
    draw.markup('<details class="turn turn-system part"><summary class="turn-head">')
    draw.text(icon("chevron"))
    draw.wrap('<span class="turn-role">', turn.word, "</span>")
    draw.wrap('<span class="turn-meta">', f"{text.length:,} characters", "</span>")
    if text.folded:
        draw.wrap('<span class="fold-word">', text.word, "</span>")
    draw.wrap('<span class="fold-says">', text.summary, "</span>")
    draw.markup('</summary><button class="copy" type="button" data-copy-part>Copy</button>')
    if text.folded:  # the fold around it is enough
        draw.markup('<div class="turn-text prose">')
        draw.text(render_trace_text(text.folded))
        draw.wrap("", render_trace_text(text.text), "</div>")
    else:
        _text(draw, text)
    _rest(draw, turn)
    draw.markup("</details>")


def _article(draw: Drawing, turn: ShownTurn, count: int) -> None:
    draw.wrap('<article class="turn turn-', turn.role, "")
    draw.markup(" turn-more" if turn.goes_on else "")
    draw.markup("" if turn.text else " turn-silent")
    draw.wrap('" aria-label="', f"Message {turn.number} of {count}, {turn.word}", '">')
    draw.wrap('<header class="turn-head"><span class="turn-role">', turn.word, "</span>")
    if turn.name:
        draw.wrap('<span class="turn-meta">', turn.name, "</span>")
    if turn.text:
        draw.markup('<button class="copy" type="button" data-copy-turn>')
        draw.markup('Copy<span class="sr-only"> this message</span></button>')
    draw.wrap('<span class="turn-number" title="', f"Message {turn.number} of {count}", '">')
    draw.wrap("", str(turn.number), "</span></header>")
    if turn.text and turn.role == "tool":
        draw.wrap('<pre class="raw turn-text" tabindex="0">', turn.text.text, "</pre>")
    elif turn.text:
        _text(draw, turn.text)
    _rest(draw, turn)
    draw.markup("</article>")


def _rest(draw: Drawing, turn: ShownTurn) -> None:
    for image in turn.images:
        draw.wrap('<img class="attachment" src="', image, '" alt="Image in this message">')
    for node in turn.nodes:
        draw.text(json_tree(node))
    for call in turn.calls:
        _call(draw, call)


def _text(draw: Drawing, text: Text) -> None:
    if text.folded:
        draw.wrap('<details class="repeat" data-part="', text.mark, '"><summary>')
        draw.text(icon("chevron"))
        draw.wrap('<span class="fold-word">', text.word, "</span>")
        draw.wrap('<span class="fold-says">', text.summary, "</span></summary>")
        _prose(draw, text.folded)
        draw.markup("</details>")
    if text.text or not text.folded:
        _prose(draw, text.text)
    _cut(draw, text)


def _prose(draw: Drawing, text: str) -> None:
    draw.wrap('<div class="turn-text prose">', render_trace_text(text), "</div>")


def _cut(draw: Drawing, text: Text) -> None:
    if text.is_cut:
        said = f"Shown are the first {text.shown:,} of {text.length:,} characters of this text."
        draw.wrap('<p class="reading-left">', said, "</p>")


def _call(draw: Drawing, call: ShownCall) -> None:
    """A tool call, folded, joined to its result. The line of the fold says what is in it."""
    draw.markup('<details class="tool wrong">' if call.is_error else '<details class="tool">')
    draw.wrap("<summary>", icon("chevron"), "")
    draw.wrap('<span class="tool-name">', call.name or "unnamed tool", "</span>")
    draw.wrap(' <span class="tool-line"><bdi class="tool-asked">', call.asked, "</bdi>")
    if call.result:
        draw.markup(' <span class="tool-given"><span class="sr-only">gave </span>')
        draw.wrap("<bdi>", call.given or "nothing", "</bdi></span>")
    draw.markup("</span>")
    if call.is_error:
        draw.markup(' <span class="tool-end">Failed</span>')
    elif not call.result:
        draw.markup(' <span class="tool-end">No result</span>')
    draw.markup('</summary><div class="tool-body">')
    _value(draw, "Arguments", call.arguments)
    if call.result:
        _value(draw, "Result", call.result)
    draw.markup("</div></details>")


def _value(draw: Drawing, title: str, value: ShownValue) -> None:
    """What went into a tool or came back, as text or as a tree."""
    draw.wrap('<div class="part"><p class="part-head">', title, "")
    draw.markup(' <button class="copy" type="button" data-copy-part>Copy</button></p>')
    if value.node:
        draw.text(json_tree(value.node))
    elif value.text:
        draw.wrap('<pre class="raw" tabindex="0">', value.text.text, "</pre>")
        _cut(draw, value.text)
    draw.markup("</div>")
