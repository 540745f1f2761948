"""Events of an item as sentences. What an event does not say is known from those before it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from annotate_site.projects.models import Event, User
from annotate_site.templatetags.ui import count

from .. import endings
from ..endings import history_line
from ..models import Item, Reservation
from ..states import Ending, ItemStatus, SlotState, TakenWhy

FREE, HELD, DONE, VOID = SlotState.FREE, SlotState.HELD, SlotState.DONE, SlotState.VOID
NOBODY = "somebody"
ONE_ACT = timedelta(seconds=1)  # between two events of one act at the most
HOLDS_PEOPLE = {("slot", "assigned_to"), ("item", "reviewer")}


@dataclass
class Line:
    """One sentence. `note`: what a person wrote; `people`: who acts in it or is acted on."""

    at: datetime
    text: str
    note: str = ""
    people: set[int] = field(default_factory=set)
    kind: str = ""
    number: int = 0
    until: datetime | None = None  # of the last event in it


def people_named(events: Iterable[Event]) -> dict[int, str]:
    """Everybody whom the events name, by id."""
    ids = {event.actor_id for event in events if event.actor_id}
    for event in events:
        if (event.object_type, event.attribute) in HOLDS_PEOPLE:
            ids |= {int(pk) for pk in (event.from_value, event.to_value) if pk.isdecimal()}
        elif event.object_type == "annotation":
            ids.add(_author(event))
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


class HistoryWriter:
    """Told events in order, it makes the lines; what belongs to one act becomes one line."""

    def __init__(self, item: Item, names: dict[int, str], holds: dict[int, Reservation]) -> None:
        self.item, self.names, self.holds = item, names, holds
        self.lines: list[Line] = []
        self.holders: dict[str, int] = {}  # slot → who holds it
        self.ended: dict[str, str] = {}  # slot → how its hold has just ended
        self.rejected = False

    def write(self, event: Event, skip_reason: str = "") -> None:
        how = WRITERS.get((event.object_type, event.attribute), HistoryWriter._plainly)
        how(self, event)
        if skip_reason and self.lines:
            self.lines[-1].note = skip_reason

    def _say(self, event: Event, text: str, *people: int, note: str = "", kind: str = "") -> None:
        involved = {pk for pk in (*people, event.actor_id) if pk}
        self.lines.append(Line(event.at, text, note, involved, kind, until=event.at))

    def _name(self, pk: int | str | None) -> str:
        return self.names.get(int(pk), NOBODY) if pk else NOBODY

    def _by(self, event: Event) -> str:
        return f" by {self._name(event.actor_id)}" if event.actor_id else ""

    def _goes_on(self, event: Event, kind: str) -> bool:
        """Whether the line before is of this kind and of the same act."""
        last = self.lines[-1] if self.lines else None
        if last is None or last.until is None or last.kind != kind:
            return False
        return event.at - last.until < ONE_ACT

    def _status(self, event: Event) -> None:
        if not event.from_value:
            self.lines.clear()  # of slots made with it
            batch = self.item.batch
            many = f" in a batch of {batch.added:,}" if batch and batch.added > 1 else ""
            by = f" by {batch.added_by}" if batch and batch.added_by else self._by(event)
            self._say(event, f"Added{many}{by}", kind="made")
        elif event.to_value == ItemStatus.COMPLETED:
            self._say(event, "Completed")
        elif event.to_value == ItemStatus.PENDING_REVIEW:
            self._say(event, "Waits for review")
        elif event.from_value == ItemStatus.COMPLETED and not self._goes_on(event, "made"):
            self._say(event, "No longer completed")

    def _slot(self, event: Event) -> None:
        slot, was, now = event.object_id, event.from_value, event.to_value
        self.ended.pop(slot, None)
        if was == HELD and now in (FREE, VOID):
            self._hold_ended(event, self.holders.get(slot))
            self.ended[slot] = event.reason
        elif now in (FREE, VOID) and was in ("", FREE, VOID):
            self._count(event, "more" if now == FREE else "fewer")
        else:
            self._taken(event, slot, was, now)

    def _taken(self, event: Event, slot: str, was: str, now: str) -> None:
        holder = event.actor_id or 0
        who = self._name(holder)
        text = f"{who} submitted"
        if not was:
            return None  # accepted: the annotation's event tells whose it is
        if now == HELD and (was == DONE or event.reason == Ending.UNDONE):
            text = f"{who} took the {'submit' if was == DONE else 'skip'} back"
        elif now == HELD:
            text = f"{who} took it{_why(event.reason)}"
        elif was != HELD:
            text += ", after the reservation had ended"
        elif now != DONE:
            return self._plainly(event)
        self.holders[slot] = holder
        return self._say(event, text)

    def _hold_ended(self, event: Event, holder: int | None) -> None:
        own = holder is not None and event.actor_id == holder
        name = "" if holder is None else self._name(holder)
        line = history_line(event.reason, name, own=own, by=self._by(event))
        self._say(event, line, holder or 0)

    def _count(self, event: Event, kind: str) -> None:
        """Slots made or voided in one act are one line; those of a new item or round none."""
        made = self._goes_on(event, "made")
        if kind == "fewer" or not made:
            if not self._goes_on(event, kind):
                self._say(event, "", kind=kind)
            line = self.lines[-1]
            line.number += 1
            line.text = f"{count(line.number, f'{kind} annotation')} wanted{self._by(event)}"
        self.lines[-1].until = event.at

    def _binding(self, event: Event) -> None:
        slot, was, now = event.object_id, event.from_value, event.to_value
        if not now and self.ended.get(slot) == event.reason:
            return  # the line before says how the hold ended, and the binding with it
        people = [int(pk) for pk in (was, now) if pk.isdecimal()]
        if not now:
            because = endings.UNBOUND_BECAUSE.get(event.reason)
            why = f": {because}" if because else self._by(event)
            text = f"No longer kept for {self._name(was)}{why}"
        elif event.reason == TakenWhy.HELP:
            text = f"Passed from {self._name(was)} to {self._name(now)}, who had nothing left"
        elif event.reason == TakenWhy.SENT_BACK:
            text = f"Kept for {self._name(now)}, who had it before"
        elif event.reason == TakenWhy.DEAL:
            text = f"Dealt to {self._name(now)}"
        else:
            text = f"Assigned to {self._name(now)}{self._by(event)}"
        self._say(event, text, *people)

    def _reviewer(self, event: Event) -> None:
        was, now, own = event.from_value, event.to_value, str(event.actor_id) == event.from_value
        if now:
            return self._say(event, f"{self._name(now)} opened it for review", int(now))
        if event.reason == Ending.DECIDED:
            return None
        if own and event.reason != Ending.EXPIRED:
            return self._say(event, f"{self._name(was)} released the review", int(was))
        text = endings.of(event.reason).review_history.format(holder=self._name(was))
        by = "" if event.reason == Ending.EXPIRED else self._by(event)
        return self._say(event, text + by, int(was))

    def _decision(self, event: Event) -> None:
        self.rejected = event.to_value == "rejected"
        if event.to_value == "approved":
            self._say(event, f"Approved{self._by(event)}")
        elif not self.rejected:
            self._say(event, f"The decision was cleared{self._by(event)}", note=event.reason)

    def _round(self, event: Event) -> None:
        verb = "Sent back to" if self.rejected else "Reopened for"
        self.rejected = False
        text = f"{verb} round {event.to_value}{self._by(event)}"
        self._say(event, text, note=event.reason, kind="made")

    def _review_state(self, event: Event) -> None:
        if (
            not event.to_value
            and event.from_value == "approved"
            and not self._goes_on(event, "made")
        ):
            self._say(event, f"The approval was cleared{self._by(event)}", note=event.reason)

    def _removed(self, event: Event) -> None:
        verb = "Removed" if event.to_value else "Restored"
        self._say(event, f"{verb}{self._by(event)}", kind="" if event.to_value else "made")

    def _erased(self, event: Event) -> None:
        self._say(event, f"The content was erased{self._by(event)}")

    def _skip(self, event: Event) -> None:
        hold = self.holds.get(int(event.object_id)) if event.object_id.isdecimal() else None
        whose = f" of {hold.annotator}" if hold else ""
        holder = hold.annotator_id if hold else 0
        self._say(event, f"The skip{whose} was {event.to_value}{self._by(event)}", holder)

    def _annotation(self, event: Event) -> None:
        """What its author submits or takes back, the slot's event tells."""
        author = _author(event)
        if event.to_value and event.actor_id != author:
            whose = self._name(author)
            self._say(
                event, f"The refused answers of {whose} were accepted{self._by(event)}", author
            )

    def _corrected(self, event: Event) -> None:
        self._say(event, f"{self._name(event.actor_id)} corrected: {event.reason}")

    def _silent(self, event: Event) -> None:
        """Other events of the same act tell it."""

    def _plainly(self, event: Event) -> None:
        """For what this page has no words of its own yet."""
        what = f"{event.object_type} {event.attribute}".replace("_", " ").capitalize()
        was, now = event.from_value or "nothing", event.to_value or "nothing"
        self._say(event, f"{what} changed from {was} to {now}{self._by(event)}")


def _author(event: Event) -> int:
    """Whose annotation an event is about; its id ends with the person's."""
    author = event.object_id.rpartition(":")[2]
    return int(author) if author.isdecimal() else 0


def _why(reason: str) -> str:
    known = TakenWhy(reason).label if reason in TakenWhy.values else reason.replace("_", " ")
    return f" · {known}" if known else ""


WRITERS: dict[tuple[str, str], Callable[[HistoryWriter, Event], None]] = {
    ("item", "status"): HistoryWriter._status,
    ("item", "round"): HistoryWriter._round,
    ("item", "review_state"): HistoryWriter._review_state,
    ("item", "reviewer"): HistoryWriter._reviewer,
    ("item", "removed"): HistoryWriter._removed,
    ("item", "extra"): HistoryWriter._silent,
    ("item", "content"): HistoryWriter._erased,
    ("slot", "state"): HistoryWriter._slot,
    ("slot", "assigned_to"): HistoryWriter._binding,
    ("annotation", "state"): HistoryWriter._annotation,
    ("annotation", "answers"): HistoryWriter._corrected,
    ("reservation", "skip"): HistoryWriter._skip,
    ("review", "decision"): HistoryWriter._decision,
}
