"""Rendered text in templates."""

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import trusted_html

register = template.Library()


@register.filter
def stored_html(html: str) -> SafeString:
    """HTML that `render_guidelines` made and the database kept."""
    return trusted_html(html)
