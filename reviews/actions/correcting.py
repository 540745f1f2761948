"""Correct: one's own submitted answers of the present round, until a reviewer opens them."""

from dataclasses import dataclass

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import User
from fields.models import Field
from queues.errors import NotMember
from queues.locks import lock_item
from queues.models import Item, Queue, QueueField
from queues.states import ItemStatus, ReviewState

from .. import scores
from ..answers import Draft, judge
from ..models import Annotation, AnnotationState
from ..results.publishing import republish
from .drafts import DraftConflict
from .submitting import Invalid, annotation_key
from .undoing import answer_state


class CannotCorrect(Refused):
    code = "cannot_correct"


@dataclass(frozen=True)
class Correctable:
    """A submitted annotation, the fields it is judged by, its answers as a form has them."""

    annotation: Annotation
    asked: list[QueueField]
    draft: Draft


def own_correctable(queue: Queue, item: Item, user: User) -> Correctable:
    """What one may correct now. Raises CannotCorrect with the reason, NotMember."""
    annotation = Annotation.objects.filter(
        item=item, round=item.round, annotator=user, state=AnnotationState.SUBMITTED
    ).first()
    if annotation is None:
        raise CannotCorrect("You have no submitted answer of this item in its present round.")
    _demand_correctable(queue, item, user)
    return Correctable(annotation, asked_at_submit(queue, annotation), scores.draft_of(annotation))


def asked_at_submit(queue: Queue, annotation: Annotation) -> list[QueueField]:
    """The fields of its submit, in their order: what the annotation is judged by for good."""
    fields = Field.objects.in_bulk([pk for pk, _ in annotation.field_set])
    noted = set(queue.queue_fields.filter(allow_note=True).values_list("field_id", flat=True))
    by_id = {str(pk): field for pk, field in fields.items()}
    return [
        QueueField(
            queue=queue,
            field=by_id[pk],
            required=required,
            allow_note=by_id[pk].pk in noted,
        )
        for pk, required in annotation.field_set
    ]


@atomic_retry
def correct_annotation(
    *, queue: Queue, item: Item, user: User, round: int, version: int, draft: Draft
) -> None:
    """Changes one's own submitted answers; what they were stays as superseded scores.

    `version` is the one the form was made from. Raises CannotCorrect, NotMember, Invalid with the
    errors (nothing is stored), DraftConflict where they were changed elsewhere meanwhile.
    """
    item = lock_item(queue, item.pk)
    fresh = Queue.objects.get(pk=queue.pk)
    if item.round != round:
        raise CannotCorrect("This item has begun a new round. Nothing was changed.")
    mine = own_correctable(fresh, item, user)
    if mine.annotation.version != version:
        raise DraftConflict(mine.draft, mine.annotation.version)
    judged = judge(draft, mine.asked)
    if judged.errors:
        raise Invalid(judged.errors, version)
    item.queue = fresh
    changed = scores.correct(item, mine.annotation, judged.answers)
    if changed:
        Annotation.objects.filter(pk=mine.annotation.pk).update(
            version=mine.annotation.version + 1, saved_at=sql.clock()
        )
        _record(fresh, item, user, changed)


def _demand_correctable(queue: Queue, item: Item, user: User) -> None:
    known = answer_state(queue, item, user)
    if not known.member:
        raise NotMember
    refusals = (
        (not queue.is_working, "This queue is closed."),
        (item.removed_at, "This item was taken out of the queue."),
        (known.reviewed, "A reviewer has opened this item."),
        (item.review_state == ReviewState.APPROVED, "This item is approved."),
        (known.seen, "You have seen others' answers of this item."),
    )
    for refused, sentence in refusals:
        if refused:
            raise CannotCorrect(f"{sentence} Your answers stay as they are.")


def _record(queue: Queue, item: Item, user: User, changed: list[str]) -> None:
    """The event names the fields, never the answers; a completed item's feedback is made anew."""
    record(
        change(
            queue.project_id,
            Actor.person(user),
            "annotation",
            annotation_key(item, user),
            "answers",
            "",
            "",
            queue=queue.pk,
            item=item.pk,
            reason=", ".join(changed),
        )
    )
    if item.status == ItemStatus.COMPLETED:
        republish(item)
