"""What an item of a queue is, round by round, in plain Python: no SQL, no Django.

`order` counts what happened, so that no clock is needed.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Place:
    """A slot. `held`: when its hold began, by `order`; `bound`: to whom it was sent back."""

    key: int
    round: int
    state: str = "free"
    user: int | None = None
    bound: int | None = None
    held: int = 0


@dataclass(eq=False)
class Grip:
    """A reservation. `act`: when it was submitted or skipped; `refused`: its answers came late."""

    key: Any
    user: int
    item: "Thing"
    place: Place
    opened: int
    parked: bool = False
    ending: str = ""
    act: int = 0
    refused: bool = False
    cleared: bool = False


@dataclass(eq=False)
class Thing:
    """An item. `done`: {round: who has submitted in it}; `read`: rounds opened for review."""

    key: Any
    required: int
    extra: int = 0
    round: int = 1
    needs_review: bool | None = None
    review: str = ""
    bars: bool = False
    removed: bool = False
    reviewer: int | None = None
    completed: int = 0
    done: dict[int, set[int]] = field(default_factory=lambda: {1: set()})
    seen: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)
    opened: set[tuple[int, int]] = field(default_factory=set)  # (round, reviewer)
    places: list[Place] = field(default_factory=list)

    def open(self) -> list[Place]:
        return [p for p in self.places if p.round == self.round and p.state != "void"]

    def count(self, state: str) -> int:
        return sum(p.state == state for p in self.open())

    @property
    def is_full(self) -> bool:
        return self.count("done") >= len(self.open())


@dataclass
class State:
    required: int
    reviewed: bool
    annotators: set[int]
    reviewers: set[int]
    items: list[Thing]
    order: int = 0
    completed: bool = False
    activated: int = 0
    grips: list[Grip] = field(default_factory=list)
    drafts: set[tuple[int, Any, int]] = field(default_factory=set)  # (user, item, round)
    marked: set[tuple[int, Any, int]] = field(default_factory=set)  # drafts that Next would offer

    # What is true now.

    def present(self) -> list[Thing]:
        return [item for item in self.items if not item.removed]

    def status(self, item: Thing) -> str:
        """The table of 7.2."""
        if item.is_full:
            approved = item.needs_review is False or item.review == "approved"
            return "completed" if approved else "pending_review"
        if item.count("held"):
            return "in_progress"
        return "skipped" if self.skips(item) else "pending"

    def skips(self, item: Thing) -> list[Grip]:
        return [
            g for g in self.grips
            if g.item is item and g.place.round == item.round and g.ending == "skipped"
            and not g.cleared
        ]  # fmt: skip

    def live(self, user: int, item: Thing) -> Grip | None:
        mine = (g for g in self.grips if g.user == user and g.item is item and not g.ending)
        return next(mine, None)

    def free_for(self, user: int, item: Thing) -> Place | None:
        """What was sent back to this person first."""
        free = [p for p in item.open() if p.state == "free" and p.bound in (None, user)]
        return min(free, key=lambda p: (p.bound != user, p.key), default=None)

    def bound_to(self, user: int) -> list[Place]:
        return [p for i in self.items for p in i.open() if p.state == "free" and p.bound == user]

    def may(self, user: int, item: Thing) -> bool:
        if item.removed or user in item.seen or user in item.done[item.round]:
            return False
        if item.bars and user in item.done[item.round - 1]:
            return False
        return not any(g.user == user for g in self.skips(item))

    def settled(self, *items: Thing) -> None:
        """Decides whether a review is needed when the last annotation is in; notes completion."""
        for item in items:
            if item.is_full and item.needs_review is None:
                item.needs_review = self.reviewed
            if self.status(item) != "pending_review":
                item.reviewer = None
            if self.status(item) != "completed":
                item.completed = 0
            elif not item.completed:
                item.completed = self.order

    def complete_if_done(self) -> None:
        over = all(self.status(item) == "completed" for item in self.present())
        since = any(item.completed > self.activated for item in self.present())
        self.completed = self.completed or (over and since)

    def reopened_by_work(self) -> None:
        if self.completed:
            self.completed, self.activated = False, self.order

    def end(self, grip: Grip, ending: str, *, state: str = "free") -> None:
        grip.ending, grip.place.state = ending, state
        grip.place.user = grip.place.bound = None

    def key(self, grip: Grip) -> tuple[int, Any, int]:
        return grip.user, grip.item.key, grip.place.round
