"""Direct scores: judgments of a trace, a span or a session, given without a queue.

They come from people on the trace's page, and from programs, which report people, models and
checks. What machines say is never counted among people's answers, and no score of any kind that
is given here enters a queue: neither its agreement nor its export.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Project, User
from traces.models import Trace
from traces.score_names import name_ids

from ..direct_scores import Key, NewScore, Present, insert_scores, lock_targets, present_scores
from ..models import Score, Target
from ..results.publishing import publish_direct
from ..scores import supersede

__all__ = ["NewScore", "Stored", "put_scores", "withdraw_score", "withdraw_scores"]

RESULTS = ADDED, REPLACED, ALREADY_THERE = "added", "replaced", "already_there"


@dataclass(frozen=True)
class Stored:
    """`result`: added, replaced (an earlier one counts no more) or already_there."""

    id: int
    result: str


@atomic_retry
def put_scores(*, project: Project, scores: Sequence[NewScore], actor: Actor) -> list[Stored]:
    """Stores them in one transaction; a result for each, in their order.

    Of one source, target and field the last one counts: what it said before is superseded, and the
    same once more changes nothing. Targets are of the project, values are judged already.
    """
    if not scores:
        return []
    lock_targets(project, [score.target for score in scores])
    names = name_ids(project, {score.name for score in scores if score.field is None})
    keys = [Key.of(score, names) for score in scores]
    before = present_scores(project, [score.target for score in scores])
    fresh = {
        key: score
        for key, score in dict(zip(keys, scores, strict=True)).items()
        if key not in before or not before[key].says(score)
    }
    supersede(before[key].id for key in fresh if key in before)
    made = insert_scores(project, fresh, names)
    publish_direct(made.values())
    record(*(_given(project, made[key], score, actor) for key, score in fresh.items()))
    return [_stored(key, before.get(key), made) for key in keys]


def _stored(key: Key, before: Present | None, made: dict[Key, int]) -> Stored:
    if before and key not in made:
        return Stored(before.id, ALREADY_THERE)
    return Stored(made[key], REPLACED if before else ADDED)


def _given(project: Project, pk: int, score: NewScore, actor: Actor) -> Event:
    """The field's name is in it, and never the value."""
    about = score.field.name if score.field else score.name
    target = score.target
    where = f"{target.kind} {target.key}"
    return change(project, actor, "score", pk, "state", "", "given", reason=f"{about}, {where}")


@atomic_retry
def withdraw_scores(*, project: Project, ids: Iterable[int], actor: Actor) -> int:
    """Direct scores that count no more; how many did until now. Their rows stay as history."""
    direct = Score.objects.direct().present().filter(project=project, pk__in=list(ids))
    found = list(direct.order_by("pk").select_for_update().values_list("pk", flat=True))
    supersede(found)
    record(*(change(project, actor, "score", pk, "state", "given", "withdrawn") for pk in found))
    return len(found)


def withdraw_score(
    *, project: Project, score_id: int, by: User, actor: Actor, trace: Trace | None = None
) -> bool:
    """A direct score, of this trace or its session where one is given; False where it is none that
    they may withdraw: their own, or what no person of the site has said.
    """
    theirs = Score.objects.may_withdraw(by).filter(project=project, pk=score_id)
    if trace:
        session = Q(target_kind=Target.SESSION, target_key=trace.session_id)
        theirs = theirs.filter(Q(trace=trace) | session)
    return (
        withdraw_scores(project=project, ids=theirs.values_list("pk", flat=True), actor=actor) > 0
    )
