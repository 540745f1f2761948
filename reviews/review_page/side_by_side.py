"""The answers of a round side by side: fields as rows, annotators as columns, differences told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from annotate_site.projects.models import User
from fields.describing import show_value
from fields.models import Field
from fields.validation import to_form
from queues.models import Item, QueueField

from ..actions.reviewing import ReviewDraft, annotations_of, round_annotations
from ..models import Annotation, Review, Score
from ..results.consensus import majority
from ..results.differences import answer_key, differ, is_comparable, score_of

REMARK = "n-{}-{}"  # the name under which a form posts a remark on one answer


@dataclass(frozen=True)
class Column:
    name: str
    submitted_at: datetime | None


@dataclass(frozen=True)
class Cell:
    """`text` None: no answer. `apart`: not what most of them answered. `posted`: as a form posts
    it, a list in JSON.
    """

    annotator: str
    text: str | None
    posted: str
    note: str
    apart: bool
    remark_name: str
    remark: str


@dataclass(frozen=True)
class Row:
    """`state`: same, differ, or "" where one answer stands alone or a text was written.

    `final`: the reviewer's value in words, None where they gave none.
    """

    field_id: str
    name: str
    description_html: str
    state: str
    cells: list[Cell]
    final: str | None = None


@dataclass(frozen=True)
class Table:
    """`final`: whose values are in the last column, None where there are none."""

    columns: list[Column]
    rows: list[Row]
    final: Column | None = None


@dataclass(frozen=True)
class AnsweredRound:
    """A round with its answers, and its decision: None where there is none that counts.

    `cleared`: decisions that were taken back, the earliest first.
    """

    number: int
    review: Review | None
    table: Table
    cleared: list[Review] = field(default_factory=list)

    @property
    def decisions(self) -> list[Review]:
        return [*self.cleared, *([self.review] if self.review else [])]


def answers_of(item: Item, round: int, order: Sequence[QueueField], draft: ReviewDraft) -> Table:
    """The submitted answers of a round; `draft` fills in remarks on single ones."""
    return _table(round_annotations(item, round), order, draft)


def rounds_of(
    item: Item, rounds: Sequence[int], order: Sequence[QueueField], *, only: User | None = None
) -> list[AnsweredRound]:
    """These rounds, in this order; five statements, however many they are.

    `only`: without what anybody else answered or decided.
    """
    annotations = annotations_of(item, rounds)
    found = [] if only else _decided(item, rounds)
    valid = {one.round: one for one in found if one.cleared_at is None}
    return [
        AnsweredRound(
            number,
            review := valid.get(number),
            _table(_by(annotations[number], only), order, _said(review), review),
            [one for one in found if one.round == number and one.cleared_at],
        )
        for number in rounds
    ]


def _by(annotations: list[Annotation], only: User | None) -> list[Annotation]:
    return [one for one in annotations if only is None or one.annotator_id == only.pk]


def _decided(item: Item, rounds: Sequence[int]) -> list[Review]:
    """With their final values; those of a decision that was cleared count no more."""
    found = Review.objects.filter(item=item, round__in=rounds, decided_at__isnull=False)
    final = Prefetch("scores", Score.objects.present().select_related("field").order_by("pk"))
    return list(found.select_related("reviewer").prefetch_related(final).order_by("decided_at"))


def _said(review: Review | None) -> ReviewDraft:
    return ReviewDraft("", review.remarks) if review else ReviewDraft()


def _table(
    annotations: list[Annotation],
    order: Sequence[QueueField],
    draft: ReviewDraft,
    review: Review | None = None,
) -> Table:
    final = {one.asked.pk: one for one in review.scores.all()} if review else {}
    columns = [Column(str(one.annotator), one.submitted_at) for one in annotations]
    fields = _fields(annotations, order) | {pk: one.asked for pk, one in final.items()}
    rows = [_row(one, annotations, draft, final.get(pk)) for pk, one in fields.items()]
    whose = Column(str(review.reviewer), review.decided_at) if review and final else None
    return Table(columns, rows, whose)


def _fields(annotations: list[Annotation], order: Sequence[QueueField]) -> dict[UUID, Field]:
    """Every field asked or answered, in the order of the queue."""
    answered = {s.asked.pk: s.asked for one in annotations for s in one.scores.all()}
    asked = {one.field_id: one.field for one in order}
    return asked | answered


def _row(
    field: Field, annotations: list[Annotation], draft: ReviewDraft, final: Score | None
) -> Row:
    given = [score_of(one, field) for one in annotations]
    keys = [answer_key(one) for one in given]
    most = majority(keys)
    cells = [
        Cell(
            annotator=str(one.annotator),
            text=_words(score) if score else None,
            posted=json.dumps(to_form(score.value)) if score and score.value is not None else "",
            note=score.note if score else "",
            apart=most is not None and key != most and is_comparable(field),
            remark_name=REMARK.format(one.pk, field.pk) if score else "",
            remark=draft.remarks.get(f"{one.pk}:{field.pk}", ""),
        )
        for one, score, key in zip(annotations, given, keys, strict=True)
    ]
    settled = (_words(final) or "") if final else None
    state = _state(field, keys)
    return Row(str(field.pk), field.name, field.description_html, state, cells, settled)


def _state(field: Field, keys: list[str]) -> str:
    if len(keys) < 2:
        return ""
    if len(set(keys)) == 1:
        return "same"
    return "differ" if differ(field, keys) else ""


def _words(score: Score) -> str | None:
    if score.value is None:
        return None
    return show_value(score.asked.kind, score.asked.settings, score.value)
