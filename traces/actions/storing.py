"""Storing traces with their spans, many at once.

A chunk of traces travels as one JSON text: a third of the time that a row object each takes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import Busy
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import ApiToken, Project

from ..arrivals import note_arrivals
from ..attribute_rows import fill_attributes
from ..hooks import Arrived, hooks
from ..ingest.merging import Version, merge
from ..ingest.parsed import ParsedTrace
from ..previews import previews_of
from ..search_texts import fill_texts
from .log_rows import LOCK_TRACES, belong, events_of, meet
from .span_rows import Key, insert_spans, write_spans
from .summaries import PREVIEW, add_up, gather

ATTEMPTS = 3

# In one order everywhere, so that two imports of the same traces cannot deadlock.
INSERT_TRACES = """
insert into traces_trace (project_id, id, trace_id, name, session_id, user_id, start, "end",
       latency, status, model, tokens_in, tokens_out, cost, tags, sent_tags, attributes,
       input_preview, output_preview, span_count)
select %(project)s, given.*
  from json_to_recordset(%(rows)s::json) as given (id uuid, trace_id text, name text,
       session_id text, user_id text, start timestamptz, "end" timestamptz, latency bigint,
       status text, model text, tokens_in bigint, tokens_out bigint, cost numeric, tags text[],
       sent_tags text[], attributes jsonb, input_preview text, output_preview text, span_count int)
 order by given.trace_id
on conflict do nothing
returning id
"""


@dataclass(frozen=True)
class Arrival:
    """A trace on its way in.

    `id` is made from where the trace comes from, so that a repeated import knows its own traces;
    for parts of one trace it is the same. `start` serves a trace that tells no time of its own.
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


class Stored(NamedTuple):
    """The ids of those arrivals that are in store now, of those that changed nothing there since
    all of it came before, and how many traces are new.
    """

    ids: set[UUID]
    repeated: set[UUID]
    new: int


def store_traces(
    *,
    project: Project,
    arrivals: Sequence[Arrival],
    actor: Actor,
    origin: Origin | None,
    token: ApiToken | None = None,
) -> Stored:
    """Stores what is new, all of it or nothing; with an event where it has an origin. `token` is
    that of a program that sends them.

    An arrival whose id is not returned is already there: the project has its `trace_id` from
    somewhere else, and that trace is not changed. Parts of one trace have one id and join, in any
    order; how versions of a span join is in `traces.ingest.merging`. Give a few hundred at a time.
    Raises Busy where somebody deletes the same traces all the while.
    """
    wholes = [one for one in arrivals if not one.trace.is_part]
    parts = [one for one in arrivals if one.trace.is_part and one.trace.spans]
    arrived = _arrived(arrivals, token)
    with transaction.atomic():
        judged = {judgment.trace_id for judgment in arrived.judgments} - {""}
        meet(project, spans=arrived.traces, alone=judged)
        ids = [one.id for one in wholes]
        earlier = set(project.traces.filter(pk__in=ids).values_list("pk", flat=True))
        added = _insert(project, [_whole(one) for one in wholes if one.id not in earlier])
        fresh = [one for one in wholes if one.id in added]
        insert_spans(project, ((one.id, span) for one in fresh for span in one.trace.spans))
        add_up(project, [one.id for one in fresh if _leaves_to_spans(one.trace)])

        new, there = _locked(project, parts)
        versions = _together(one for one in parts if one.id in there)
        events = _events(project, parts, versions)
        written = write_spans(project, new, versions, events)
        touched = {trace for trace, _ in written}
        said = gather(project, sorted(touched), written)
        fill_attributes(project.pk, touched - new, new=added | new)
        fill_texts(project.pk, [*added, *touched], said)
        note_arrivals(project.pk, [*added, *touched])
        said_anew = hooks.arrived(project, arrived, actor)
        _record(project, actor, origin, len(added) + len(new))
    alone = {one.id for one in arrivals if not one.trace.spans}
    repeated = (there | alone) - touched - _saying(arrivals, said_anew)
    return Stored(earlier | added | there | alone, repeated, len(added) + len(new))


