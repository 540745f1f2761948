"""Drawing what traces contain: JSON as a tree, lengths of time."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from traces.reading.tree import Node
from traces.words import duration

register = template.Library()

CSS_OF = {"boolean": "bool"}
EMPTY = {"object": "{ }", "array": "[ ]"}
UNITS = {"object": ("key", "keys"), "array": ("entry", "entries")}
BRANCH = '<details><summary>{}<span class="json-hint">{} {}</span></summary>{}</details>'
OPEN_BRANCH = BRANCH.replace("<details>", "<details open>")
OPEN_LEVELS = 2
OPEN_UP_TO = 12


@register.simple_tag
def json_nodes(node: Node, paths: bool = False) -> SafeString:
    """The children of a node as nested <details>, or the node itself if it is a plain value.

    With `paths` each key is a button that copies the path to it. Drawn here and not by a
    template that includes itself, which at the depth that data may have outruns Python's stack.
    """
    if node.children or node.truncated:
        return _joined(_inside(node, paths, 1))
    return format_html('<div class="json-row">{}</div>', _value(node))


def _inside(node: Node, paths: bool, level: int) -> Iterator[SafeString]:
    for child in node.children:
        if child.children or child.truncated:
            yield _branch(child, paths, level)
        else:
            yield format_html('<div class="json-row">{}{}</div>', _key(child, paths), _value(child))
    if node.truncated:
        left = node.size - len(node.children)
        yield format_html('<p class="json-hint">… {} more, not shown here</p>', left)


def _branch(node: Node, paths: bool, level: int) -> SafeString:
    is_open = level < OPEN_LEVELS and node.size <= OPEN_UP_TO
    one, many = UNITS[node.kind]
    return format_html(
        OPEN_BRANCH if is_open else BRANCH,
        _key(node, paths),
        node.size,
        one if node.size == 1 else many,
        _joined(_inside(node, paths, level + 1)),
    )


def _key(node: Node, paths: bool) -> SafeString:
    if paths and node.path:
        return format_html(
            '<button type="button" class="json-key" data-copy="{}" title="Copy the path {}">{}'
            "</button>",
            node.path,
            node.path,
            node.key,
        )
    return format_html('<span class="json-key">{}</span>', node.key)


def _value(node: Node) -> SafeString:
    text = EMPTY.get(node.kind, node.text)
    return format_html('<span class="json-{}">{}</span>', CSS_OF.get(node.kind, node.kind), text)


def _joined(pieces: Iterator[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


register.filter("duration", duration)
