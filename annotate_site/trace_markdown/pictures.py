"""Pictures, of which none is loaded: the text says so, and leads to where one would be from."""

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token


def add_pictures(parser: MarkdownIt) -> None:
    def said(_renderer: RendererHTML, tokens: Sequence[Token], number: int, *_: Any) -> str:
        return f'<span class="picture">Picture not loaded: {_name(parser, tokens, number)}</span>'

    parser.inline.ruler.at("image", _picture)
    parser.add_render_rule("image", said)


def _picture(state: StateInline, silent: bool) -> bool:
    """As in CommonMark, from any address, also one that no link may lead to."""
    parser, state.md = state.md, _ANY_ADDRESS
    try:
        return image(state, silent)
    finally:
        state.md = parser


def _name(parser: MarkdownIt, tokens: Sequence[Token], number: int) -> str:
    token = tokens[number]
    address, title = str(token.attrs["src"]), str(token.attrs.get("title", ""))
    name = escape(" · ".join(filter(None, (token.content, title))))
    links = [one.nesting for one in tokens[:number] if one.type in ("link_open", "link_close")]
    if parser.validateLink(address) and not sum(links):
        return f'<a href="{escape(address)}">{name or escape(address)}</a>'
    if address.startswith("data:"):
        return name or "inside the text"
    return f"{name} ({escape(address)})" if name else escape(address)


_ANY_ADDRESS = MarkdownIt("zero")
