"""Back through one's own items: what one submitted, one at a time, to be read again."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from annotate_site.projects.models import User
from fields.describing import show_value
from queues.models import Item, Queue
from queues.snapshots import item_reading
from traces.reading.sections import Reading

from .actions.correcting import CannotCorrect, asked_at_submit, own_correctable
from .actions.undoing import latest_undoable
from .desk import shown_model
from .models import Annotation, AnnotationState, Score


@dataclass(frozen=True)
class PastAnswer:
    """`text` None: no answer was given."""

    name: str
    text: str | None
    note: str


@dataclass
class Past:
    """One's own submitted annotation, never anybody else's.

    `older`, `newer`: there is another one on that side. `correctable`: its answers can be changed
    now, else `why_not` says why. `undo`: the token with which it can be taken back, or None.
    """

    annotation: Annotation
    item: Item
    model: str
    reading: Reading
    answers: list[PastAnswer]
    older: bool
    newer: bool
    correctable: bool
    why_not: str = ""
    undo: UUID | None = field(default=None)


def own_past(
    queue: Queue, user: User, *, before: int | None = None, after: int | None = None
) -> Past | None:
    """The submitted annotation next to the one with the id `before` or `after`; else the newest.

    None where there is none on that side. Raises Annotation.DoesNotExist for an id that is not
    one's own submitted annotation in this queue.
    """
    mine = _submitted(queue, user)
    found = _beside(mine, before, after)
    if found is None:
        return None
    correctable, why_not = _standing(queue, found, user)
    return Past(
        annotation=found,
        item=found.item,
        model=shown_model(queue, found.item),
        reading=item_reading(found.item, queue),
        answers=_answers(queue, found),
        older=mine.filter(_older(found)).exists(),
        newer=mine.filter(_newer(found)).exists(),
        correctable=correctable,
        why_not=why_not,
        undo=_undo(queue, user, found),
    )


def _submitted(queue: Queue, user: User) -> QuerySet[Annotation]:
    mine = Annotation.objects.filter(queue=queue, annotator=user, item__removed_at=None)
    return mine.filter(state=AnnotationState.SUBMITTED)


def _beside(mine: QuerySet[Annotation], before: int | None, after: int | None) -> Annotation | None:
    full = mine.select_related("item")
    if before is not None:
        older = full.filter(_older(mine.get(pk=before)))
        return older.order_by("-submitted_at", "-pk").first()
    if after is not None:
        newer = full.filter(_newer(mine.get(pk=after)))
        return newer.order_by("submitted_at", "pk").first()
    return full.order_by("-submitted_at", "-pk").first()


def _older(than: Annotation) -> Q:
    return Q(submitted_at__lt=than.submitted_at) | Q(submitted_at=than.submitted_at, pk__lt=than.pk)


def _newer(than: Annotation) -> Q:
    return Q(submitted_at__gt=than.submitted_at) | Q(submitted_at=than.submitted_at, pk__gt=than.pk)


def _answers(queue: Queue, annotation: Annotation) -> list[PastAnswer]:
    """By the fields of its submit, in their order."""
    found = Score.objects.filter(annotation=annotation, superseded_at=None)
    scores: dict[Any, Score] = {one.field_id: one for one in found}
    answers = []
    for one in asked_at_submit(queue, annotation):
        score = scores.get(one.field.pk)
        text = None
        if score is not None and score.value is not None:
            text = show_value(one.field.kind, one.field.settings, score.value)
        answers.append(PastAnswer(one.field.name, text, score.note if score else ""))
    return answers


def _standing(queue: Queue, annotation: Annotation, user: User) -> tuple[bool, str]:
    if annotation.round != annotation.item.round:
        return False, "This item has begun a new round since. Your answers stay as they are."
    try:
        own_correctable(queue, annotation.item, user)
    except CannotCorrect as error:
        return False, str(error)
    return True, ""


def _undo(queue: Queue, user: User, annotation: Annotation) -> UUID | None:
    offer = latest_undoable(queue, user)
    if offer is None or offer.annotation != annotation.pk:
        return None
    return offer.token
