"""A person judges a trace or a span: every chosen field at once."""

from collections.abc import Sequence

from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User
from fields.models import Field

from ..answers import Answer
from ..direct_scores import NewScore
from ..models import Score
from ..targets import ScoreTarget, Source
from .scoring import ALREADY_THERE, put_scores, withdraw_scores


@atomic_retry
def judge_target(
    *,
    project: Project,
    user: User,
    target: ScoreTarget,
    answers: Sequence[Answer],
    asked: Sequence[Field],
) -> int:
    """How many answers are new or other than before. What was answered earlier and is empty now is
    withdrawn; fields that are not `asked` stay as they are. Answers are judged already.
    """
    actor, source = Actor.person(user), Source.person(user)
    scores = [NewScore(target, source, a.value, a.field, note=a.note) for a in answers]
    stored = put_scores(project=project, scores=scores, actor=actor)
    answered = {answer.field.lineage for answer in answers}
    emptied = {one.lineage for one in asked} - answered
    own = Score.objects.present().filter(
        project=project, target_kind=target.kind, target_key=target.key, annotator=user,
        source_kind=Score.Source.HUMAN, field__lineage__in=emptied,
    )  # fmt: skip
    ids = list(own.values_list("pk", flat=True))
    gone = withdraw_scores(project=project, ids=ids, actor=actor)
    return gone + sum(one.result != ALREADY_THERE for one in stored)
