"""Back through one's own items: what one submitted, one at a time, to be read again."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from annotate_site.keyset import Keyset
from annotate_site.projects.models import User
from fields.describing import show_value
from queues.models import Item, Queue
from queues.snapshots import item_reading
from traces.reading.sections import Reading

from ..actions.correcting import CannotCorrect, asked_at_submit, own_correctable
from ..actions.undoing import latest_undoable
from ..models import Annotation, AnnotationState, Score
from ..workspace.desk import shown_model

NEWEST = Keyset(("submitted_at", "pk"), falling=True)


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
    place = NEWEST.key_of(found)
    return Past(
        annotation=found,
        item=found.item,
        model=shown_model(queue, found.item),
        reading=item_reading(found.item, queue),
        answers=_answers(queue, found),
        older=mine.filter(NEWEST.beyond(place)).exists(),
        newer=mine.filter(NEWEST.beyond(place, backwards=True)).exists(),
        correctable=correctable,
        why_not=why_not,
        undo=_undo(queue, user, found),
    )


def _submitted(queue: Queue, user: User) -> QuerySet[Annotation]:
    mine = Annotation.objects.filter(queue=queue, annotator=user, item__removed_at=None)
    return mine.filter(state=AnnotationState.SUBMITTED)


def _beside(mine: QuerySet[Annotation], before: int | None, after: int | None) -> Annotation | None:
    """`before` is older: what comes after it in a list of the newest first."""
    there = before if before is not None else after
    key = NEWEST.key_of(mine.get(pk=there)) if there is not None else None
    full = mine.select_related("item")
    if before is not None:
        rows = NEWEST.page(full, 1, after=key).rows
    else:
        rows = NEWEST.page(full, 1, before=key).rows
    return rows[0] if rows else None


def _answers(queue: Queue, annotation: Annotation) -> list[PastAnswer]:
    """By the fields of its submit, in their order."""
    found = annotation.scores.present()
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
