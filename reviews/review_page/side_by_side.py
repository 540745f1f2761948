"""The answers of a round side by side: fields as rows, annotators as columns, differences told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fields.describing import show_value
from fields.kinds import KINDS
from fields.models import Field
from queues.models import Item, QueueField

from ..actions.reviewing import ReviewDraft, round_annotations
from ..models import Annotation, Review, Score
from ..results.consensus import majority

REMARK = "n-{}-{}"  # the name under which a form posts a remark on one answer


@dataclass(frozen=True)
class Column:
    name: str
    submitted_at: datetime | None


@dataclass(frozen=True)
class Cell:
    """`text` None: no answer. `apart`: not what most of them answered."""

    annotator: str
    text: str | None
    note: str
    apart: bool
    remark_name: str
    remark: str


@dataclass(frozen=True)
class Row:
    """`state`: same, differ, or "" where one answer stands alone or a text was written."""

    name: str
    description_html: str
    state: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    columns: list[Column]
    rows: list[Row]


@dataclass(frozen=True)
class PastRound:
    """A round that has ended; `review` is None where a manager reopened the item undecided."""

    number: int
    review: Review | None
    table: Table
    resolution: list[tuple[str, str]]

    @property
    def rejected(self) -> bool:
        return self.review is not None and self.review.decision == Review.Decision.REJECTED


def answers_of(item: Item, round: int, order: Sequence[QueueField], draft: ReviewDraft) -> Table:
    """The submitted answers of a round; `draft` fills in remarks on single ones."""
    annotations = round_annotations(item, round)
    columns = [Column(str(one.annotator), one.submitted_at) for one in annotations]
    fields = _fields(annotations, order)
    return Table(columns, [_row(one, annotations, draft) for one in fields])


def past_rounds(item: Item, rounds: Sequence[int], order: Sequence[QueueField]) -> list[PastRound]:
    """These rounds, which have ended, in this order."""
    reviews = Review.objects.filter(item=item, decided_at__isnull=False, cleared_at=None)
    decided = {one.round: one for one in reviews.select_related("reviewer")}
    return [_past_round(item, number, decided.get(number), order) for number in rounds]


def _past_round(
    item: Item, number: int, review: Review | None, order: Sequence[QueueField]
) -> PastRound:
    said = ReviewDraft("", review.remarks) if review else ReviewDraft()
    return PastRound(number, review, answers_of(item, number, order, said), _resolution(review))


def _resolution(review: Review | None) -> list[tuple[str, str]]:
    """The final values, as (field, words)."""
    if review is None:
        return []
    scores = review.scores.present().select_related("field").order_by("pk")
    return [(one.asked.name, _words(one) or "") for one in scores]


def _fields(annotations: list[Annotation], order: Sequence[QueueField]) -> list[Field]:
    """Every field asked or answered, in the order of the queue."""
    answered = {s.asked.pk: s.asked for one in annotations for s in one.scores.all()}
    asked = {one.field_id: one.field for one in order}
    return list((asked | answered).values())


def _row(field: Field, annotations: list[Annotation], draft: ReviewDraft) -> Row:
    given = [next((s for s in one.scores.all() if s.field_id == field.pk), None)
             for one in annotations]  # fmt: skip
    keys = [json.dumps(one.value, sort_keys=True) if one else "null" for one in given]
    most = majority(keys)
    cells = [
        Cell(
            annotator=str(one.annotator),
            text=_words(score) if score else None,
            note=score.note if score else "",
            apart=most is not None and key != most and _is_comparable(field),
            remark_name=REMARK.format(one.pk, field.pk) if score else "",
            remark=draft.remarks.get(f"{one.pk}:{field.pk}", ""),
        )
        for one, score, key in zip(annotations, given, keys, strict=True)
    ]
    return Row(field.name, field.description_html, _state(field, keys), cells)


def _state(field: Field, keys: list[str]) -> str:
    if len(keys) < 2:
        return ""
    if len(set(keys)) == 1:
        return "same"
    return "differ" if _is_comparable(field) else ""


def _is_comparable(field: Field) -> bool:
    """Free words differ without saying anything else."""
    return KINDS[field.kind].scale is not None


def _words(score: Score) -> str | None:
    if score.value is None:
        return None
    return show_value(score.asked.kind, score.asked.settings, score.value)
