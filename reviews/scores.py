"""The one writer of scores, and how the present ones are read.

A submit writes annotation, scores and the end of its hold in one statement. Nothing is
overwritten, but by an erasure: what a correction or an undo replaces stays, marked as superseded.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from annotate_site import sql
from annotate_site.projects.models import User
from fields.validation import to_form
from queues.erasing import ERASED_TEXT
from queues.models import Item
from queues.queries.sources import trace_of

from .active_time import BOUNDED, more_of
from .answers import Answer, Draft, Judged
from .models import Annotation, Review, Score

# Annotation and scores.
ANSWERS = f"""
with given as (
  select * from jsonb_to_recordset(%(answers)s::jsonb) as g(field uuid, value jsonb, note text)
), annotation as (
  insert into reviews_annotation as a (queue_id, item_id, round, annotator_id, state, version,
         draft, submission_id, field_set, active_ms, started_at, saved_at, submitted_at)
  values (%(queue)s, %(item)s, %(round)s, %(user)s, 'submitted', 1, '{{}}', %(submission_id)s,
          %(field_set)s, {BOUNDED}, clock_timestamp(), clock_timestamp(), clock_timestamp())
  on conflict (item_id, round, annotator_id) do update
     set state = 'submitted', version = a.version + 1, draft = '{{}}',
         submission_id = excluded.submission_id, field_set = excluded.field_set,
         active_ms = {more_of("a.active_ms", "excluded.active_ms")},
         saved_at = clock_timestamp(), submitted_at = clock_timestamp()
   where a.state = 'draft' and (a.version = %(version)s or a.draft = %(draft)s)
  returning a.id
), scored as (
  insert into reviews_score (project_id, trace_id, item_id, round, annotation_id, field_id,
         annotator_id, source_kind, source_key, value, note, created_at)
  select %(project)s, (select id from traces_trace where id = %(trace)s::uuid), %(item)s,
         %(round)s, annotation.id, g.field, %(user)s, 'human', '',
         nullif(g.value, 'null'::jsonb), g.note, clock_timestamp()
    from given g, annotation
)
"""
STORE = ANSWERS + "select id from annotation"
# And all that a submit does to the hold, in one statement: nothing where no annotation came back.
# Earlier drafts of the item are offered no more. Each part waits for the annotation, which is
# locked first, as an autosave does.
FINISH = (
    ANSWERS
    + """
