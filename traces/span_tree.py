"""The spans of a trace as a waterfall: lines in the order of the tree, each with its place in time
and what it and the spans below it used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from .ingest.parsed import latency_between
from .models import Span
from .reading.steps import branch_of, tree_of

WHOLE = 1000  # parts in which a bar's place is told
SHORTEST = 8  # parts: less would not be seen


class Sums(NamedTuple):
    """Of a span and all below it; None for what none of them tells."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: Decimal | None = None

    @property
    def tokens(self) -> int | None:
        told = [number for number in (self.tokens_in, self.tokens_out) if number is not None]
        return sum(told) if told else None


NOTHING = Sums()


class SpanRow(NamedTuple):
    """What a line needs of a span; `traces.models.Span` has it, too."""

    id: int
    span_id: str
    parent_id: str
    name: str
    kind: str
    status: str
    start: datetime | None
    end: datetime | None
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None


@dataclass
class SpanNode:
    """One line. `latency` is in milliseconds; `offset` and `width` are thousandths of the time
    from the first start to the last end of the spans, None where the span tells no time.
    """

    span: SpanRow | Span
    latency: int | None
    is_current: bool
    offset: int | None = None
    width: int | None = None
    sums: Sums = NOTHING
    depth: int = 0
    children: list[SpanNode] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        return self.span.status == "error"


def span_tree(spans: Iterable[SpanRow | Span], current: str, *, top: str = "") -> list[SpanNode]:
    """The tops of the tree, each level by time; see `tree_of` for lost parents and circles.

    With `top` the tree of that span alone, whose time is the whole then.
    """
    listed = list(spans)
    if top:
        kept = branch_of({span.span_id: span.parent_id for span in listed}, top)
        listed = [span for span in listed if span.span_id in kept]
    scale, sums = _Scale(listed), sums_of(listed)
    nodes = {span.span_id: _node(span, current, scale, sums) for span in listed}
    parents = {key: node.span.parent_id for key, node in nodes.items() if key != top}
    return tree_of(nodes, parents, _by_time)


def lines_of(nodes: list[SpanNode]) -> list[SpanNode]:
    """All of them in the order of reading, each with its depth from 0."""
    lines: list[SpanNode] = []
    waiting = [(node, 0) for node in reversed(nodes)]
    while waiting:
        node, depth = waiting.pop()
        node.depth = depth
        lines.append(node)
        waiting += [(child, depth + 1) for child in reversed(node.children)]
    return lines


def failed_only(nodes: list[SpanNode]) -> list[SpanNode]:
    """The failed spans, and those above them, which lead there."""
    kept = []
    for node in nodes:
        node.children = failed_only(node.children)
        if node.children or node.has_failed:
            kept.append(node)
    return kept


def sums_of(spans: Sequence[SpanRow | Span]) -> dict[str, Sums]:
    """By span id. Many senders repeat on a span what those below it used: where one of these
    tells, the span itself does not count, as in the sums of the trace.
    """
    own = {span.span_id: Sums(span.tokens_in, span.tokens_out, span.cost) for span in spans}
    parents = {span.span_id: span.parent_id for span in spans}
    order = _parents_first(parents)
    below: dict[str, list[Sums]] = {}
    found: dict[str, Sums] = {}
    for key in reversed(order):
        told = below.get(key, [])
        found[key] = Sums(*map(_sum, zip(*told, strict=True))) if told else own[key]
        if found[key] != NOTHING:
            below.setdefault(parents[key], []).append(found[key])
    return found


def _parents_first(parents: Mapping[str, str]) -> list[str]:
    """Each span behind the one above it; a circle is entered somewhere."""
    children: dict[str, list[str]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(key)
    order: dict[str, None] = {}
    tops = [key for key, parent in parents.items() if parent not in parents]
    for start in [*tops, *parents]:
        waiting = [start]
        while waiting:
            key = waiting.pop()
            if key not in order:
                order[key] = None
                waiting += children.get(key, [])
    return list(order)


def _sum(values: Iterable[Any]) -> Any:
    told = [value for value in values if value is not None]
    return sum(told) if told else None


class _Scale:
    def __init__(self, spans: Sequence[SpanRow | Span]) -> None:
        starts = [span.start for span in spans if span.start]
        ends = [span.end or span.start for span in spans if span.start]
        self.first = min(starts, default=None)
        self.length = max(filter(None, ends)) - min(starts) if starts else timedelta()

    def place(self, start: datetime | None, end: datetime | None) -> tuple[int | None, int | None]:
        if start is None or self.first is None or not self.length:
            return None, None
        width = max(SHORTEST, round(WHOLE * ((end or start) - start) / self.length))
        offset = min(WHOLE - SHORTEST, round(WHOLE * (start - self.first) / self.length))
        return offset, min(width, WHOLE - offset)


def _node(span: SpanRow | Span, current: str, scale: _Scale, sums: Mapping[str, Sums]) -> SpanNode:
    latency = latency_between(span.start, span.end)
    offset, width = scale.place(span.start, span.end)
    own = sums[span.span_id]
    return SpanNode(span, latency, span.span_id == current, offset, width, own)


def _by_time(node: SpanNode) -> tuple[bool, Any, int]:
    start = node.span.start
    return start is None, start or 0, node.span.id
