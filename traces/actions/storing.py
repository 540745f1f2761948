"""Storing traces with their spans, many at once.

A chunk travels as one JSON text a table: a third of the time that a row object each takes.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Project

from ..ingest.parsed import ParsedSpan, ParsedTrace
from ..previews import preview_of

PREVIEW = 300

# In one order everywhere, so that two imports of the same traces cannot deadlock.
INSERT_TRACES = """
insert into traces_trace (project_id, id, trace_id, name, session_id, user_id, start, "end",
       latency, status, model, tokens_in, tokens_out, cost, tags, attributes, input_preview,
       output_preview, span_count)
select %(project)s, given.*
  from json_to_recordset(%(rows)s::json) as given (id uuid, trace_id text, name text,
       session_id text, user_id text, start timestamptz, "end" timestamptz, latency bigint,
       status text, model text, tokens_in bigint, tokens_out bigint, cost numeric, tags text[],
       attributes jsonb, input_preview text, output_preview text, span_count int)
 order by given.trace_id
on conflict do nothing
returning id
"""

INSERT_SPANS = """
insert into traces_span (project_id, trace_id, span_id, parent_id, name, kind, start, "end",
       status, inputs, outputs, attributes, events)
select %(project)s, given.*
  from json_to_recordset(%(rows)s::json) as given (trace uuid, span_id text, parent_id text,
       name text, kind text, start timestamptz, "end" timestamptz, status text, inputs jsonb,
       outputs jsonb, attributes jsonb, events jsonb)
"""


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
    ids = [arrival.id for arrival in arrivals]
    with transaction.atomic():
        earlier = set(project.traces.filter(pk__in=ids).values_list("pk", flat=True))
        new = [arrival for arrival in arrivals if arrival.id not in earlier]
        added = _insert(INSERT_TRACES, project, map(_trace, new))
        fresh = [arrival for arrival in new if arrival.id in added]
        _insert(INSERT_SPANS, project, _spans(fresh))
        if fresh:
            before = origin.before + len(earlier)
            change(
                project,
                actor,
                origin.object_type,
                origin.object_id,
                "traces",
                before or "",
                before + len(fresh),
            ).save()
    return earlier | added


def _insert(statement: str, project: Project, rows: Iterable[dict[str, Any]]) -> set[UUID]:
    text = json.dumps(list(rows), ensure_ascii=False, allow_nan=False, default=str)
    return {row.id for row in sql.rows(statement, {"project": project.pk, "rows": text})}


def _trace(arrival: Arrival) -> dict[str, Any]:
    parsed = arrival.trace
    return {
        "id": arrival.id,
        "trace_id": parsed.trace_id,
        "name": parsed.name,
        "session_id": parsed.session_id,
        "user_id": parsed.user_id,
        "start": parsed.start or arrival.start,
        "end": parsed.end,
        "latency": parsed.latency_ms,
        "status": parsed.status,
        "model": parsed.model,
        "tokens_in": parsed.tokens_in,
        "tokens_out": parsed.tokens_out,
        "cost": parsed.cost,
        "tags": parsed.tags,
        "attributes": parsed.attributes,
        "input_preview": preview_of(parsed.root.inputs, PREVIEW, speaker="user"),
        "output_preview": preview_of(parsed.root.outputs, PREVIEW),
        "span_count": len(parsed.spans),
    }


def _spans(arrivals: Iterable[Arrival]) -> Iterable[dict[str, Any]]:
    for arrival in arrivals:
        for span in arrival.trace.spans:
            yield _span(arrival.id, span)


def _span(trace: UUID, span: ParsedSpan) -> dict[str, Any]:
    return {
        "trace": trace,
        "span_id": span.span_id,
        "parent_id": span.parent_id or "",
        "name": span.name,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "status": span.status,
        "inputs": span.inputs,
        "outputs": span.outputs,
        "attributes": span.attributes,
        "events": span.events,
    }
