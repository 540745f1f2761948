"""Storing traces with their spans, many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Project

from ..ingest.parsed import ParsedSpan, ParsedTrace
from ..ingest.preview import preview_of
from ..models import Span, Trace

PREVIEW = 300
SPANS_A_STATEMENT = 1000


@dataclass(frozen=True)
class Arrival:
    """A trace on its way in.

    `id` is made from where the trace comes from, so that a repeated import knows its own traces.
    `start` serves a trace that tells no time of its own.
    """

    id: UUID
    trace: ParsedTrace
    start: datetime


@dataclass(frozen=True)
class Origin:
    """What brings the traces: an object for the event, and how many came from it before."""

    object_type: str
    object_id: Any
    before: int


def store_traces(
    *, project: Project, arrivals: Sequence[Arrival], actor: Actor, origin: Origin
) -> set[UUID]:
    """Stores what is new, all of it or nothing, with one event; returns the ids now in store.

    An arrival whose id is not returned is already there: the project has its `trace_id` from
    somewhere else, and that trace is not changed. Give a few hundred at a time.
    """
    with transaction.atomic():
        earlier = _in_store(project, arrivals)
        new = [arrival for arrival in arrivals if arrival.id not in earlier]
        # In one order everywhere, so that two imports of the same traces cannot deadlock.
        new.sort(key=lambda arrival: arrival.trace.trace_id)
        Trace.objects.bulk_create((_trace(project, it) for it in new), ignore_conflicts=True)
        stored = _in_store(project, arrivals)
        fresh = [arrival for arrival in new if arrival.id in stored]
        Span.objects.bulk_create(_spans(project, fresh), batch_size=SPANS_A_STATEMENT)
        if fresh:
            total = origin.before + len(stored)
            before = total - len(fresh) or ""
            change(
                project, actor, origin.object_type, origin.object_id, "traces", before, total
            ).save()
    return stored


def _in_store(project: Project, arrivals: Sequence[Arrival]) -> set[UUID]:
    ids = [arrival.id for arrival in arrivals]
    return set(project.traces.filter(pk__in=ids).values_list("pk", flat=True))


def _trace(project: Project, arrival: Arrival) -> Trace:
    parsed = arrival.trace
    return Trace(
        id=arrival.id,
        project=project,
        trace_id=parsed.trace_id,
        name=parsed.name,
        session_id=parsed.session_id,
        user_id=parsed.user_id,
        start=parsed.start or arrival.start,
        end=parsed.end,
        latency=parsed.latency_ms,
        status=parsed.status,
        model=parsed.model,
        tokens_in=parsed.tokens_in,
        tokens_out=parsed.tokens_out,
        cost=parsed.cost,
        tags=parsed.tags,
        attributes=parsed.attributes,
        input_preview=preview_of(parsed.root.inputs, PREVIEW, speaker="user"),
        output_preview=preview_of(parsed.root.outputs, PREVIEW),
        span_count=len(parsed.spans),
    )


def _spans(project: Project, arrivals: Iterable[Arrival]) -> Iterable[Span]:
    for arrival in arrivals:
        for span in arrival.trace.spans:
            yield _span(project, arrival.id, span)


def _span(project: Project, trace: UUID, span: ParsedSpan) -> Span:
    return Span(
        project=project,
        trace_id=trace,
        span_id=span.span_id,
        parent_id=span.parent_id or "",
        name=span.name,
        kind=span.kind,
        start=span.start,
        end=span.end,
        status=span.status,
        inputs=span.inputs,
        outputs=span.outputs,
        attributes=span.attributes,
        events=span.events,
    )
