"""{{ item|heading:queue }}: its title, with `.small` and `.name` (docs/look.md)."""

from django import template

from ..item_titles import item_heading

register = template.Library()
register.filter("heading", item_heading)
