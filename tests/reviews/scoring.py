"""Direct scores as tests give them."""

from typing import Any

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import User
from fields.models import Field
from reviews.actions.scoring import NewScore, Stored, put_scores
from reviews.models import Score
from reviews.targets import ScoreTarget, Source
from traces.models import Trace


def by_model(evaluator: str = "judge", version: str = "1", **more: Any) -> Source:
    return Source(Score.Source.MODEL, evaluator=evaluator, version=version, **more)


def score(
    trace: Trace, source: User | Source, value: Any, field: Field | None = None, **more: Any
) -> Stored:
    """A direct score of a trace, or of `target`."""
    target = more.pop("target", None) or ScoreTarget.of_trace(trace.pk)
    by = Source.person(source) if isinstance(source, User) else source
    actor = Actor.person(source) if isinstance(source, User) else SYSTEM
    one = NewScore(target, by, value, field, **more)
    return put_scores(project=trace.project, scores=[one], actor=actor)[0]
