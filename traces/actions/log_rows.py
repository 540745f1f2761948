"""Log records that wait for their span or have joined it, and the lock under which both meet."""

import zlib
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID, uuid5

from annotate_site import sql
from annotate_site.projects.models import Project

from ..ingest.parsed import MAX_EVENTS

SHARES = 64

LOCK_TRACES = """
select id from traces_trace where project_id = %(project)s and id = any(%(ids)s)
 order by trace_id for no key update
"""
FOUND = """
select of_trace, span_id, event
  from (select e.*, row_number() over (partition by e.of_trace, e.span_id
                                       order by e.time, e.digest) as place
          from unnest(%(traces)s::text[], %(spans)s::text[]) as wanted (trace, span)
          join traces_logevent e on e.project_id = %(project)s and e.of_trace = wanted.trace
                                and e.span_id = wanted.span) e
 where place <= %(most)s order by of_trace, span_id, place
"""
# Of the trace from now on: deleted with it.
BELONG = """
update traces_logevent e set trace_id = t.id from traces_trace t
 where t.project_id = %(project)s and t.id = any(%(ids)s) and e.project_id = t.project_id
   and e.of_trace = t.trace_id and e.trace_id is null
"""
# In one order, so that two that want each other's shares cannot deadlock.
MEET = """
select case when alone then pg_advisory_xact_lock(%(project)s, share)
            else pg_advisory_xact_lock_shared(%(project)s, share) end
  from unnest(%(shares)s::int[], %(alone)s::bool[]) as one (share, alone)
"""


def meet(project: Project, *, spans: Collection[str], alone: Collection[str]) -> None:
    """Spans of some traces and what log records or judgments say of them (`alone`) come one after
    the other; ids are their senders'.
    """
    of_spans, said = _shares(spans), _shares(alone)
    shares = sorted(of_spans | said)
    lock = zlib.crc32(project.pk.bytes) - 2**31
    wanted = {"project": lock, "shares": shares, "alone": [one in said for one in shares]}
    sql.rows(MEET, wanted)


def _shares(traces: Collection[str]) -> set[int]:
    return {zlib.crc32(trace.encode()) % SHARES for trace in traces}


def events_of(project: Project, spans: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """By the sender's id of the trace and the span's: what their log records say."""
    found: dict[tuple[str, str], Any] = {}
    if spans:
        traces, ids = zip(*spans, strict=True)
        known = {"project": project.pk, "traces": list(traces), "spans": list(ids)}
        for row in sql.rows(FOUND, known | {"most": MAX_EVENTS}):
            found.setdefault((row.of_trace, row.span_id), []).append(row.event)
    return found


def belong(project: Project, traces: Collection[UUID]) -> None:
    sql.run(BELONG, {"project": project.pk, "ids": list(traces)})


def part_key(project: Project, trace_id: str) -> UUID:
    """By which parts of one trace join, whatever way each of them comes."""
    return uuid5(project.pk, f"trace {trace_id}")
