"""Drawing a conversation: its turns, texts with what repeats folded, tool calls with their results.

Drawn here and not by templates: an item has dozens of these, and is drawn anew for everybody who
gets it. The styles of trace.css and disclosure.css, and the scripts item_copy.js and item_find.js,
count on this markup.
"""

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import Drawing, render_trace_text
from annotate_site.templatetags.ui import icon
from traces.reading.shown import (
    MEDIA_WORDS,
    ShownCall,
    ShownFold,
    ShownMedia,
    ShownPart,
    ShownText,
    ShownTurn,
    ShownTurns,
    ShownValue,
)
from traces.reading.tree import Node

from .trace_content import json_tree

register = template.Library()

EMPTY_TEXT = '<p class="turn-text empty-text">empty</p>'


@register.simple_tag
def conversation(chat: ShownTurns) -> SafeString:
    """Its messages, below how many of its calls failed, above what its messages say besides."""
    draw = Drawing()
    _failed_calls(draw, chat)
    for turn in chat.turns:
        if turn.skipped:
            draw.wrap('<p class="reading-left turns-skipped">', f"{turn.skipped:,}", "")
            draw.markup(" more messages</p>")
        if turn.is_long_system and turn.text:
            _folded(draw, turn, turn.text)
        else:
            _article(draw, turn, chat.count)
    if chat.left:
        said = f"{chat.left:,} of {chat.count:,} messages are not shown here."
        draw.wrap('<p class="reading-left">', said, "</p>")
    _more(draw, chat.more)
    return draw.html()


@register.simple_tag
def trace_text(text: ShownText) -> SafeString:
    """A text as markdown, its beginning folded where it repeats; says so if its end is missing."""
    draw = Drawing()
    _text(draw, text)
    return draw.html()


def _failed_calls(draw: Drawing, chat: ShownTurns) -> None:
    if not chat.failed:
        return
    calls = f"{chat.failed:,} of {chat.calls:,} call{'' if chat.calls == 1 else 's'} failed"
    draw.wrap(
        '<p class="failed-calls">',
        icon("warning"),
        '<a data-next-failure data-action="failed" href="#',
    )
    draw.wrap("", f"{chat.anchor}-1", '">')
    draw.wrap("", calls, "</a> <kbd>W</kbd></p>")


def _folded(draw: Drawing, turn: ShownTurn, text: ShownText) -> None:
    draw.markup('<details class="turn turn-system part"')
    if text.mark:
        draw.wrap(' data-part="', text.mark, '"')
    draw.markup('><summary class="turn-head">')
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
    for part in turn.parts:
        if part is not text:
            _part(draw, part, turn.role)
    _more(draw, turn.more)
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
        draw.markup('<button class="copy" type="button" tabindex="-1" data-copy-turn>')
        draw.markup('Copy<span class="sr-only"> this message</span></button>')
    draw.wrap('<span class="turn-number" title="', f"Message {turn.number} of {count}", '">')
    draw.wrap("", str(turn.number), "</span></header>")
    if not turn.parts:
        draw.markup(EMPTY_TEXT)
    for part in turn.parts:
        _part(draw, part, turn.role)
    _more(draw, turn.more)
    draw.markup("</article>")


def _part(draw: Drawing, part: ShownPart, role: str) -> None:
    if isinstance(part, ShownText):
        if role == "tool" and part.text:
            _pre(draw, "raw turn-text", part.text + part.rest)
            _cut(draw, part)
        else:
            _text(draw, part)
    elif isinstance(part, ShownCall):
        _call(draw, part)
    elif isinstance(part, ShownFold):
        _fold(draw, part)
    elif isinstance(part, ShownMedia):
        _media(draw, part)
    else:
        draw.text(json_tree(part))


def _text(draw: Drawing, text: ShownText) -> None:
    if text.folded:
        draw.wrap('<details class="repeat" data-part="', text.mark, '"><summary>')
        draw.text(icon("chevron"))
        draw.wrap('<span class="fold-word">', text.word, "</span>")
        draw.wrap('<span class="fold-says">', text.summary, "</span></summary>")
        _prose(draw, text.folded)
        draw.markup("</details>")
    if text.text.strip():
        _prose(draw, text.text)
    elif not text.folded:
        draw.markup(EMPTY_TEXT)
    if text.rest:
        draw.markup('<details class="repeat rest"><summary>')
        draw.text(icon("chevron"))
        draw.wrap('<span class="fold-word">', f"{len(text.rest):,} more characters", "</span>")
        draw.markup("</summary>")
        _prose(draw, text.rest)
        draw.markup("</details>")
    _cut(draw, text)


