"""What happened to an item: folded to states, and told in sentences. Never an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from annotate_site.projects.models import Event, User

from ..models import Item, Reservation
from ..states import Ending
from ..visibility import Reader
from .history_text import HistoryWriter, Line, people_named

MOST_SHOWN = 500  # the latest events of one item
SAME_ACT = timedelta(seconds=20)  # no transaction lasts longer


class BrokenHistory(Exception):
    """An event does not continue where the one before it ended."""


@dataclass(frozen=True)
class Folded:
    """What an item's events give: {slot: state}, and the item's status."""

    slots: dict[int, str]
    status: str


def fold(events: Iterable[Event]) -> Folded:
    """The states after these events, all of one item, in order. Raises BrokenHistory."""
    slots: dict[int, str] = {}
    status = ""
    for event in events:
        if (event.object_type, event.attribute) == ("slot", "state"):
            slot = int(event.object_id)
            _demand(event, slots.get(slot, ""))
            slots[slot] = event.to_value
        elif (event.object_type, event.attribute) == ("item", "status"):
            _demand(event, status)
            status = event.to_value
    return Folded(slots, status)


def _demand(event: Event, now: str) -> None:
    if event.from_value != now:
        what = f"{event.object_type} {event.object_id}"
        raise BrokenHistory(f"event {event.pk}: {what} was {now!r}, not {event.from_value!r}")


def events_of(item: Item) -> list[Event]:
    """The item's latest events, the earliest of them first."""
    latest = Event.objects.filter(item_id=item.pk).select_related("actor").order_by("-pk")
    return list(latest[:MOST_SHOWN])[::-1]


def history_of(item: Item, reader: Reader, *, only: User | None = None) -> list[Line]:
    """The item's history, the earliest first; with `only` what that person did or met.

    Why somebody skipped is in it where the reader may read that. Four statements, however long
    it is. `item.batch` is read.
    """
    events = events_of(item)
    holds = list(item.reservations.select_related("annotator").order_by("ended_at"))
    writer = HistoryWriter(item, people_named(events), {hold.pk: hold for hold in holds})
    reasons = {
        event: hold.reason
        for event, hold in _skips(events, holds).items()
        if reader.reads(item, hold.annotator)
    }
    for event in events:
        writer.write(event, reasons.get(event.pk, ""))
    return [line for line in writer.lines if only is None or only.pk in line.people]


def _skips(events: list[Event], holds: list[Reservation]) -> dict[int, Reservation]:
    """{event: the hold skipped by it, with a reason}: that of the slot which ended just before."""
    found = {}
    for event in events:
        if event.object_type != "slot" or event.reason != Ending.SKIPPED:
            continue
        ended = [hold for hold in holds if hold.reason and _ends(hold, event)]
        if ended:
            found[event.pk] = ended[-1]
    return found


def _ends(hold: Reservation, event: Event) -> bool:
    at: datetime | None = hold.ended_at
    return (
        at is not None
        and str(hold.slot_id) == event.object_id
        and timedelta() <= event.at - at < SAME_ACT
    )
