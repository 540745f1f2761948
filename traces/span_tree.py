"""The spans of a trace as a tree with their place in its time, for the trace's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .ingest.parsed import latency_between
from .models import Span
from .reading.steps import tree_of

WHOLE = 1000  # parts in which a bar's place is told
SHORTEST = 8  # parts: less would not be seen


@dataclass
class SpanNode:
    """One line. `latency` is in milliseconds; `offset` and `width` are thousandths of the time
    from the first start to the last end of the spans, None where the span tells no time.
    """

    span: Span
    latency: int | None
    is_current: bool
    offset: int | None = None
    width: int | None = None
    children: list[SpanNode] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        return self.span.status == "error"


def span_tree(spans: Iterable[Span], current: str) -> list[SpanNode]:
    """The tops of the tree, each level by time; see `tree_of` for lost parents and circles."""
    listed = list(spans)
    scale = _Scale(listed)
    nodes = {span.span_id: _node(span, current, scale) for span in listed}
    parents = {key: node.span.parent_id for key, node in nodes.items()}
    return tree_of(nodes, parents, _by_time)


def failed_only(nodes: list[SpanNode]) -> list[SpanNode]:
    """The failed spans, and those above them, which lead there."""
    kept = []
    for node in nodes:
        node.children = failed_only(node.children)
        if node.children or node.has_failed:
            kept.append(node)
    return kept


class _Scale:
    def __init__(self, spans: list[Span]) -> None:
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


def _node(span: Span, current: str, scale: _Scale) -> SpanNode:
    latency = latency_between(span.start, span.end)
    offset, width = scale.place(span.start, span.end)
    return SpanNode(span, latency, span.span_id == current, offset, width)


def _by_time(node: SpanNode) -> tuple[bool, Any, int]:
    start = node.span.start
    return start is None, start or 0, node.span.pk
