"""Content that comes in log records: it joins its span, which may come before it or later.

A record stays in a row of its own, so that those of one span join in any order.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.models import Project

from ..attribute_rows import fill_attributes
from ..ingest.formats.otlp_logs import LogEvent
from ..search_texts import fill_texts
from .log_rows import LOCK_TRACES, belong, events_of, meet, part_key
from .span_rows import Key, join_content
from .summaries import gather

INSERT = """
insert into traces_logevent (project_id, of_trace, span_id, digest, time, event)
select %(project)s, given.*
  from json_to_recordset(%(rows)s::json) as given (of_trace text, span_id text, digest text,
       time bigint, event json)
 order by 2, 3, 4
on conflict do nothing
"""


@atomic_retry
def receive_log_events(*, project: Project, events: Sequence[LogEvent]) -> None:
    """Keeps them, in one transaction, and adds what they say to the spans that are here."""
    if not events:
        return
    meet(project, spans=(), alone={one.trace_id for one in events})
    _insert(project, events)
    traces = {part_key(project, one.trace_id): one.trace_id for one in events}
    there = {row.id for row in sql.rows(LOCK_TRACES, {"project": project.pk, "ids": list(traces)})}
    spans = dict.fromkeys((one.trace_id, one.span_id) for one in events)
    found = events_of(project, list(spans))
    written = join_content(project, _by_key(project, there, found))
    touched = {trace for trace, _ in written}
    said = gather(project, sorted(touched), written)
    fill_attributes(project.pk, touched)
    fill_texts(project.pk, list(touched), said)
    belong(project, there)


def _by_key(
    project: Project, there: set[UUID], found: Mapping[tuple[str, str], Any]
) -> dict[Key, Any]:
    keys = {(part_key(project, trace), span): told for (trace, span), told in found.items()}
    return {key: told for key, told in keys.items() if key[0] in there}


def _insert(project: Project, events: Iterable[LogEvent]) -> None:
    rows = [
        {
            "of_trace": one.trace_id, "span_id": one.span_id, "digest": one.digest,
            "time": one.time, "event": one.event,
        }
        for one in events
    ]  # fmt: skip
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False)
    sql.run(INSERT, {"project": project.pk, "rows": text})