, ended as (
  update queues_reservation r
     set ended_at = coalesce(ended_at, clock_timestamp()), ending = 'submitted', parked_at = null,
         draft_saved_at = null, refused_at = null, cleared_at = null
    from annotation where r.id = %(reservation)s
), unmarked as (
  update queues_reservation r set draft_saved_at = null, refused_at = null
    from annotation
   where r.item_id = %(item)s and r.annotator_id = %(user)s and r.round = %(round)s
     and r.id <> %(reservation)s and (r.draft_saved_at is not null or r.refused_at is not null)
), done as (
  update queues_slot s
     set state = 'done', annotator_id = %(user)s, token = null, expires_at = null,
         remaining = null, returned_at = null
    from annotation where s.id = %(slot)s and s.state in ('held', 'free')
)
select id from annotation
"""
)


@dataclass(frozen=True)
class HoldToEnd:
    """Ids of the reservation that ends as submitted, and of the slot that is done."""

    reservation: int
    slot: int


def write_answers(
    user: User,
    item: Item,
    judged: Judged,
    *,
    draft: Draft,
    version: int,
    submission_id: UUID | None,
    active_ms: int | None,
    hold: HoldToEnd | None,
) -> bool:
    """Of the item's round, whose queue is loaded; False where the annotation has moved on.

    Without a `hold` the slot is the caller's. The caller has the item's row lock.
    """
    params = _params(user, item, judged, draft) | {
        "version": version, "submission_id": submission_id, "active_ms": active_ms,
    }  # fmt: skip
    if hold is None:
        return sql.one(STORE, params) is not None
    params |= {"reservation": hold.reservation, "slot": hold.slot}
    return sql.one(FINISH, params) is not None


def _params(user: User, item: Item, judged: Judged, draft: Draft) -> dict[str, Any]:
    answers = [{"field": str(a.field.pk), "value": a.value, "note": a.note} for a in judged.answers]
    return {
        "queue": item.queue_id,
        "project": item.queue.project_id,
        "item": item.pk,
        "round": item.round,
        "user": user.pk,
        "field_set": Jsonb(judged.field_set),
        "answers": Jsonb(answers),
        "trace": trace_of(item),
        "draft": Jsonb(draft.as_json()),
    }


def is_present(score: str = "s") -> str:
    """SQL: the score counts. In Python: `Score.objects.present()`."""
    return f"{score}.superseded_at is null"


def draft_of(annotation: Annotation) -> Draft:
    """Its present scores as what a form would post."""
    scores = list(annotation.scores.present())
    values = {str(one.field_id): to_form(one.value) for one in scores if one.value is not None}
    return Draft(values, {str(one.field_id): one.note for one in scores if one.note})


def correct(item: Item, annotation: Annotation, answers: list[Answer]) -> list[str]:
    """A new score for each answer that differs; the names of the fields, [] where none does.

    The item's queue is loaded.
    """
    before = {one.field_id: one for one in annotation.scores.present().select_related("field")}
    now = {answer.field.pk: answer for answer in answers}
    differs = [answer for pk, answer in now.items() if not _is_same(before.get(pk), answer)]
    gone = [score for pk, score in before.items() if pk not in now]
    stale = [before[answer.field.pk] for answer in differs if answer.field.pk in before] + gone
    Score.objects.filter(pk__in=[one.pk for one in stale]).update(superseded_at=sql.clock())
    _write(item, differs, annotation=annotation, annotator_id=annotation.annotator_id)
    return [answer.field.name for answer in differs] + [score.asked.name for score in gone]


def resolve(item: Item, review: Review, answers: list[Answer]) -> None:
    """The final values of a review, beside the annotators' scores. The item's queue is loaded."""
    _write(item, answers, review=review, annotator_id=review.reviewer_id)


def withdraw(annotation: Annotation) -> None:
    """Its scores count no more: the submit was taken back."""
    annotation.scores.present().update(superseded_at=sql.clock())


SUPERSEDE = """
with superseded as (
  update reviews_score set superseded_at = clock_timestamp()
   where id = any(%(scores)s) and superseded_at is null
  returning id
)
delete from traces_tracefeedback where score_id in (select id from superseded)
"""


def supersede(ids: Iterable[int]) -> None:
    """These count no more, and are no feedback on their trace."""
    if scores := list(ids):
        sql.run(SUPERSEDE, {"scores": scores})


# An approval that no longer holds: its row stays as history, its final values count no more.
CLEAR_DECISION = """
with cleared as (
  update reviews_review set cleared_at = clock_timestamp()
   where item_id = %(item)s and round = %(round)s and decided_at is not null
     and cleared_at is null
  returning id
)
update reviews_score set superseded_at = clock_timestamp()
 where review_id in (select id from cleared) and superseded_at is null
"""


def clear_decision(item: Item) -> None:
    """The item's present decision and its final values are history from now on."""
    sql.run(CLEAR_DECISION, {"item": item.pk, "round": item.round})


# What a trace or its session was scored with from outside may quote it as well.
ERASE_TEXTS = """
update reviews_score s
   set value = case when jsonb_typeof(s.value) = 'string' and coalesce(f.kind, 'text') = 'text'
                    then %(text)s::jsonb else s.value end,
       note = '', explanation = '', raw = null,
       source_key = case when s.source_key = '' then '' else 'erased ' || s.id end
  from reviews_score o left join fields_field f on f.id = o.field_id
 where o.id = s.id and s.id in (
       select id from reviews_score where item_id = any(%(items)s::uuid[])
       union
       select id from reviews_score where trace_id = any(%(traces)s::uuid[])
       union
       select about.id from reviews_score about join traces_trace t
           on t.project_id = about.project_id and t.session_id = about.target_key
        where about.target_kind = 'session' and t.id = any(%(traces)s::uuid[]))
"""


def erase_texts(*, items: Sequence[UUID], traces: Sequence[UUID]) -> None:
    """What people wrote freely about these, of every round; an erased person may be named in it."""
    params = {"items": list(items), "traces": list(traces), "text": json.dumps(ERASED_TEXT)}
    sql.run(ERASE_TEXTS, params)


def _is_same(score: Score | None, answer: Answer) -> bool:
    """By type too: true is not 1."""
    if score is None or score.note != answer.note:
        return False
    return type(score.value) is type(answer.value) and score.value == answer.value


TRACE = "select id from traces_trace where id = %s"


def _write(item: Item, answers: list[Answer], **whose: Any) -> None:
    if not answers:
        return
    about = trace_of(item)
    trace = sql.one(TRACE, [about]) if about else None
    clock = sql.clock()
    Score.objects.bulk_create(
        Score(
            project_id=item.queue.project_id, trace_id=trace.id if trace else None, item=item,
            round=item.round, field=answer.field, value=answer.value, note=answer.note,
            created_at=clock, **whose,
        )
        for answer in answers
    )  # fmt: skip
