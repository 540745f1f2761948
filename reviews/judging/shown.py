"""What was judged of a trace, its spans and its session, for one reader."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User
from fields.describing import show_value
from queues.visibility import (
    ON_TRACES,
    blind_traces,
    note_opened,
    note_sessions_opened,
    note_traces_opened,
)
from traces.models import Trace

from ..models import Score, Target
from ..scores import is_present
from ..targets import span_of

MACHINES = {Score.Source.API, Score.Source.MODEL}
MOST = 200

JUDGMENTS = f"""
select s.id, s.trace_id, s.target_kind, s.target_key, coalesce(f.name, n.name) as name,
       f.kind, f.settings, s.value, s.note, s.explanation, s.source_kind, s.source_key, s.evaluator,
       s.evaluator_version as version, s.annotator_id, u.name as person, u.email,
       token.name as token, s.created_at as at, s.item_id, q.id as queue_id, q.name as queue,
       s.review_id is not null as is_final
  from reviews_score s
  left join fields_field f on f.id = s.field_id
  left join traces_scorename n on n.id = s.named_id
  left join projects_user u on u.id = s.annotator_id
  left join projects_apitoken token on token.id = s.token_id
  left join queues_item i on i.id = s.item_id
  left join queues_queue q on q.id = i.queue_id
 where s.project_id = %(project)s and {is_present("s")}
   and (s.trace_id = %(trace)s
        or s.item_id in (select w.item_id from traces_tracequeue w where w.trace_id = %(trace)s)
        or (s.target_kind = 'session' and s.target_key = %(session)s and %(session)s <> ''))
   and (s.item_id is null or ({ON_TRACES} and s.round = i.round))
 order by lower(coalesce(f.name, n.name)), s.id
 limit %(most)s
"""


@dataclass(frozen=True)
class Judgment:
    """One score in words. `text` None: only a note. `where`: "" for the trace as a whole."""

    id: int
    name: str
    text: str | None
    note: str
    explanation: str
    who: str
    how: str
    at: datetime
    queue_id: UUID | None
    queue: str
    where: str
    span: str
    is_final: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Judgments:
    """`is_blind`: what other people judged without a queue is left out."""

    shown: list[Judgment]
    is_blind: bool
    is_cut: bool


def judgments_of(trace: Trace, reader: User) -> Judgments:
    """Those that this reader may see, who has opened others' answers by it."""
    params = {
        "project": trace.project_id, "trace": trace.pk, "session": trace.session_id,
        "most": MOST + 1,
    }  # fmt: skip
    rows, is_blind = sql.rows(JUDGMENTS, params), bool(blind_traces(reader, [trace.pk]))
    if is_blind:
        rows = [row for row in rows if not is_direct_of_another(row, reader)]
    note_read(reader, trace.project_id, rows)
    return Judgments([_judgment(row, reader) for row in rows[:MOST]], is_blind, len(rows) > MOST)


def is_direct_of_another(row: Any, reader: User) -> bool:
    """What another person judged without a queue. Rows have item_id, source_kind, annotator_id."""
    return row.item_id is None and row.source_kind not in MACHINES and row.annotator_id != reader.pk


def note_read(reader: User, project_id: UUID, rows: Iterable[Any]) -> None:
    """These scores have been read; rows have trace_id, target_kind and target_key besides."""
    every = list(rows)
    note_opened(reader, {r.item_id for r in every if r.item_id and r.annotator_id != reader.pk})
    direct = [row for row in every if is_direct_of_another(row, reader)]
    note_traces_opened(reader, {row.trace_id for row in direct if row.trace_id})
    sessions = {row.target_key for row in direct if row.target_kind == Target.SESSION}
    note_sessions_opened(reader, project_id, sessions)


def value_in_words(kind: str | None, settings: Any, raw: Any) -> str | None:
    """A value as people read it; one that no field has judged, as it came."""
    if raw is None:
        return None
    value = json.loads(raw) if isinstance(raw, str) else raw
    if kind is None:
        return value if isinstance(value, str) else json.dumps(value)
    given = json.loads(settings) if isinstance(settings, str) else settings
    return show_value(kind, given, value)


def _judgment(row: Any, reader: User) -> Judgment:
    span = span_of(row.target_key) if row.target_kind == Target.SPAN else ""
    where = {Target.SPAN: f"Span {span}", Target.SESSION: "The session"}.get(row.target_kind, "")
    return Judgment(
        id=row.id, name=row.name, text=value_in_words(row.kind, row.settings, row.value),
        note=row.note, explanation=row.explanation, who=who_said(row), how=_how(row), at=row.at,
        queue_id=row.queue_id, queue=row.queue or "", where=where, span=span,
        is_final=row.is_final,
        may_withdraw=row.item_id is None and row.annotator_id in (None, reader.pk),
    )  # fmt: skip


def who_said(row: Any) -> str:
    """A person by name, an evaluator by its own, a program by what it calls its source."""
    if row.annotator_id:
        return str(row.person or row.email)
    return str(row.evaluator or row.source_key or row.token or "A program")


def _how(row: Any) -> str:
    """What kind of source it is, in a word; "" for a person of the site."""
    if row.annotator_id:
        return ""
    kind = {Score.Source.MODEL: "Model", Score.Source.API: "Program"}.get(row.source_kind, "Person")
    return f"{kind} {row.version}".rstrip()
