"""What an annotator finds in an item that came back to them: their own answers, remarks for them.

Never anything of somebody else's: a newcomer to the item finds nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from annotate_site.projects.models import User
from fields.validation import to_form
from queues.models import Item, QueueField

from ..answers import Draft
from ..models import Annotation, AnnotationState, Review, Score

OPEN_AGAIN = "This item is open again. Your earlier answers are in the form."


@dataclass(frozen=True)
class Returned:
    """`remark` is told to all who annotated the round; `on_fields`, {field id: text}, to one."""

    draft: Draft = field(default_factory=Draft)
    remark: str = ""
    on_fields: dict[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Where a manager opened the item again; a reviewer's remark speaks for itself."""
        return "" if self.remark or self.draft.is_empty else OPEN_AGAIN


def what_came_back(item: Item, round: int, user: User, asked: Sequence[QueueField]) -> Returned:
    """Of the rounds before `round`; empty for whoever took no part in them."""
    earlier = Annotation.objects.filter(item=item, round__lt=round, annotator=user)
    mine = list(earlier.order_by("-round"))
    if not mine:
        return Returned()
    submitted = next((one for one in mine if one.state == AnnotationState.SUBMITTED), None)
    remark, on_fields = _remarks(submitted, asked) if submitted else ("", {})
    return Returned(_answers(mine[0], asked), remark, on_fields)


def _answers(annotation: Annotation, asked: Sequence[QueueField]) -> Draft:
    """As the form shows them; a draft that was never submitted is as good."""
    if annotation.state != AnnotationState.SUBMITTED:
        return Draft.stored(annotation.draft)
    scores = {score.field_id: score for score in _scores(annotation)}
    given = [(one, scores[one.field_id]) for one in asked if one.field_id in scores]
    return Draft(
        {str(one.field_id): to_form(s.value) for one, s in given if s.value is not None},
        {str(one.field_id): s.note for one, s in given if one.allow_note and s.note},
    )


def _scores(annotation: Annotation) -> list[Score]:
    return list(annotation.scores.present())


def _remarks(annotation: Annotation, asked: Sequence[QueueField]) -> tuple[str, dict[str, str]]:
    """Of the reject that ended the annotation's round; ("", {}) where it ended otherwise."""
    decided = Review.objects.filter(item=annotation.item_id, round=annotation.round)
    rejected = decided.filter(decision=Review.Decision.REJECTED, cleared_at=None).first()
    if rejected is None:
        return "", {}
    texts = {
        str(one.field_id): rejected.remarks.get(f"{annotation.pk}:{one.field_id}", "")
        for one in asked
    }
    return rejected.remark, {pk: text for pk, text in texts.items() if text}
