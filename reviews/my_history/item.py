"""One's own earlier item, to be read: its rounds, one's answers in words, remarks meant for one.

Never anything of somebody else's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from annotate_site.projects.models import User
from fields.describing import show_value
from fields.models import Field
from fields.validation import ABSENT, ValueRefused, clean_value, from_form
from queues.models import Item, Queue, QueueField

from ..answers import Draft
from ..models import Annotation, AnnotationState, Review
from .listing import OwnState, OwnWork, own_rounds


@dataclass(frozen=True)
class OwnAnswer:
    """`text` None: not answered. `remark`: a reviewer's, on this answer."""

    name: str
    text: str | None
    note: str = ""
    remark: str = ""


@dataclass(frozen=True)
class OwnRound:
    """`remark`: why the round was sent back, "" unless it was."""

    work: OwnWork
    answers: list[OwnAnswer] = field(default_factory=list)
    remark: str = ""


def read_own_item(queue: Queue, item: Item, user: User) -> list[OwnRound]:
    """The latest round first; [] for whoever has done nothing on the item."""
    works = own_rounds(queue, item, user)
    if not works:
        return []
    written = Annotation.objects.filter(item=item, annotator=user).prefetch_related("scores__field")
    by_round = {one.round: one for one in written}
    rejects = Review.objects.filter(
        item=item, decision=Review.Decision.REJECTED, cleared_at=None, round__in=by_round
    )
    reviews, asked = {one.round: one for one in rejects}, ever_asked(queue)
    return [
        _round(work, by_round.get(work.round), reviews.get(work.round), asked) for work in works
    ]


def ever_asked(queue: Queue) -> list[QueueField]:
    """In order, retired ones too: an answer stays, and is judged by the fields of its submit."""
    return list(queue.queue_fields.select_related("field"))


def _round(
    work: OwnWork,
    annotation: Annotation | None,
    rejected: Review | None,
    asked: list[QueueField],
) -> OwnRound:
    if annotation is None or work.state == OwnState.SKIPPED:
        return OwnRound(work)
    if annotation.state != AnnotationState.SUBMITTED:
        draft, now = Draft.stored(annotation.draft), [one for one in asked if not one.retired_at]
        return OwnRound(work, [OwnAnswer(*one) for one in in_words(draft, now)])
    by_id = {str(one.field_id): one.field for one in asked}
    fields = [by_id[pk] for pk, _ in annotation.field_set if pk in by_id]
    answers = _answers(annotation, fields, rejected.remarks if rejected else {})
    return OwnRound(work, answers, rejected.remark if rejected else "")


def _answers(
    annotation: Annotation, fields: Iterable[Field], remarks: Mapping[str, str]
) -> list[OwnAnswer]:
    """In the order of the submit's fields; of the remarks those on this annotation alone."""
    scores = {s.field_id: s for s in annotation.scores.all() if s.superseded_at is None}
    answers = []
    for one in fields:
        score = scores.get(one.pk)
        value = score.value if score else None
        text = None if value is None else show_value(one.kind, one.settings, value)
        remark = remarks.get(f"{annotation.pk}:{one.pk}", "")
        answers.append(OwnAnswer(one.name, text, score.note if score else "", remark))
    return answers


def typed_answers(draft: Draft, asked: Sequence[QueueField]) -> list[OwnAnswer]:
    """What of a form was filled in, in words."""
    answers = [OwnAnswer(*one) for one in in_words(draft, asked)]
    return [one for one in answers if one.text is not None or one.note]


def in_words(draft: Draft, asked: Sequence[QueueField]) -> list[tuple[str, str | None, str]]:
    """(field, answer or None, note) of what stands in a form; what is no answer as it was typed."""
    return [
        (
            one.field.name,
            _words(one.field, draft.values.get(str(one.field_id), [])),
            draft.notes.get(str(one.field_id), ""),
        )
        for one in asked
    ]


def _words(field: Field, strings: list[str]) -> str | None:
    kind, settings = field.kind, field.settings
    try:
        value = clean_value(kind, settings, from_form(kind, settings, strings), required=False)
    except ValueRefused:
        return ", ".join(filter(None, strings))
    return None if value is ABSENT else show_value(kind, settings, value)
