"""An item's answers, for its page: every round with its decision, the latest first."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

from annotate_site.errors import atomic_retry
from queues.locks import lock_items
from queues.models import Item, Queue
from queues.visibility import Reader, Whose, note_opened

from ..answers import asked_fields
from ..models import Annotation, AnnotationState, Review
from ..review_page.side_by_side import AnsweredRound, rounds_of


@dataclass(frozen=True)
class ItemAnswers:
    """`blind`: only the reader's own answers are in `rounds`, until the item is completed.
    `withheld`: and other people have answered.
    """

    rounds: list[AnsweredRound] = field(default_factory=list)
    blind: bool = False
    withheld: bool = False


@atomic_retry
def item_answers(queue: Queue, item: Item, reader: Reader) -> ItemAnswers:
    """As much as the reader may read; they have opened it. Nine statements at most."""
    answered = Annotation.objects.filter(
        item=item, state=AnnotationState.SUBMITTED, round__lte=item.round
    )
    given = set(answered.values_list("round", "annotator"))
    mine = {number for number, person in given if person == reader.user.pk}
    asked = asked_fields(queue)
    if not _reads_others(reader, item):
        rounds = rounds_of(item, sorted(mine, reverse=True), asked, only=reader.user)
        others = any(person != reader.user.pk for _, person in given)
        return ItemAnswers(rounds, blind=True, withheld=others)
    decided = set(_decided(item).values_list("round", "reviewer"))
    if any(person != reader.user.pk for _, person in given | decided):
        note_opened(reader.user, [item.pk])
    numbers = sorted({number for number, _ in given | decided}, reverse=True)
    return ItemAnswers(rounds_of(item, numbers, asked))


def _reads_others(reader: Reader, item: Item) -> bool:
    """What was completed when the page loaded it may be answered again by now. Where it is not, its
    lock keeps it so until it is noted who has opened it, which an undo asks for.
    """
    if reader.whose == Whose.ALL or not reader.reads_others(item):
        return reader.reads_others(item)
    return any(reader.reads_others(one) for one in lock_items({item.pk}))


def _decided(item: Item) -> QuerySet[Review]:
    return Review.objects.filter(item=item, decided_at__isnull=False, round__lte=item.round)
