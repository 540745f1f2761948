"""Rendered text in templates."""

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import plain_text, trusted_html

register = template.Library()


@register.filter
def stored_html(html: str) -> SafeString:
    """HTML that `render_guidelines` made and the database kept."""
    return trusted_html(html)


@register.filter
def marked(text: str) -> SafeString:
    """Text of a person or a trace, with a mark for each character that nobody sees."""
    return plain_text(text)
