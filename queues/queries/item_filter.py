"""What a list of a queue's items is narrowed to, and which of its items somebody chose."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextChoices
from django.http import QueryDict

from annotate_site.form_data import ROW_ID, whole_number

from ..answers_shown import answers_shown
from ..conditions import live_hold
from ..models import Item, Queue, Slot
from ..states import ItemStatus, SlotState
from .attention import items_in_need
from .effective import Effective, effective_items


class Rank(TextChoices):
    """Where an item stands before or behind the others of its queue."""

    RAISED = "raised", "Raised"
    NORMAL = "normal", "Normal"
    LOWERED = "lowered", "Lowered"


class Show(TextChoices):
    """Items that somebody should look at."""

    DIFFER = "differ", "Answers differ"
    NEED = "need", "Needs attention"


RANKED = {
    Rank.RAISED: Q(priority__gt=0),
    Rank.NORMAL: Q(priority=0),
    Rank.LOWERED: Q(priority__lt=0),
}


@dataclass(frozen=True)
class ItemFilter:
    """What a list of items is narrowed to, and where in it one stands: all from the URL.

    `pickable`: only what its reader can pick; of no effect but in an annotator's own list.
    `person`: who submitted it, has it open, or is assigned to it, in its present round.
    `show`: completed, and people answered differently; or what the Attention tab lists.
    """

    status: str = ""
    batch: int | None = None
    text: str = ""
    pickable: bool = False
    person: int | None = None
    rank: str = ""
    show: str = ""
    after: int | None = None
    before: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "ItemFilter":
        """Values that mean nothing are passed over."""
        status, rank, show = (query.get(name, "") for name in ("status", "rank", "show"))
        return cls(
            status=status if status in ItemStatus.values else "",
            batch=whole_number(query.get("batch"), most=ROW_ID),
            text=query.get("q", "").replace("\x00", "").strip()[:200],
            pickable=query.get("mine") == "1",
            person=whole_number(query.get("person"), most=ROW_ID),
            rank=rank if rank in Rank.values else "",
            show=show if show in Show.values else "",
            after=whole_number(query.get("after"), most=ROW_ID),
            before=whole_number(query.get("before"), most=ROW_ID),
        )

    def for_annotators(self) -> "ItemFilter":
        """Without what tells whose answers are in, or what they are."""
        return replace(self, person=None, rank="", show="")

    def for_readers(self, *, manages: bool) -> "ItemFilter":
        may_show = manages or self.show != Show.NEED
        return replace(self, pickable=False, show=self.show if may_show else "")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filter as names and values of the URL, without the place in the list."""
        kept = {
            "status": self.status, "batch": self.batch, "q": self.text, "person": self.person,
            "rank": self.rank, "show": self.show, "mine": int(self.pickable),
        }  # fmt: skip
        return [(name, str(value)) for name, value in kept.items() if value]

    @property
    def narrows(self) -> bool:
        return bool(self.pairs)

    def query(self, **place: int) -> str:
        """The query string of the same filter at another place."""
        return urlencode([*self.pairs, *((name, at) for name, at in place.items() if at)])

    def apply(self, items: QuerySet[Item], effective: Effective, queue: Queue) -> QuerySet[Item]:
        """Narrows items of the queue; by `pickable`, which needs a person, the list does."""
        if self.status:
            items = items.filter(effective.having(self.status))
        if self.batch:
            items = items.filter(batch=self.batch)
        if self.text:
            items = items.filter(Q(title__icontains=self.text) | Q(preview__icontains=self.text))
        if self.person:
            items = items.filter(pk__in=_items_of(queue, self.person))
        if self.rank:
            items = items.filter(RANKED[Rank(self.rank)])
        if self.show == Show.DIFFER:
            items = items.filter(answers_shown.differing(queue))
        if self.show == Show.NEED:
            items = items.filter(pk__in=items_in_need(queue.pk))
        return items


def _items_of(queue: Queue, person: int) -> QuerySet[Slot, UUID]:
    has = Q(state=SlotState.DONE) | live_hold()
    kept = Q(state=SlotState.FREE, assigned_to=person)
    slots = Slot.objects.filter(queue=queue, round=F("item__round"))
    return slots.filter((has & Q(annotator=person)) | kept).values_list("item", flat=True)


def chosen_items(queue: Queue, data: QueryDict) -> list[UUID]:
    """What somebody picked in the list: `item` ids, or with `all=1` what the filter matches."""
    present = queue.items.present()
    if data.get("all") == "1":
        wanted = ItemFilter.of(data).for_readers(manages=True)
        picked = wanted.apply(present, effective_items([queue.pk]), queue)
    else:
        picked = present.filter(pk__in=[pk for pk in map(_uuid, data.getlist("item")) if pk])
    return list(picked.order_by("seq").values_list("pk", flat=True))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
