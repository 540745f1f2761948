"""Keys at their controls and in the sheet, from the one table (reviews/keys.py)."""

from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..keys import REVIEW, TABLES, WORKSPACE, Key

register = template.Library()
NAMED = {key.does: key for key in (*REVIEW, *WORKSPACE)}


@register.simple_tag
@cache
def keycap(does: str) -> SafeString:
    """The caps of a key, for the eye alone; KeyError for a key that is not in the table."""
    return caps(NAMED[does])


@register.simple_tag
@cache
def shortcut(does: str) -> SafeString:
    """The same key for screen readers: an attribute of the control."""
    return format_html('aria-keyshortcuts="{}"', NAMED[does].aria)


@register.simple_tag
def key_table(name: str) -> tuple[Key, ...]:
    return TABLES[name]


@register.filter
def caps(key: Key) -> SafeString:
    """`Ctrl` becomes ⌘ on a Mac (static/js/keys.js)."""
    return format_html_join("", "{}", ((_cap(one),) for one in key.caps))


def _cap(text: str) -> SafeString:
    if text == "–":
        return format_html('<span aria-hidden="true">{}</span>', text)
    if text == "Ctrl":
        return format_html('<kbd aria-hidden="true" data-mod>{}</kbd>', text)
    return format_html('<kbd aria-hidden="true">{}</kbd>', text)
