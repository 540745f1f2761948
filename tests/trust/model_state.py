"""What a queue is, in plain Python: no SQL, no Django, a clock of its own.

Times are minutes; `order` counts what happened, so that "returned before" needs no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class No(Exception):
    """The action must refuse, with this code or reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class Thing:
    """An item."""

    key: Any
    seq: int
    required: int
    rank: int = 0
    round: int = 1
    removed: bool = False
    completed_since: int = -1  # the activation in which it completed


@dataclass(eq=False)
class Place:
    """A slot. `returned`: its place in the returned lane, None where it is not in it."""

    key: int
    item: Thing
    round: int
    state: str = "free"
    user: int | None = None
    returned: tuple[int, int] | None = None


@dataclass(eq=False)
class Grip:
    """A reservation. While the queue is paused `rest` is set and `expires` is not."""

    key: Any
    user: int
    place: Place
    opened: int
    since: float
    expires: float | None
    rest: float | None = None
    parked: bool = False
    ending: str = ""
    drafted: int | None = None
    refused: bool = False
    cleared: bool = False

    @property
    def item(self) -> Thing:
        return self.place.item

    @property
    def is_current(self) -> bool:
        return self.place.round == self.item.round and not self.item.removed


@dataclass(frozen=True)
class Offer:
    """A new hold is to be had on this item. `moves`: it moves the person's remembered place."""

    item: Thing
    moves: bool


@dataclass
class Person:
    present: bool = True
    spot: tuple[int, int] | None = None  # (rank, seq) of the last item served from the order
    lane_spot: tuple[tuple[int, int], int] | None = None


@dataclass
class Text:
    """An annotation: `version` 0 means that nothing was ever saved."""

    version: int = 0
    words: str = ""
    submitted: bool = False


@dataclass
class State:
    required: int
    limit: int
    timeout: float = 60.0
    now: float = 0.0
    order: int = 0
    status: str = "draft"
    archived: bool = False
    completed_by: str = ""
    activation: int = 0
    paused_at: float = 0.0
    people: dict[int, Person] = field(default_factory=dict)
    items: list[Thing] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    grips: list[Grip] = field(default_factory=list)
    texts: dict[tuple[int, Any, int], Text] = field(default_factory=dict)

    # What is true now.

    @property
    def is_open(self) -> bool:
        return self.status == "active" and not self.archived

    @property
    def is_working(self) -> bool:
        return self.status in ("active", "paused") and not self.archived

    def live(self, grip: Grip) -> bool:
        if grip.ending:
            return False
        return grip.rest is not None or (grip.expires or 0) > self.now

    def hands(self, user: int) -> list[Grip]:
        """Live holds, oldest first."""
        return [g for g in self.grips if g.user == user and self.live(g)]

    def unparked(self, user: int) -> Grip | None:
        return next((g for g in self.hands(user) if not g.parked), None)

    def present(self) -> Iterator[Thing]:
        return (item for item in self.items if not item.removed)

    def places_of(self, item: Thing) -> list[Place]:
        return [p for p in self.places if p.item is item and p.round == item.round]

    def skips(self, item: Thing) -> int:
        return sum(
            g.item is item and g.place.round == item.round and g.ending == "skipped"
            and not g.cleared for g in self.grips
        )  # fmt: skip

    def item_status(self, item: Thing) -> str:
        """The table of 7.2."""
        places = [p for p in self.places_of(item) if p.state != "void"]
        if sum(p.state == "done" for p in places) >= len(places):
            return "completed"
        if any(self.live(g) for g in self.grips if g.item is item and g.is_current):
            return "in_progress"
        return "skipped" if self.skips(item) else "pending"

    def text(self, user: int, item: Thing, round: int) -> Text:
        return self.texts.setdefault((user, item.key, round), Text())

    def may_have(self, user: int, item: Thing) -> bool:
        """7.4: neither held, submitted nor skipped by this person in this round."""
        return not item.removed and not any(
            g.user == user and g.item is item and g.place.round == item.round
            and (g.ending in ("", "submitted") or (g.ending == "skipped" and not g.cleared))
            for g in self.grips
        )  # fmt: skip

    def free_for(self, user: int, item: Thing) -> Place | None:
        return next((p for p in self.places_of(item) if p.state == "free"), None)

    def reap(self) -> None:
        for grip in [g for g in self.grips if not g.ending and not self.live(g)]:
            self.end(grip, "expired")

    def end(self, grip: Grip, ending: str) -> None:
        grip.ending = ending
        grip.place.state, grip.place.user = "free", None
        grip.place.returned = (self.order, 0)
