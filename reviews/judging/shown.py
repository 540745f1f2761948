"""What was judged of a trace, its spans and its session, for one reader."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate_site.keyset import cut
from annotate_site.projects.models import User
from fields.describing import show_value
from queues.visibility import Blindness, blindness
from traces.models import Trace

from ..models import Score, Target
from ..results.export.reviewed import as_json
from ..targets import span_of
from .listing import scores_of_trace

MOST = 200


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
    item_id: UUID | None
    where: str
    span: str
    is_final: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Judgments:
    """`blind`: to what other people judged without a queue, which is left out."""

    shown: list[Judgment]
    blind: Blindness
    is_cut: bool


def judgments_of(trace: Trace, reader: User) -> Judgments:
    """Those that this reader may see, who has opened others' answers by it."""
    rows, more = cut(scores_of_trace(trace, reader, most=MOST + 1), MOST)
    return Judgments([_judgment(row, reader) for row in rows], blindness(reader, trace.pk), more)


def value_in_words(kind: str | None, settings: Any, raw: Any) -> str | None:
    """A value as people read it; one that no field has judged, as it came."""
    if raw is None:
        return None
    value = as_json(raw)
    if kind is None:
        return value if isinstance(value, str) else json.dumps(value)
    return show_value(kind, as_json(settings), value)


def _judgment(row: Any, reader: User) -> Judgment:
    span = span_of(row.target_key) if row.target_kind == Target.SPAN else ""
    where = {Target.SPAN: f"Span {span}", Target.SESSION: "The session"}.get(row.target_kind, "")
    return Judgment(
        id=row.id, name=row.name, text=value_in_words(row.kind, row.settings, row.value),
        note=row.note, explanation=row.explanation, who=who_said(row), how=_how(row), at=row.at,
        queue_id=row.queue_id, queue=row.queue or "", item_id=row.item_id, where=where, span=span,
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
