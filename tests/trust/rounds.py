"""What docs/rules.md says of an item's rounds, in plain Python: no SQL, no Django.

The other model, of who gets what and when, is `model.py`; here people pick, nothing lapses, and
what counts is what becomes of an item.
"""

from typing import Any

from .model_state import No
from .rounds_state import Grip, Place, State, Thing


class World(State):
    # Annotators.

    def must_annotate(self, user: int) -> None:
        if user not in self.annotators:
            raise No("not_member")

    def pick(self, user: int, item: Thing) -> Grip | Place:
        self.must_annotate(user)
        held = self.live(user, item)
        if held is None:
            if self.completed:
                raise No("finished")
            if not self.may(user, item) or not self.free_for(user, item):
                raise No("cannot_pick")
        others = [g for g in self.grips if g.user == user and not g.ending and g is not held]
        for grip in others if held is None or held.parked else []:
            grip.parked = True
        if held:
            held.parked = False
            return held
        place = self.free_for(user, item)
        assert place is not None
        return place

    def took(self, user: int, item: Thing, place: Place, key: Any) -> None:
        place.state, place.user, place.held = "held", user, self.order
        self.grips.append(Grip(key, user, item, place, self.order))

    def submit(self, grip: Grip) -> Place:
        """With the token of a live hold, or of one that was revoked."""
        item, place = grip.item, grip.place
        if grip.ending:
            free = self.free_for(grip.user, item) if grip.user not in item.seen else None
            fits = not item.removed and not self.completed and place.round == item.round
            if self.live(grip.user, item) or grip.user in item.done.get(place.round, ()):
                raise AssertionError("the machine sends what is revoked once")
            if not fits or free is None:
                grip.refused = True
                self.drafts.add(self.key(grip))
                self.marked.add(self.key(grip))
                raise No("refused")
            place = free
        self._fill(grip, place)
        self.settled(item)
        self.complete_if_done()
        return place

    def _fill(self, grip: Grip, place: Place) -> None:
        place.state, place.user, place.bound = "done", grip.user, place.bound
        grip.place, grip.ending, grip.parked, grip.act = place, "submitted", False, self.order
        grip.item.done[grip.item.round].add(grip.user)
        self.drafts.discard(self.key(grip))
        self._unmark(grip)

    def _unmark(self, grip: Grip) -> None:
        self.marked.discard(self.key(grip))
        for one in self.grips:
            if self.key(one) == self.key(grip):
                one.refused = False

    def skip(self, grip: Grip) -> None:
        self.end(grip, "skipped")
        grip.act = self.order
        self._unmark(grip)
        self.settled(grip.item)

    def latest(self, user: int) -> Grip | None:
        """One's latest submit or skip."""
        acts = [g for g in self.grips if g.user == user and g.act]
        return max(acts, key=lambda g: g.act, default=None)

    def undo(self, grip: Grip) -> Place | None:
        """The place that is held again; None where only the skip is cleared."""
        user, item = grip.user, grip.item
        self.must_annotate(user)
        over = item.removed or grip.place.round != item.round or item.review == "approved"
        if over or item.round in item.read or user in item.seen or grip.cleared:
            raise No("cannot_undo")
        place = grip.place if grip.ending == "submitted" else self.free_for(user, item)
        if place is None:
            grip.cleared = True
            self.settled(item)
            return None
        self.reopened_by_work()
        self._put_aside(user, grip)
        if grip.ending == "submitted":
            item.done[item.round].discard(user)
            self.drafts.add(self.key(grip))
        grip.ending, grip.act = "undone", 0
        return place

    def _put_aside(self, user: int, undone: Grip) -> None:
        mine = (g for g in self.grips if g.user == user and not g.ending and not g.parked)
        if present := next(mine, None):
            if self.key(present) in self.marked or present.opened < undone.act:
                present.parked = True
            else:
                self.end(present, "released")
                self.settled(present.item)

    def held_again(self, grip: Grip, place: Place, key: Any) -> None:
        self.took(grip.user, grip.item, place, key)
        if self.key(grip) in self.drafts:
            self.marked.add(self.key(grip))
        self.settled(grip.item)

    def correct(self, user: int, item: Thing) -> None:
        if user not in item.done[item.round]:
            raise No("cannot_correct")
        self.must_annotate(user)
        closed = self.completed or item.removed or item.review == "approved"
        if closed or item.round in item.read or user in item.seen:
            raise No("cannot_correct")

    # Reviewers.

    def _may_review(self, user: int, item: Thing, *, decides: bool) -> None:
        if user not in self.reviewers:
            raise No("not_member")
        if self.completed:
            raise No("wrong_state")
        if decides and item.review == "approved":
            raise No("already_decided")
        if item.removed or self.status(item) != "pending_review":
            raise No("wrong_state")
        if any(user in done for done in item.done.values()):
            raise No("cannot_review")
        if decides and (item.round, user) not in item.opened:
            raise No("cannot_review")

    def open_review(self, user: int, item: Thing) -> None:
        self._may_review(user, item, decides=False)
        if item.reviewer not in (None, user):
            raise No("cannot_review")
        item.reviewer = user
        item.seen.add(user)
        item.read.add(item.round)
        item.opened.add((item.round, user))

    def approve(self, user: int, item: Thing) -> None:
        self._may_review(user, item, decides=True)
        item.review = "approved"
        self.settled(item)
        self.complete_if_done()

    def reject(self, user: int, item: Thing, *, to_others: bool) -> list[int]:
        """Whom the new round's slots go to; the rest is for anybody."""
        self._may_review(user, item, decides=True)
        last = [p.user for p in item.open() if p.state == "done" and p.user is not None]
        if to_others:
            others = self.annotators - set(last) - item.seen
            if len(others) < item.required:
                raise No("cannot_review")
        back = [] if to_others else [u for u in last if u in self.annotators - item.seen]
        self.begin(item, needs_review=True, review="rejected", bars=to_others)
        return back

    def begin(self, item: Thing, *, needs_review: bool | None, review: str, bars: bool) -> None:
        """A new round, whose slots the machine learns."""
        item.round += 1
        item.done[item.round] = set()
        item.needs_review, item.review, item.bars, item.reviewer = needs_review, review, bars, None
        item.completed = 0
        old = {one for one in self.marked if one[1] == item.key}
        self.marked -= old
        for grip in self.grips:
            if grip.item is item:
                grip.refused = False

    # Managers.

    def must_be_finished(self, item: Thing) -> None:
        if item.removed or self.status(item) not in ("completed", "pending_review"):
            raise No("wrong_state")

    def reopen(self, item: Thing) -> None:
        self.must_be_finished(item)
        self.begin(item, needs_review=None, review="", bars=False)
        self.reopened_by_work()

    def clear_decision(self, item: Thing) -> None:
        self.must_be_finished(item)
        if item.review != "approved":
            raise No("wrong_state")
        item.review = ""
        self.settled(item)
        self.reopened_by_work()

    def require(self, number: int, *, finished: bool) -> dict[Any, int]:
        """How many slots more (or, below zero, fewer) each item has then."""
        wants: dict[Any, int] = {}
        if number == self.required and not finished:
            return wants
        self.required = number
        for item in self.present():
            now, done = len(item.open()), item.count("done")
            wanted = max(number + item.extra, done)
            if item.required == number + item.extra or wanted == now:
                continue
            if wanted > now and item.is_full and not finished:
                continue
            wants[item.key] = wanted - now
            item.required = wanted
        return wants

    def void(self, item: Thing, number: int) -> None:
        """Free, bound, parked, newest held; never done."""
        grips = {g.place.key: g for g in self.grips if not g.ending}

        def hurt(place: Place) -> tuple[int, int, int]:
            if place.state == "free":
                return int(place.bound is not None), 0, -place.key
            return 3 - grips[place.key].parked, -place.held, -place.key

        for place in sorted((p for p in item.open() if p.state != "done"), key=hurt)[:number]:
            if place.state == "held":
                self.end(grips[place.key], "revoked")
            place.state, place.bound = "void", None

    def accept(self, grip: Grip) -> None:
        """Work that came late after all; the machine learns its slot."""
        item = grip.item
        held = self.live(grip.user, item) or grip.user in item.done[item.round]
        stale = not grip.refused or item.removed or grip.place.round != item.round
        if stale or held or grip.user in item.seen:
            raise No("cannot_accept")
        item.extra, item.required = item.extra + 1, item.required + 1
        item.done[item.round].add(grip.user)
        grip.ending = "submitted"
        self.drafts.discard(self.key(grip))
        self._unmark(grip)
        if item.review == "approved":
            item.review = ""

    def accepted(self, item: Thing) -> None:
        self.settled(item)
        if self.status(item) != "completed":
            self.reopened_by_work()
        self.complete_if_done()

    def remove(self, item: Thing) -> None:
        if item.removed:
            raise No("wrong_state")
        for grip in [g for g in self.grips if g.item is item and not g.ending]:
            self.end(grip, "item_removed")
        for place in item.open():
            if place.state != "done":
                place.state, place.bound = "void", None
        item.removed, item.reviewer = True, None
        self.complete_if_done()

    def restore(self, item: Thing) -> int:
        """How many free slots it has again."""
        if not item.removed:
            raise No("wrong_state")
        item.removed, done = False, item.count("done")
        finished = done >= item.required
        item.required = done if finished else max(self.required + item.extra, done)
        return item.required - done

    def restored(self, item: Thing) -> None:
        self.settled(item)
        if self.status(item) != "completed":
            self.reopened_by_work()

    def clear_skips(self, item: Thing) -> None:
        if item.removed:
            raise No("wrong_state")
        for grip in self.skips(item):
            grip.cleared = True
        self.settled(item)

    def remove_person(self, user: int) -> None:
        self.annotators.discard(user)
        for grip in [g for g in self.grips if g.user == user and not g.ending]:
            self.end(grip, "member_removed")
            self.settled(grip.item)
        for place in self.bound_to(user):
            place.bound = None
