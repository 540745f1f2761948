"""Scores in a list, as programs and files read them: direct ones, and those of completed items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project, User
from queues.visibility import (
    ON_TRACES,
    is_blind_to,
    is_blind_to_session,
    note_opened,
    note_sessions_opened,
    note_traces_opened,
)
from traces.models import Trace

from ..models import Score, Target
from ..scores import is_present

MACHINES = {Score.Source.API, Score.Source.MODEL}
# Of a trace that was deleted nothing tells any more what its scores are about.
COLUMNS = """
       s.id, s.trace_id, t.trace_id as trace_key, t.name as trace_name, t.start as trace_start,
       s.target_kind, s.target_key, s.item_id, i.queue_id, q.name as queue, s.round,
       s.field_id, f.lineage, coalesce(f.lineage, s.named_id) as about, f.kind,
       f.settings, coalesce(f.name, n.name) as name, s.value,
       s.note, s.explanation, s.source_kind, s.source_key, s.evaluator,
       s.evaluator_version as version, s.annotator_id, u.name as person, u.email,
       token.name as token, s.review_id is not null as is_final, s.created_at as at
"""
JOINED = """
  left join traces_trace t on t.id = s.trace_id
  left join fields_field f on f.id = s.field_id
  left join traces_scorename n on n.id = s.named_id
  left join projects_user u on u.id = s.annotator_id
  left join projects_apitoken token on token.id = s.token_id
  left join queues_item i on i.id = s.item_id
  left join queues_queue q on q.id = i.queue_id
"""
READABLE = f"""
       s.project_id = %(project)s and {is_present("s")}
   and (s.trace_id is not null or s.item_id is not null or s.target_kind = 'session')
   and (s.item_id is null or ({ON_TRACES} and s.round = i.round))
   and not (s.item_id is null and s.source_kind = 'human'
            and s.annotator_id is distinct from %(reader)s
            and ({is_blind_to("%(reader)s", "s.trace_id")}
                 or s.target_kind = 'session'
                    and {is_blind_to_session("%(reader)s", "s.project_id", "s.target_key")}))
"""
PAGE = f"""
select {COLUMNS} from reviews_score s {JOINED}
 where {READABLE}
   and (%(trace)s::uuid is null or s.trace_id = %(trace)s
        or s.item_id in (select w.item_id from traces_tracequeue w where w.trace_id = %(trace)s))
   and (%(session)s::text is null
        or s.target_kind = 'session' and s.target_key = %(session)s)
   and (%(about)s::uuid[] is null or coalesce(f.lineage, s.named_id) = any(%(about)s))
   and (%(source)s::text is null or s.source_kind = %(source)s)
   and (%(evaluator)s::text is null or s.evaluator = %(evaluator)s)
   and (%(queue)s::uuid is null or i.queue_id = %(queue)s)
   and (%(since)s::timestamptz is null or s.created_at >= %(since)s)
   and (%(id)s::bigint is null or s.id = %(id)s)
   and (%(after)s::bigint is null or s.id < %(after)s)
 order by s.id desc limit %(most)s
"""


@dataclass(frozen=True)
class Asked:
    """Which scores; None for any. `about`: lineages of fields, ids of names."""

    trace: UUID | None = None
    session: str | None = None
    about: list[UUID] | None = None
    source: str | None = None
    evaluator: str | None = None
    queue: UUID | None = None
    since: datetime | None = None
    id: int | None = None


def list_scores(
    project: Project, reader: User, asked: Asked, *, after: int | None, most: int
) -> tuple[list[Any], int | None]:
    """The latest first, and behind which the next page begins; the reader has opened them."""
    params = {"project": project.pk, "reader": reader.pk, "after": after, "most": most + 1}
    found = sql.rows(PAGE, vars(asked) | params)
    shown = found[:most]
    note_read(reader, project.pk, shown)
    return shown, shown[-1].id if len(found) > most else None


# What was judged of a session is told of each of its traces.
OF_TRACES = f"""
select {COLUMNS}, told.trace_id as told_of
  from traces_tracefeedback told join reviews_score s on s.id = told.score_id {JOINED}
 where {READABLE}
   and told.trace_id = any(%(traces)s)
 order by s.id
