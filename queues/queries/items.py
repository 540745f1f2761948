"""Items of a queue as lists and pages show them. No answer, nor whose answers are in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from annotate_site import sql
from annotate_site.keyset import Key, Keyset
from annotate_site.projects.models import Event, User
from annotate_site.templatetags.ui import span_in_words

from ..conditions import open_for, time_left, uncleared_skip
from ..models import Item, Queue, Slot
from ..sampling import percent
from ..states import SlotState, TakenWhy
from ..visibility import Reader
from .effective import Effective, effective_items
from .eligibility import Eligibility, eligibility_of
from .item_filter import ItemFilter

PAGE = 50
IN_ORDER = Keyset(("seq",))


@dataclass(frozen=True)
class ItemRow:
    """`done` of `required` annotations are in; `mine` only for one who annotates here.

    `inclusion` and `stratum` as the item has them. `answers`: see `queues.answers_shown`.
    """

    pk: UUID
    seq: int
    title: str
    preview: str
    status: str
    done: int
    required: int
    round: int
    mine: Eligibility | None = None
    inclusion: float | None = None
    stratum: str = ""
    answers: Any = None

    @property
    def chance(self) -> str:
        return percent(self.inclusion)


@dataclass(frozen=True)
class ItemPage:
    """`earlier` and `later` are query strings, "" at either end."""

    rows: list[ItemRow]
    total: int
    earlier: str
    later: str

    @property
    def has_answers(self) -> bool:
        return any(row.answers for row in self.rows)

    @property
    def has_strata(self) -> bool:
        return any(row.stratum for row in self.rows)

    @property
    def is_sampled(self) -> bool:
        """Whether some of these items come from a sample."""
        return any(row.inclusion not in (None, 1.0) or row.stratum for row in self.rows)


def item_page(
    queue: Queue,
    wanted: ItemFilter,
    effective: Effective,
    *,
    of_all: int,
    annotator: User | None = None,
) -> ItemPage:
    """50 items in the order of adding; with `annotator` each tells how that person stands to it.

    `of_all`: how many items the queue has, counted before; only a narrowed list is counted anew.
    """
    items = wanted.apply(queue.items.present(), effective, queue)
    if wanted.pickable and annotator:
        items = items.filter(open_for(annotator))
    page = IN_ORDER.page(
        items.defer("snapshot").annotate(done=done_slots()), PAGE,
        after=_key(wanted.after), before=_key(wanted.before),
    )  # fmt: skip
    mine = eligibility_of(annotator, [item.pk for item in page.rows]) if annotator else {}
    return ItemPage(
        [_row(item, effective, mine.get(item.pk)) for item in page.rows],
        items.count() if wanted.narrows else of_all,
        wanted.query(before=page.before[0]) if page.before else "",
        wanted.query(after=page.after[0]) if page.after else "",
    )


def _key(seq: int | None) -> Key | None:
    return None if seq is None else (seq,)


def preview_item(queue: Queue, item_id: UUID, annotator: User) -> tuple[Item, ItemRow] | None:
    """An item as the annotator may look at it before picking, and as the list has it."""
    found: Any = queue.items.present().annotate(done=done_slots()).filter(pk=item_id).first()
    if found is None:
        return None
    mine = eligibility_of(annotator, [found.pk])
    return found, _row(found, effective_items([queue.pk]), mine.get(found.pk))


def _row(item: Any, effective: Effective, mine: Eligibility | None) -> ItemRow:
    return ItemRow(
        item.pk,
        item.seq,
        item.title,
        item.preview,
        effective.status(item.pk, item.status),
        item.done,
        item.required,
        item.round,
        mine,
        item.inclusion,
        item.stratum,
    )


def done_slots() -> Coalesce:
    done = Slot.objects.filter(item=OuterRef("pk"), round=OuterRef("round"), state=SlotState.DONE)
    counted = done.order_by().values("item").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True)
class SlotRow:
    """`state` free, held, done or void; a lapsed hold is told as free. `left`: of a live hold.

    `bound_to`: for whom a free slot is kept. `why` it went, or is to go, to this annotator.
    """

    pk: int
    state: str
    annotator: User | None = None
    since: datetime | None = None
    left: timedelta | None = None
    bound_to: User | None = None
    why: str = ""

    @property
    def is_held(self) -> bool:
        return self.state == SlotState.HELD

    @property
    def left_words(self) -> str:
        return span_in_words(self.left.total_seconds()) if self.left is not None else ""


def slots_of(item: Item) -> list[SlotRow]:
    """The slots of the item's present round: two statements and the clock."""
    now, slots = sql.clock(), item.slots.filter(round=item.round).order_by("pk")
    holds = Event.objects.filter(
        item_id=item.pk, object_type="slot", attribute="state", to_value=SlotState.HELD
    )
    taken = dict(holds.order_by("id").values_list("object_id", "reason"))
    listed = slots.select_related("annotator", "assigned_to")
    return [_slot_row(slot, now, taken.get(str(slot.pk), "")) for slot in listed]


def _slot_row(slot: Slot, now: datetime, taken: str) -> SlotRow:
    """`taken`: why the latest hold of the slot went to its holder."""
    if slot.state == SlotState.FREE:
        why = _in_words(slot.bound_why)
        return SlotRow(slot.pk, slot.state, bound_to=slot.assigned_to, why=why)
    why = _in_words(taken)
    if slot.state != SlotState.HELD:
        return SlotRow(slot.pk, slot.state, slot.annotator, why=why if slot.annotator else "")
    left = time_left(slot.expires_at, slot.remaining, now)
    if slot.remaining is None and left <= timedelta():
        return SlotRow(slot.pk, SlotState.FREE)
    return SlotRow(slot.pk, slot.state, slot.annotator, slot.held_at, left, why=why)


def _in_words(why: str) -> str:
    return TakenWhy(why).label if why in TakenWhy.values else ""


@dataclass(frozen=True)
class Skip:
    """One skip of the present round. `reason` is "" too where the reader may not read it."""

    annotator: User
    ended_at: datetime | None
    reason: str


def skips_of(item: Item, reader: Reader) -> list[Skip]:
    """Who skipped the item in its present round, unless that was cleared."""
    skips = item.reservations.filter(uncleared_skip(), round=item.round)
    return [
        Skip(one.annotator, one.ended_at, one.reason if reader.reads(item, one.annotator) else "")
        for one in skips.select_related("annotator").order_by("pk")
    ]
