"""Scores: judgments of traces, from queues and without one; programs send their own."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404
from ninja import Query, Router, Status

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from annotate_site.projects.models import Project
from fields.models import Field
from reviews.actions.scoring import RESULTS, put_scores, withdraw_score
from reviews.judging.listing import Asked, list_scores
from reviews.models import Target
from reviews.targets import TargetRef, find_targets, span_of
from traces.models import ScoreName

from .errors import NO_PARAMETER, Invalid
from .guard import ApiRequest, Token
from .paging import read_cursor, sign_cursor
from .repeats import answer_once
from .score_reading import read_scores
from .score_schemas import ScoreOut, ScorePage, ScoreQuery, ScoresIn, ScoresStored

router = Router(tags=["scores"])
SCORES = "/projects/{slug:project}/scores"
SCORE = f"{SCORES}/{{int:score_id}}"
LARGEST = 2**63


@router.get(SCORES, auth=Token(Can.READ_RESULTS), response=ScorePage, url_name="scores")
def get_scores(request: ApiRequest, project: str, query: Query[ScoreQuery]) -> dict[str, Any]:
    """The latest first: what was said of traces, spans and sessions without a queue, and the
    answers of completed items. What people judged without a queue is left out where the token's
    owner annotates the trace and has not finished. Whoever reads others' answers here has opened
    them.
    """
    unknown = request.GET.keys() - ScoreQuery.model_fields.keys()
    if unknown:
        raise Invalid([(name, NO_PARAMETER) for name in sorted(unknown)])
    here, user = request.access.project, request.access.user
    asked = _asked(here, query)
    of = f"scores {here.pk} {json.dumps(vars(asked), default=str)}"
    place = read_cursor(query.cursor, of=of)
    after = int(place) if place else None
    rows, rest = list_scores(here, user, asked, after=after, most=query.limit)
    return {
        "items": [_told(row) for row in rows],
        "next_cursor": sign_cursor(str(rest), of=of) if rest else None,
    }


def _asked(project: Project, query: ScoreQuery) -> Asked:
    """Raises Invalid for a trace that is not there."""
    trace = None
    if query.trace_id:
        ref = TargetRef(query.trace_id)
        found = find_targets(project, [ref]).get(ref)
        if found is None:
            raise Invalid([("trace_id", "There is no such trace.")])
        trace = found.trace
    return Asked(
        trace, query.session_id, _about(project, query), query.source, query.evaluator,
        query.queue, query.since,
    )  # fmt: skip


def _about(project: Project, query: ScoreQuery) -> list[UUID] | None:
    """Lineages of fields and ids of names; None for any, [] for none that is there."""
    if query.field is None and query.name is None:
        return None
    fields, names = Field.objects.visible_in(project), ScoreName.objects.filter(project=project)
    if query.field:
        fields, names = fields.filter(pk=query.field), names.none()
    if query.name:
        fields = fields.filter(name__iexact=query.name)
        names = names.filter(name__iexact=query.name)
    return [*fields.values_list("lineage", flat=True), *names.values_list("pk", flat=True)]


def _told(row: Any) -> dict[str, Any]:
    is_session, is_span = row.target_kind == Target.SESSION, row.target_kind == Target.SPAN
    person = {"name": row.person, "email": row.email} if row.annotator_id else None
    return {
        "id": row.id, "trace": row.trace_id, "trace_id": row.trace_key,
        "span_id": span_of(row.target_key) if is_span else None,
        "session_id": row.target_key if is_session else None,
        "field": row.field_id, "lineage": row.lineage, "name": row.name,
        "value": json.loads(row.value) if row.value is not None else None,
        "note": row.note, "explanation": row.explanation, "source": row.source_kind,
        "evaluator": row.evaluator, "version": row.version, "identifier": row.source_key,
        "annotator": person, "queue": row.queue_id, "item": row.item_id, "round": row.round,
        "final": row.is_final, "created_at": row.at,
    }  # fmt: skip


@router.post(SCORES, auth=Token(Can.INGEST), response=ScoresStored, url_name="scores")
def add_scores(request: ApiRequest, project: str, body: ScoresIn) -> Outcome:
    """All of them or none. A score takes the place of what the same source (person, program or
    evaluator, and `identifier`) said of the same thing and field before; the same once more adds
    nothing. A value is judged by its field; one under a name that no field has is kept as it came.
    With an `Idempotency-Key` a repeat answers as the first request did.
    """
    scores = read_scores(request, body.scores)
    actor = Actor.token(request.access.user)

    def store() -> Outcome:
        stored = put_scores(project=request.access.project, scores=scores, actor=actor)
        counts = {one: sum(row.result == one for row in stored) for one in RESULTS}
        return {**counts, "results": [{"id": row.id, "result": row.result} for row in stored]}

    return answer_once(request, store)


@router.get(SCORE, auth=Token(Can.READ_RESULTS), response=ScoreOut, url_name="score")
def get_score(request: ApiRequest, project: str, score_id: int) -> dict[str, Any]:
    """One score of the list."""
    asked = Asked(id=score_id if score_id < LARGEST else 0)
    rows, _ = list_scores(request.access.project, request.access.user, asked, after=None, most=1)
    if not rows:
        raise Http404
    return _told(rows[0])


@router.delete(SCORE, auth=Token(Can.JUDGE), response={204: None}, url_name="score")
def remove_score(request: ApiRequest, project: str, score_id: int) -> Status[None]:
    """A direct score counts no more: the token owner's own, or one that no person of the site gave.
    Answers of a queue are corrected and reopened there.
    """
    user = request.access.user
    if not withdraw_score(
        project=request.access.project, score_id=score_id, by=user, actor=Actor.token(user)
    ):
        raise Http404
    return Status(204, None)
