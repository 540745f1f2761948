"""View models: what the pages show of traces, so that templates ask no data for methods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .ingest.parsed import ParsedTrace, latency_between
from .models import Span, Trace, TraceQueue
from .queries import QueuePlace
from .reading.sections import Section, sections
from .words import amount, duration

SHOWN_SPANS = 500
DEEPEST_SPAN = 20
SHOWN_QUEUES = 2
STATE_GLYPH = {
    TraceQueue.State.OPEN: "pending",
    TraceQueue.State.PENDING_REVIEW: "pending_review",
    TraceQueue.State.COMPLETED: "completed",
}


@dataclass(frozen=True)
class Place:
    """A queue a trace is in. `glyph` is the status whose drawing tells `word`."""

    queue_id: str
    name: str
    glyph: str
    word: str


@dataclass(frozen=True)
class TraceRow:
    trace: Trace
    places: list[Place]
    more_places: int

    @property
    def has_tokens(self) -> bool:
        return self.trace.tokens_in is not None or self.trace.tokens_out is not None


@dataclass(frozen=True)
class Sample:
    """A trace that an upload would bring, as it will read."""

    name: str
    trace: ParsedTrace
    sections: list[Section]


@dataclass(frozen=True)
class Fact:
    """A labelled figure or word; `is_code` for ids, which are read letter by letter."""

    label: str
    value: str
    is_code: bool = False


@dataclass
class SpanNode:
    """One line of the span tree."""

    span: Span
    latency: int | None
    is_current: bool
    children: list[SpanNode] = field(default_factory=list)


def place(found: QueuePlace) -> Place:
    state = TraceQueue.State(found.state)
    return Place(str(found.queue_id), found.name, STATE_GLYPH[state], state.label)


def trace_row(trace: Trace, places: list[QueuePlace]) -> TraceRow:
    shown = [place(found) for found in places[:SHOWN_QUEUES]]
    return TraceRow(trace, shown, len(places) - len(shown))


def trace_facts(trace: Trace) -> list[Fact]:
    """What is known of the run as a whole, besides its time, tags and queues."""
    facts = [
        Fact("Latency", duration(trace.latency)),
        Fact("Model", trace.model),
        Fact("Tokens in", _count(trace.tokens_in)),
        Fact("Tokens out", _count(trace.tokens_out)),
        Fact("Cost", amount(trace.cost)),
        Fact("Session", trace.session_id, is_code=True),
        Fact("User", trace.user_id, is_code=True),
        Fact("Id", trace.trace_id, is_code=True),
    ]
    return [fact for fact in facts if fact.value]


def span_facts(span: Span) -> list[Fact]:
    latency = duration(latency_between(span.start, span.end))
    facts = [Fact("Latency", latency), Fact("Span", span.span_id, is_code=True)]
    return [fact for fact in facts if fact.value]


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def sample(trace: ParsedTrace) -> Sample:
    root = trace.root
    return Sample(trace.name, trace, sections(root.inputs, root.outputs))


def span_tree(spans: Iterable[Span], current: str) -> list[SpanNode]:
    """The tops of the tree, each level by time. Below DEEPEST_SPAN all stand on one level.

    A span whose parent is not among `spans` is a top; so is one of each circle of parents.
    """
    nodes = {span.span_id: _node(span, current) for span in spans}
    below: dict[str, list[SpanNode]] = {}
    for node in nodes.values():
        parent = node.span.parent_id
        below.setdefault(parent if parent in nodes else "", []).append(node)
    for siblings in below.values():
        siblings.sort(key=_by_time)
    tops: list[SpanNode] = []
    # Tops first; what a circle keeps out of reach is picked up at the end.
    for start in [*below.get("", []), *nodes.values()]:
        if start.span.span_id in nodes:
            tops.append(start)
            _hang(start, nodes, below)
    return tops


def _hang(top: SpanNode, nodes: dict[str, SpanNode], below: dict[str, list[SpanNode]]) -> None:
    """Gives a top its descendants, taking each out of `nodes`; no recursion, chains may be long."""
    del nodes[top.span.span_id]
    waiting: list[tuple[SpanNode, SpanNode, int]] = [(top, top, 1)]
    while waiting:
        node, holder, depth = waiting.pop()
        reached = [
            child for child in below.get(node.span.span_id, []) if child.span.span_id in nodes
        ]
        for child in reached:
            del nodes[child.span.span_id]
        holder.children += reached
        deeper = depth < DEEPEST_SPAN
        waiting += [(child, child if deeper else holder, depth + 1) for child in reached[::-1]]


def _node(span: Span, current: str) -> SpanNode:
    return SpanNode(span, latency_between(span.start, span.end), span.span_id == current)


def _by_time(node: SpanNode) -> tuple[bool, Any, int]:
    start = node.span.start
    return start is None, start or 0, node.span.pk
