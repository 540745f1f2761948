"""How direct scores are kept: which one of a source counts, and what a new one replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from annotate_site import sql
from annotate_site.errors import Busy
from annotate_site.projects.models import Project
from fields.models import Field

from .models import Score, Target
from .scores import is_present
from .targets import ScoreTarget, Source


@dataclass(frozen=True)
class NewScore:
    """`field` with a `value` that it takes (see `fields.validation`), or a `name` that no field has
    and a text, number or boolean. `raw`: what was sent, as JSON.
    """

    target: ScoreTarget
    source: Source
    value: Any
    field: Field | None = None
    name: str = ""
    note: str = ""
    explanation: str = ""
    raw: Any = None


class Key(NamedTuple):
    """Of the scores with one key one counts. The versions of a field are one field."""

    target_kind: str
    target_key: str
    about: UUID
    source_kind: str
    source_key: str
    evaluator: str
    annotator_id: int | None

    @classmethod
    def of(cls, score: NewScore, names: Mapping[str, UUID]) -> Key:
        source, target = score.source, score.target
        about = score.field.lineage if score.field else names[score.name]
        who = source.annotator.pk if source.annotator else None
        return cls(
            str(target.kind), target.key, about, str(source.kind), source.key, source.evaluator, who
        )


class Present(NamedTuple):
    """A score that counts now, as far as a new one is compared with it."""

    id: int
    field_id: UUID | None
    value: Any
    note: str
    explanation: str
    version: str

    def says(self, score: NewScore) -> bool:
        """By type too: true is not 1."""
        source, field = score.source, score.field
        same = type(self.value) is type(score.value) and self.value == score.value
        words = (self.note, self.explanation, self.version)
        return (
            same
            and words == (score.note, score.explanation, source.version)
            and self.field_id == (field.pk if field else None)
        )


PRESENT = f"""
select s.id, s.target_kind, s.target_key, coalesce(f.lineage, s.named_id) as about, s.source_kind,
       s.source_key, s.evaluator, s.annotator_id, s.field_id, s.value::json as value, s.note,
       s.explanation, s.evaluator_version as version
  from reviews_score s left join fields_field f on f.id = s.field_id
 where s.project_id = %(project)s and {is_present("s")} and s.target_kind <> ''
   and (s.target_kind, s.target_key) in (
       select kind, key from jsonb_to_recordset(%(targets)s) as given(kind text, key text))
"""


def present_scores(project: Project, targets: Iterable[ScoreTarget]) -> dict[Key, Present]:
    """The direct scores of these targets that count now."""
    given = [{"kind": str(one.kind), "key": one.key} for one in dict.fromkeys(targets)]
    found = sql.rows(PRESENT, {"project": project.pk, "targets": Jsonb(given)})
    return {
        Key(*(getattr(row, name) for name in Key._fields)): Present(
            *(getattr(row, name) for name in Present._fields)
        )
        for row in found
    }


def insert_scores(
    project: Project, scores: Mapping[Key, NewScore], names: Mapping[str, UUID]
) -> dict[Key, int]:
    """Their ids. Earlier ones with these keys are superseded already."""
    clock = sql.clock()
    made = Score.objects.bulk_create(
        Score(
            project=project, trace_id=one.target.trace, target_kind=one.target.kind,
            target_key=one.target.key, field=one.field,
            named_id=None if one.field else names[one.name], annotator=one.source.annotator,
            source_kind=one.source.kind, source_key=one.source.key, token=one.source.token,
            evaluator=one.source.evaluator, evaluator_version=one.source.version,
            value=one.value, note=one.note, explanation=one.explanation, raw=one.raw,
            created_at=clock,
        )
        for one in scores.values()
    )  # fmt: skip
    return {key: score.pk for key, score in zip(scores, made, strict=True)}


# In the order of whatever else changes traces.
LOCK_TRACES = "select id from traces_trace where id = any(%s) order by trace_id for no key update"
# A session has no row that could be locked: two that score it at once take turns.
LOCK_SESSIONS = """
select pg_advisory_xact_lock(hashtextextended('session ' || key, 0))
  from (select key from unnest(%s::text[]) as given(key) order by key) ordered
"""


def lock_targets(project: Project, targets: Iterable[ScoreTarget]) -> None:
    """Until the transaction ends, in an order that everybody takes them in. Raises Busy where a
    trace has been deleted meanwhile: who asks again is told so.
    """
    given = list(targets)
    traces = {one.trace for one in given if one.trace}
    if traces and len(sql.rows(LOCK_TRACES, [list(traces)])) < len(traces):
        raise Busy
    if sessions := {f"{project.pk} {one.key}" for one in given if one.kind == Target.SESSION}:
        sql.rows(LOCK_SESSIONS, [sorted(sessions)])
