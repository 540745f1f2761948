"""Rendered text in templates."""

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import render_trace_text, trusted_html

register = template.Library()


@register.filter
def trace_markdown(text: str) -> SafeString:
    """Untrusted markdown of a trace, as safe HTML."""
    return render_trace_text(text)


@register.filter
def stored_html(html: str) -> SafeString:
    """HTML that `render_guidelines` made and the database kept."""
    return trusted_html(html)