"""


def scores_of_traces(project: Project, reader: User, traces: list[UUID]) -> list[Any]:
    """Of these traces (`told_of`), their spans and sessions, in the order they were given; the
    reader has opened them.
    """
    params = {"project": project.pk, "reader": reader.pk, "traces": traces}
    found = sql.rows(OF_TRACES, params)
    note_read(reader, project.pk, found)
    return found


MOST_IN_A_CELL = 20
# A final value takes the place of the answers on its item.
CELLS = f"""
select * from (
  select told.trace_id as told_of, told.lineage as about, coalesce(f.name, n.name) as name,
         s.id, s.trace_id, s.target_kind, s.target_key, s.item_id, s.source_kind, s.source_key,
         s.field_id, s.annotator_id, s.evaluator, u.name as person, u.email, token.name as token,
         case jsonb_typeof(s.value) when 'string' then to_jsonb(left(s.value #>> '{{}}', 200))
              else s.value end as value,
         row_number() over (partition by told.trace_id, told.lineage
                            order by s.source_kind <> 'human', s.id desc) as place
    from traces_tracefeedback told join reviews_score s on s.id = told.score_id {JOINED}
   where {READABLE}
     and told.trace_id = any(%(traces)s::uuid[]) and told.lineage = any(%(about)s::uuid[])
     and not (s.annotation_id is not null and exists (
              select 1 from reviews_score final
               where final.item_id = s.item_id and final.round = s.round
                 and final.field_id = s.field_id and final.review_id is not null
                 and {is_present("final")}))
) one where place <= {MOST_IN_A_CELL} order by told_of, about, place
"""


def scores_in_cells(
    project: Project, reader: User, traces: Sequence[UUID], about: Sequence[UUID]
) -> list[Any]:
    """The latest of each of these traces (`told_of`) about each field or name, people's first, and
    20 at most; the reader has opened them.
    """
    params = {
        "project": project.pk, "reader": reader.pk, "traces": list(traces), "about": list(about),
    }  # fmt: skip
    found = sql.rows(CELLS, params)
    note_read(reader, project.pk, found)
    return found


# In the order in which a trace's page lists them.
OF_TRACE = f"""
select {COLUMNS} from reviews_score s {JOINED}
 where {READABLE}
   and (s.trace_id = %(trace)s
        or s.item_id in (select w.item_id from traces_tracequeue w where w.trace_id = %(trace)s)
        or (s.target_kind = 'session' and s.target_key = %(session)s and %(session)s <> ''))
 order by lower(coalesce(f.name, n.name)), s.id
 limit %(most)s
"""


def scores_of_trace(trace: Trace, reader: User, *, most: int) -> list[Any]:
    """Of the trace, its spans and its session; the reader has opened them."""
    params = {
        "project": trace.project_id, "reader": reader.pk, "trace": trace.pk,
        "session": trace.session_id, "most": most,
    }  # fmt: skip
    found = sql.rows(OF_TRACE, params)
    note_read(reader, trace.project_id, found)
    return found


def note_read(reader: User, project_id: UUID, rows: Iterable[Any]) -> None:
    """These scores have been read."""
    every = list(rows)
    note_opened(reader, {r.item_id for r in every if r.item_id and r.annotator_id != reader.pk})
    direct = [row for row in every if _is_direct_of_another(row, reader)]
    note_traces_opened(reader, {row.trace_id for row in direct if row.trace_id})
    sessions = {row.target_key for row in direct if row.target_kind == Target.SESSION}
    note_sessions_opened(reader, project_id, sessions)


def _is_direct_of_another(row: Any, reader: User) -> bool:
    """What another person judged without a queue."""
    return row.item_id is None and row.source_kind not in MACHINES and row.annotator_id != reader.pk