def _saying(arrivals: Sequence[Arrival], digests: Set[str]) -> set[UUID]:
    return {
        one.id
        for one in arrivals
        if any(judgment.digest in digests for judgment in one.trace.judgments)
    }


def _arrived(arrivals: Sequence[Arrival], token: ApiToken | None) -> Arrived:
    spans = [one.trace for one in arrivals if one.trace.spans]
    return Arrived(
        traces={trace.trace_id for trace in spans},
        sessions={trace.session_id for trace in spans if trace.session_id},
        judgments=[judgment for one in arrivals for judgment in one.trace.judgments],
        token=token,
    )


def _locked(project: Project, parts: list[Arrival]) -> tuple[set[UUID], set[UUID]]:
    """The traces of which these are parts, made where they were not: the new ones, and all."""
    rows = {one.id: _row(one) for one in parts}
    new: set[UUID] = set()
    for _ in range(ATTEMPTS):
        new |= _insert(project, list(rows.values()))
        known = {"project": project.pk, "ids": list(rows)}
        there = {row.id for row in sql.rows(LOCK_TRACES, known)} if rows else set()
        absent = [row["trace_id"] for key, row in rows.items() if key not in there]
        if not absent or project.traces.filter(trace_id__in=absent).count() == len(absent):
            return new & there, there
    raise Busy  # somebody deleted one in between, each time


def _events(
    project: Project, parts: list[Arrival], versions: Mapping[Key, Version]
) -> dict[Key, Any]:
    """What log records say of these spans."""
    names = {one.id: one.trace.trace_id for one in parts}
    found = events_of(project, [(names[trace], span) for trace, span in versions])
    if not found:
        return {}
    belong(project, names)
    return {key: found[at] for key in versions if (at := (names[key[0]], key[1])) in found}


def _together(parts: Iterable[Arrival]) -> dict[Key, Version]:
    """Each span once, whatever its versions in this batch."""
    versions: dict[Key, Version] = {}
    for part in parts:
        for span in part.trace.spans:
            key, version = (part.id, span.span_id), Version(span)
            versions[key] = merge(versions[key], version) if key in versions else version
    return versions


def _leaves_to_spans(trace: ParsedTrace) -> bool:
    """Whether a whole trace tells no model, tokens and cost, and its spans do."""
    own = (trace.model or None, trace.tokens_in, trace.tokens_out, trace.cost)
    return own == (None,) * 4 and any(
        span.model or (span.tokens_in, span.tokens_out, span.cost) != (None,) * 3
        for span in trace.spans
    )


def _insert(project: Project, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    if not rows:
        return set()
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False, default=str)
    return {row.id for row in sql.rows(INSERT_TRACES, {"project": project.pk, "rows": text})}


def _row(arrival: Arrival) -> dict[str, Any]:
    """Of parts: what `gather` does not tell anew."""
    parsed = arrival.trace
    return {
        "id": arrival.id,
        "trace_id": parsed.trace_id,
        "name": parsed.name,
        "session_id": "",
        "user_id": "",
        "start": parsed.start or arrival.start,
        "status": parsed.status,
        "model": "",
        "tags": [],
        "sent_tags": [],
        "attributes": {},
        "input_preview": "",
        "output_preview": "",
        "span_count": 0,
    }


def _whole(arrival: Arrival) -> dict[str, Any]:
    parsed = arrival.trace
    asked, answered = previews_of(*parsed.sides, PREVIEW)
    return _row(arrival) | {
        "session_id": parsed.session_id,
        "user_id": parsed.user_id,
        "end": parsed.end,
        "latency": parsed.latency_ms,
        "model": parsed.model,
        "tokens_in": parsed.tokens_in,
        "tokens_out": parsed.tokens_out,
        "cost": parsed.cost,
        "tags": parsed.tags,
        "sent_tags": parsed.tags,
        "attributes": parsed.attributes,
        "input_preview": asked,
        "output_preview": answered,
        "span_count": len(parsed.spans),
    }


def _record(project: Project, actor: Actor, origin: Origin | None, new: int) -> None:
    if new and origin:
        before, after = origin.before or "", origin.before + new
        event = change(
            project, actor, origin.object_type, origin.object_id, "traces", before, after
        )
        event.save()
