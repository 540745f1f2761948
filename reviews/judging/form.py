"""The form that judges a trace or a span: chosen fields, and one's own answers so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.http import QueryDict

from annotate_site.projects.models import Project, User
from fields.models import Field
from fields.validation import to_form
from fields.widgets import AnswerWidget
from queues.models import QueueField
from traces.sources.keys import read_id

from ..answers import Draft, Judged, judge, read_draft
from ..models import Score
from ..targets import ScoreTarget
from ..workspace.desk import make_widgets

FEW = 6  # fields that a project may have for all of them to be asked at once
MOST_FIELDS = 30


@dataclass(frozen=True)
class Choice:
    field: Field
    chosen: bool


@dataclass
class JudgeForm:
    """`asked` are the chosen fields; none is required, and each takes a note."""

    project: Project
    user: User
    target: ScoreTarget
    asked: list[QueueField]
    draft: Draft
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, project: Project, user: User, target: ScoreTarget, query: QueryDict) -> JudgeForm:
        """With the fields that the address names, else those that this person asked last."""
        own = own_scores(project, user, target)
        chosen = _named(project, query.getlist("field"))
        if not chosen:
            chosen = _usual(project, user, [score.asked for score in own])
        return cls(project, user, target, _asked(chosen), _draft_of(own, chosen))

    @classmethod
    def sent(cls, project: Project, user: User, target: ScoreTarget, data: QueryDict) -> JudgeForm:
        """What was posted; of a field that has just been chosen, one's own earlier answer."""
        chosen = _named(project, data.getlist("field"))
        typed, asked = read_draft(data, _asked(chosen)), _asked(chosen)
        before = set(data.getlist("shown"))
        fresh = [one for one in chosen if str(one.pk) not in before]
        earlier = _draft_of(own_scores(project, user, target), fresh)
        draft = Draft(typed.values | earlier.values, typed.notes | earlier.notes)
        return cls(project, user, target, asked, draft)

    @property
    def fields(self) -> list[Field]:
        return [one.field for one in self.asked]

    @property
    def choices(self) -> list[Choice]:
        """Every field in use, the chosen ones first."""
        chosen = {one.field_id for one in self.asked}
        rest = self.project.fields.offered().exclude(pk__in=chosen).order_by("name")
        return [Choice(one, True) for one in self.fields] + [Choice(one, False) for one in rest]

    @property
    def widgets(self) -> list[AnswerWidget]:
        return make_widgets(self.asked, self.draft, self.errors)

    def judged(self) -> Judged:
        return judge(self.draft, self.asked)


def own_scores(project: Project, user: User, target: ScoreTarget) -> list[Score]:
    """What this person has said of the target, of each field."""
    own = Score.objects.present().filter(
        project=project, target_kind=target.kind, target_key=target.key, annotator=user,
        source_kind=Score.Source.HUMAN, field__isnull=False,
    )  # fmt: skip
    return list(own.select_related("field").order_by("pk"))


def _asked(fields: Sequence[Field]) -> list[QueueField]:
    return [QueueField(field=one, required=False, allow_note=True) for one in fields]


def _named(project: Project, ids: Sequence[str]) -> list[Field]:
    """Of the project and in use, in the order given; what is no id names nothing."""
    wanted = [pk for text in dict.fromkeys(ids) if (pk := read_id(text))]
    found: dict[Any, Field] = project.fields.offered().in_bulk(wanted[:MOST_FIELDS])
    return [found[pk] for pk in wanted if pk in found]


def _usual(project: Project, user: User, judged: list[Field]) -> list[Field]:
    """Those that are answered here, and those that this person judged by last."""
    own = Score.objects.filter(project=project, annotator=user).exclude(target_kind="")
    latest = own.values("field").annotate(at=Max("created_at")).order_by("-at")[:FEW]
    offered = project.fields.offered()
    found = offered.in_bulk([row["field"] for row in latest if row["field"]])
    answered = [one for one in judged if not one.archived_at]
    if chosen := {one.pk: one for one in [*answered, *found.values()]}:
        return list(chosen.values())[:MOST_FIELDS]
    few = list(offered.order_by("name")[: FEW + 1])
    return few if len(few) <= FEW else []


def _draft_of(own: list[Score], fields: Sequence[Field]) -> Draft:
    """One's answers as what the form posts, by the field of today where it has a new version."""
    of = {one.lineage: str(one.pk) for one in fields}
    mine = [(of[score.asked.lineage], score) for score in own if score.asked.lineage in of]
    values = {pk: to_form(score.value) for pk, score in mine if score.value is not None}
    return Draft(values, {pk: score.note for pk, score in mine if score.note})
