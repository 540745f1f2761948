"""Drawing what traces contain: JSON as a tree, the steps of a run, lengths of time."""

from django import template
from django.utils.safestring import SafeString

from annotate_site.richtext import Drawing
from annotate_site.templatetags.ui import state
from annotate_site.text import strip_bidi_controls
from traces.humanize import duration
from traces.reading.steps import Step
from traces.reading.tree import Node

register = template.Library()

EMPTY = {"object": "{ }", "array": "[ ]"}
UNITS = {"object": ("key", "keys"), "array": ("entry", "entries")}
OPEN_LEVELS = 2
OPEN_UP_TO = 12
# What is open by itself shows so many keys of more than that, the others behind a line.
WIDE = 40
FIRST_KEYS = 20
PEEKED = 3
PEEK_LENGTH = 24


@register.simple_tag
def json_tree(node: Node, key: str | None = None) -> SafeString:
    """A JSON value as nested <details>; with `key` the paths of what is in it begin with that.

    Drawn here and not by a template that includes itself, which at the depth that data may have
    outruns Python's stack. css/data.css, js/item_tree.js and js/item_copy.js count on this markup.
    """
    draw = Drawing()
    draw.markup('<div class="json array"' if node.kind == "array" else '<div class="json"')
    draw.markup(' role="group" aria-label="JSON: arrow keys move, C copies the path"')
    if key is not None:
        draw.markup(' data-key="')
        draw.text(key)
        draw.markup('"')
    draw.markup(">")
    if _is_branch(node):
        _outermost(draw, node)
    else:
        draw.markup('<div class="json-row">')
        _value(draw, node)
        draw.markup("</div>")
        _rest(draw, node)
    draw.markup("</div>")
    return draw.html()


def _is_branch(node: Node) -> bool:
    return node.kind in EMPTY and node.size > 0


def _outermost(draw: Drawing, node: Node) -> None:
    if len(node.children) <= WIDE:
        return _inside(draw, node, 1)
    _rows(draw, node.children[:FIRST_KEYS], 1)
    more = len(node.children) - FIRST_KEYS
    draw.markup('<details class="json-more"><summary><span class="json-hint">')
    draw.text(f"… {more:,} more")
    draw.markup("</span></summary>")
    _rows(draw, node.children[FIRST_KEYS:], 1)
    _rest(draw, node)
    draw.markup("</details>")


def _inside(draw: Drawing, node: Node, level: int) -> None:
    _rows(draw, node.children, level)
    _rest(draw, node)


def _rows(draw: Drawing, nodes: list[Node], level: int) -> None:
    for node in nodes:
        if _is_branch(node):
            _branch(draw, node, level)
            continue
        draw.markup('<div class="json-row">')
        _key(draw, node)
        _value(draw, node)
        draw.markup("</div>")
        _rest(draw, node)


def _branch(draw: Drawing, node: Node, level: int) -> None:
    is_open = level < OPEN_LEVELS and node.size <= OPEN_UP_TO
    one, many = UNITS[node.kind]
    draw.markup('<details class="json-branch')
    draw.markup(" array" if node.kind == "array" else "")
    draw.markup('" open><summary>' if is_open else '"><summary>')
    _key(draw, node)
    draw.markup('<span class="json-hint">')
    draw.text(f"{node.size:,} {one if node.size == 1 else many}{' in a text' * node.in_text}")
    draw.markup("</span>")
    if not is_open:
        draw.markup('<span class="json-peek">')
        draw.text(strip_bidi_controls(_peek(node)))
        draw.markup("</span>")
    draw.markup("</summary>")
    _inside(draw, node, level + 1)
    draw.markup("</details>")


def _peek(node: Node) -> str:
    """What a folded branch begins with: its first plain values, those of lists without indexes."""
    plain = [child for child in node.children[: 2 * PEEKED] if child.kind not in EMPTY][:PEEKED]
    texts = (" ".join(child.text[:PEEK_LENGTH].split()) for child in plain)
    if node.kind == "array":
        return ", ".join(texts)
    return ", ".join(f"{c.key[:PEEK_LENGTH]}: {t}" for c, t in zip(plain, texts, strict=True))


def _key(draw: Drawing, node: Node) -> None:
    draw.markup('<span class="json-key">')
    draw.text(node.key)
    draw.markup("</span>")


def _value(draw: Drawing, node: Node) -> None:
    draw.markup('<span class="json-')
    draw.text(node.kind)
    draw.markup('">')
    draw.text(EMPTY.get(node.kind, node.text))
    draw.markup("</span>")


def _rest(draw: Drawing, node: Node) -> None:
    """What is said where children, or the end of a text, are left out."""
    if not node.truncated:
        return
    is_text = node.kind not in EMPTY
    left = node.size - (len(node.text) if is_text else len(node.children))
    draw.markup('<p class="json-hint json-cut">')
    draw.text(f"… {left:,} more{' characters' if is_text else ''}, not shown here")
    draw.markup("</p>")


@register.simple_tag
def step_nodes(steps: list[Step]) -> SafeString:
    """The steps of a run as nested lists, each with its kind, name, status and length."""
    draw = Drawing()
    _steps(draw, steps)
    return draw.html()


def _steps(draw: Drawing, steps: list[Step]) -> None:
    for step in steps:
        if step.children:
            draw.markup("<li><details open><summary>")
            _step(draw, step)
            draw.markup("</summary><ol>")
            _steps(draw, step.children)
            draw.markup("</ol></details></li>")
        else:
            draw.markup('<li><div class="run-step">')
            _step(draw, step)
            draw.markup("</div></li>")


def _step(draw: Drawing, step: Step) -> None:
    draw.markup('<span class="tag">')
    draw.text(step.kind)
    draw.markup("</span>")
    if step.failed:
        draw.markup('<span class="step-name" data-failure>')
    else:
        draw.markup('<span class="step-name">')
    draw.text(step.name)
    draw.markup("</span>")
    if step.failed:
        draw.text(state("error", "Failed"))
    draw.markup('<span class="step-time">')
    draw.text(duration(step.took))
    draw.markup("</span>")


register.filter("duration", duration)