def _prose(draw: Drawing, text: str) -> None:
    draw.wrap('<div class="turn-text prose">', render_trace_text(text), "</div>")


def _cut(draw: Drawing, text: ShownText) -> None:
    if text.is_cut:
        said = f"The first {text.shown:,} of {text.length:,} characters of this text are shown."
        draw.wrap('<p class="reading-left">', said, "</p>")


def _fold(draw: Drawing, fold: ShownFold) -> None:
    """Reasoning and the like: a line that says what it is and how it begins, then the text."""
    draw.markup('<details class="thought" open>' if fold.is_open else '<details class="thought">')
    draw.wrap("<summary>", icon("chevron"), "")
    draw.wrap('<span class="fold-word">', fold.word, "</span>")
    draw.wrap('<span class="fold-says">', fold.text.summary, "</span></summary>")
    _text(draw, fold.text)
    draw.markup("</details>")


def _media(draw: Drawing, media: ShownMedia) -> None:
    """A picture or a sound where it may be shown; else a word for what is there."""
    word = MEDIA_WORDS[media.modality]
    if media.url and media.modality == "image":
        draw.wrap('<img class="attachment" src="', media.url, '" alt="Image in this message">')
    elif media.url:
        draw.wrap('<audio class="sound" controls preload="none" src="', media.url, '"></audio>')
    elif media.address:
        draw.wrap('<p class="media-away">', f"{word} not loaded: ", "")
        _address(draw, media.address, media.name or media.address)
        draw.markup("</p>")
    else:
        draw.wrap('<p class="media-away">', f"{word} not shown here", "")
        draw.wrap(": " if media.name else "", media.name, "</p>")
    if media.transcript:
        _fold(draw, ShownFold("Transcript", media.transcript, is_open=True))


def _address(draw: Drawing, address: str, name: str) -> None:
    if address.startswith(("http://", "https://")):
        draw.wrap('<a rel="noopener noreferrer nofollow" target="_blank" href="', address, '">')
        draw.wrap("", name, "</a>")
    else:
        draw.wrap("", f"{name} " if name != address else "", "")
        draw.wrap("<code>", address, "</code>")


def _more(draw: Drawing, more: Node | None) -> None:
    """What the source says besides, folded."""
    if more is None:
        return
    keys = ", ".join(child.key for child in more.children)
    draw.markup('<details class="beside"><summary>')
    draw.text(icon("chevron"))
    draw.wrap('<span class="fold-word">More</span><span class="fold-says">', keys, "</span>")
    draw.markup("</summary>")
    draw.text(json_tree(more))
    draw.markup("</details>")


def _call(draw: Drawing, call: ShownCall) -> None:
    """A tool call, folded, joined to its result. The line of the fold says what is in it."""
    if call.failure:
        draw.wrap('<details class="tool wrong" data-failure id="', call.failure, '">')
    else:
        draw.markup('<details class="tool">')
    draw.wrap("<summary>", icon("chevron"), "")
    draw.wrap('<span class="tool-name">', call.name or "unnamed tool", "</span>")
    draw.wrap(' <span class="tool-line"><bdi class="tool-asked">', call.asked, "</bdi>")
    if call.result:
        draw.markup(' <span class="tool-given"><span class="sr-only">gave </span>')
        draw.wrap("<bdi>", call.given or "nothing", "</bdi></span>")
    draw.markup("</span>")
    if call.failure:
        draw.wrap(' <span class="tool-end">', icon("warning"), "Failed</span>")
    elif not call.result:
        draw.markup(' <span class="tool-end">No result</span>')
    draw.markup('</summary><div class="tool-body">')
    _value(draw, "Arguments", call.arguments)
    if call.result:
        _value(draw, "Result", call.result)
    for media in call.media:
        _media(draw, media)
    _more(draw, call.more)
    draw.markup("</div></details>")


def _pre(draw: Drawing, classes: str, text: str) -> None:
    """A text as it is; it scrolls, so it has a name."""
    draw.wrap('<pre tabindex="0" role="group" aria-label="Text" class="', classes, '">')
    draw.wrap("", text, "</pre>")


def _value(draw: Drawing, title: str, value: ShownValue) -> None:
    """What went into a tool or came back, as text or as a tree."""
    draw.wrap('<div class="part"><p class="part-head">', title, "")
    draw.markup(' <button class="copy" type="button" data-copy-part>Copy</button></p>')
    if value.node:
        draw.text(json_tree(value.node))
    elif value.text:
        _pre(draw, "raw", value.text.text)
        _cut(draw, value.text)
    draw.markup("</div>")
