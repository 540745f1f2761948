"""Turn the spans a row names into one tree under one root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from traces.ingest.parsed import ParsedSpan, root_span_id

LOST_PARENT = "A span named a parent that is not in the trace; it was put under the root."
CIRCLE = "Spans named each other as parents in a circle; it was opened under the root."


def with_one_root(
    trace_id: str, whole: ParsedSpan, spans: Sequence[ParsedSpan]
) -> tuple[list[ParsedSpan], list[str]]:
    """Return the spans, root first and else in their order, and notes on what was mended.

    `whole` is the root as the trace itself tells it (its id does not count). It is merged into the
    one span without a parent, if there is just one and it tells nothing else; otherwise it becomes
    a root above. Span ids must be unique. A chain of spans may be as long as their number.
    """
    lost, notes = _lost(spans)
    tops = [span for span in spans if span.parent_id is None]
    if len(tops) == 1 and _agree(whole, tops[0]):
        root = _merged(whole, tops[0])
    else:
        root = replace(_around(whole, tops), span_id=_free_id(trace_id, spans))
    others = [
        replace(span, parent_id=root.span_id)
        if span.parent_id is None or span.span_id in lost
        else span
        for span in spans
        if span.span_id != root.span_id
    ]
    return [root, *others], notes


def _lost(spans: Sequence[ParsedSpan]) -> tuple[set[str], list[str]]:
    """Ids of spans whose parent is missing, and of one span in each circle of parents."""
    parents = {span.span_id: span.parent_id for span in spans}
    orphans = {own for own, parent in parents.items() if parent and parent not in parents}
    circles: set[str] = set()
    settled: set[str] = set(orphans)
    for span in spans:
        walk: dict[str, None] = {}
        current: str | None = span.span_id
        while current is not None and current not in settled and current not in walk:
            walk[current] = None
            current = parents[current]
        if current is not None and current in walk:
            circles.add(current)
        settled.update(walk)
    notes = [LOST_PARENT] * bool(orphans) + [CIRCLE] * bool(circles)
    return orphans | circles, notes


def _agree(whole: ParsedSpan, top: ParsedSpan) -> bool:
    return (not whole.inputs or not top.inputs or whole.inputs == top.inputs) and (
        not whole.outputs or not top.outputs or whole.outputs == top.outputs
    )


def _merged(whole: ParsedSpan, top: ParsedSpan) -> ParsedSpan:
    return replace(
        top,
        inputs=top.inputs or whole.inputs,
        outputs=top.outputs or whole.outputs,
        start=top.start or whole.start,
        end=top.end or whole.end,
        status=whole.status if top.status == "unset" else top.status,
    )


def _around(whole: ParsedSpan, tops: Sequence[ParsedSpan]) -> ParsedSpan:
    """The trace's own root; where it has no content, the first input and last output below it."""
    if whole.inputs or whole.outputs or not tops:
        return whole
    return replace(whole, inputs=tops[0].inputs, outputs=tops[-1].outputs)


def _free_id(trace_id: str, spans: Sequence[ParsedSpan]) -> str:
    taken = {span.span_id for span in spans}
    span_id = root_span_id(trace_id)
    while span_id in taken:
        span_id = root_span_id(span_id)
    return span_id
