"""A session as a source: its traces in the order of their starts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project

from ..payloads import Payload, load_payloads
from .of_traces import part_of
from .source import Part, Source, SourceKind

MOST_TRACES = 200  # of one session: who could read more?

# `<> ''` lets the index of sessions answer, which has no traces without one.
TRACES = """
select given.key, t.id, t.total, t.changes
  from unnest(%(keys)s::text[]) given (key)
 cross join lateral (
       select t.id, t.start, count(*) over () as total,
              (sum(t.changes + 1) over ())::bigint as changes from traces_trace t
        where t.project_id = %(project)s and t.session_id = given.key and t.session_id <> ''
        order by t.start, t.id limit %(most)s) t
 order by given.key, t.start, t.id
"""


class _Row(NamedTuple):
    key: str
    id: UUID
    total: int
    changes: int


def load_sessions(project: Project, keys: Sequence[str], *, steps: bool) -> list[Source]:
    params = {"keys": list(dict.fromkeys(keys)), "project": project.pk, "most": MOST_TRACES}
    rows = sql.rows(TRACES, params, into=_Row)
    loaded = load_payloads(project, [row.id for row in rows], steps=steps)
    payloads = {payload.trace.pk: payload for payload in loaded}
    found: dict[str, list[Payload]] = {}
    whole = {row.key: row for row in rows}
    for row in rows:
        if row.id in payloads:
            found.setdefault(row.key, []).append(payloads[row.id])
    return [_source(found[key], whole[key]) for key in dict.fromkeys(keys) if key in found]


def _source(payloads: list[Payload], whole: _Row) -> Source:
    total = whole.total
    title = f"Session of {total:,} trace{'' if total == 1 else 's'}"
    parts = [_part(payload) for payload in payloads]
    traces = [payload.trace for payload in payloads]
    return Source(
        SourceKind.SESSION, whole.key, title, parts, traces, total - len(parts),
        changes=whole.changes,
    )  # fmt: skip


def _part(payload: Payload) -> Part:
    return replace(part_of(payload), trace=payload.trace.pk)


def known_sessions(project: Project, keys: Sequence[str]) -> set[str]:
    found = project.traces.filter(session_id__in=list(keys)).exclude(session_id="")
    return set(found.order_by().values_list("session_id", flat=True).distinct())
