"""The rows of spans: new ones by COPY, those that are there already merged with what has come.

Whoever calls holds the locks of the traces, so that nobody else writes a span of these.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project

from ..ingest.formats.otlp_logs import content_of
from ..ingest.merging import Version, merge, with_content
from ..ingest.parsed import ParsedSpan

Key = tuple[UUID, str]  # of a trace, and the id of a span in it
Events = Mapping[Key, Any]  # all log records of these spans, in order
LOGGED = "log"  # in the place of an end

INSERT = """
copy traces_span (project_id, trace_id, span_id, parent_id, name, kind, start, "end", status,
     inputs, outputs, attributes, events, model, tokens_in, tokens_out, cost, told, ends)
from stdin
"""
STORED = """
select s.trace_id, s.span_id, s.parent_id, s.name, s.kind, s.start, s."end", s.status, s.inputs,
       s.outputs, s.attributes, s.events, s.model, s.tokens_in, s.tokens_out, s.cost, s.told, s.ends
  from unnest(%(traces)s::uuid[], %(spans)s::text[]) as wanted (trace, span)
  join traces_span s on s.project_id = %(project)s and s.trace_id = wanted.trace
                    and s.span_id = wanted.span
"""
UPDATE = """
update traces_span s
   set parent_id = given.parent_id, name = given.name, kind = given.kind, start = given.start,
       "end" = given."end", status = given.status, inputs = given.inputs, outputs = given.outputs,
       attributes = given.attributes, events = given.events, model = given.model,
       tokens_in = given.tokens_in, tokens_out = given.tokens_out, cost = given.cost,
       told = given.told, ends = given.ends
  from json_to_recordset(%(rows)s::json) as given (trace uuid, span_id text, parent_id text,
       name text, kind text, start timestamptz, "end" timestamptz, status text, inputs json,
       outputs json, attributes jsonb, events json, model text, tokens_in bigint, tokens_out bigint,
       cost numeric, told jsonb, ends jsonb)
 where s.project_id = %(project)s and s.trace_id = given.trace and s.span_id = given.span_id
"""


def insert_spans(project: Project, spans: Iterable[tuple[UUID, ParsedSpan]]) -> None:
    """Spans of new traces; the last where one comes again."""
    last = {(trace, span.span_id): Version(span) for trace, span in spans}
    _insert(project, last)


def write_spans(
    project: Project, new: set[UUID], versions: Mapping[Key, Version], events: Events
) -> dict[Key, Version]:
    """The spans that are not in store as they are given, as they are now. `new`: traces that had
    none before.
    """
    stored = _stored(project, [key for key in versions if key[0] not in new])
    fresh = {
        key: _with_content(one, events.get(key)) for key, one in versions.items()
        if key not in stored
    }  # fmt: skip
    merged = {
        key: _with_content(merge(one, versions[key]), events.get(key))
        for key, one in stored.items()
    }
    changed = {key: one for key, one in merged.items() if one != stored[key]}
    _insert(project, fresh)
    _update(project, changed)
    return fresh | changed


def join_content(project: Project, events: Events) -> dict[Key, Version]:
    """The spans in store that change by what their log records say, as they are now."""
    stored = _stored(project, list(events))
    joined = {key: _with_content(one, events[key]) for key, one in stored.items()}
    changed = {key: one for key, one in joined.items() if one != stored[key]}
    _update(project, changed)
    return changed


def _with_content(version: Version, events: Any) -> Version:
    return with_content(version, content_of(events)) if events else version


def _stored(project: Project, keys: list[Key]) -> dict[Key, Version]:
    if not keys:
        return {}
    traces, spans = zip(*keys, strict=True)
    known = {"project": project.pk, "traces": list(traces), "spans": list(spans)}
    return {(row.trace_id, row.span_id): _version(row) for row in sql.rows(STORED, known)}


def _version(row: Any) -> Version:
    given = row._asdict()
    del given["trace_id"]
    del given["ends"]
    ends = json.loads(row.ends or "{}")  # Django leaves jsonb as text
    given |= {
        "parent_id": row.parent_id or None,
        "attributes": json.loads(row.attributes),
        "told": json.loads(row.told or "{}"),
    }
    logged = frozenset(name for name, end in ends.items() if end == LOGGED)
    times = {
        name: datetime.fromisoformat(end) if end else None
        for name, end in ends.items()
        if name not in logged
    }
    return Version(ParsedSpan(**given), times, logged)


def _insert(project: Project, versions: Mapping[Key, Version]) -> None:
    if versions:
        sql.copy(INSERT, (_copied(project.pk, trace, one) for (trace, _), one in versions.items()))


def _copied(project: UUID, trace: UUID, version: Version) -> tuple[Any, ...]:
    one = version.span
    return (
        project, trace, one.span_id, one.parent_id or "", one.name, one.kind, one.start, one.end,
        one.status, _json(one.inputs), _json(one.outputs), _json(one.attributes),
        _json(one.events), one.model, one.tokens_in, one.tokens_out, one.cost,
        _json(one.told) if one.told else None, _json(ends) if (ends := _ends(version)) else None,
    )  # fmt: skip


# One for all: `json.dumps` makes another for each value.
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _ends(version: Version) -> dict[str, str | None] | None:
    ends = {name: end.isoformat() if end else None for name, end in version.ends.items()}
    return ends | dict.fromkeys(sorted(version.logged), LOGGED) or None


def _update(project: Project, versions: Mapping[Key, Version]) -> None:
    if not versions:
        return
    rows = [_changed(trace, one) for (trace, _), one in versions.items()]
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False, default=str)
    sql.run(UPDATE, {"project": project.pk, "rows": text})


def _changed(trace: UUID, version: Version) -> dict[str, Any]:
    given = {**vars(version.span), "trace": trace, "ends": _ends(version)}
    return given | {"parent_id": version.span.parent_id or "", "told": version.span.told or None}
