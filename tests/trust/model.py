"""What docs/rules.md says that people can do in a queue, in plain Python: no SQL, no Django.

Written from the page and not from the code. A method named as a verb predicts what the action
answers and changes the model as the action changes the rows.
"""

from collections.abc import Iterable
from typing import Any

from .model_state import Grip, No, Offer, Place, State, Thing

MOST_RENEWALS = 8  # a hold lasts so many timeouts at the most
MAY_TAKE_AGAIN = {"expired", "released", "revoked", "skipped"}


class World(State):
    # Claiming.

    def must_be_annotator(self, user: int) -> None:
        if not self.people[user].present:
            raise No("not_member")

    def must_be_open(self) -> None:
        if self.archived:
            raise No("archived")
        if self.status == "completed":
            raise No("finished")
        if self.status != "active":
            raise No("paused" if self.status == "paused" else "not_open")

    def next(self, user: int) -> Grip | Offer:
        """What Start and Next give: a hold resumed, or the item of a new one."""
        self.must_be_annotator(user)
        self.reap()
        hands = self.hands(user)
        if held := self.unparked(user):
            return held
        if hands and (len(hands) >= self.limit or not self.is_open):
            hands[0].parked = False
            return hands[0]
        self.must_be_open()
        if item := self.drafted(user):
            return Offer(item, moves=False)
        if item := self.next_new(user):
            return Offer(item, moves=True)
        raise No("others_hold" if self.others_hold(user) else "share_done")

    def drafted(self, user: int) -> Thing | None:
        waiting = [
            g for g in self.grips
            if g.user == user and g.ending and g.is_current and (g.drafted or g.refused)
        ]  # fmt: skip
        waiting.sort(key=lambda g: (not g.refused, g.drafted))
        for grip in waiting:
            if self.may_have(user, grip.item) and self.free_for(user, grip.item):
                return grip.item
        return None

    def next_new(self, user: int) -> Thing | None:
        person = self.people[user]
        free = [p for p in self.places if p.state == "free" and p.round == p.item.round]
        mine = [p for p in free if self.may_have(user, p.item)]
        lane = sorted(
            (((p.returned, p.key), p.item) for p in mine if p.returned), key=lambda pair: pair[0]
        )
        after = [item for spot, item in lane if person.lane_spot and spot > person.lane_spot]
        if lane:
            return after[0] if after else lane[0][1]
        line = sorted((((p.item.rank, p.item.seq), p.item) for p in mine), key=lambda pair: pair[0])
        ahead = [item for spot, item in line if person.spot and spot > person.spot]
        return next(iter(ahead or [item for _, item in line]), None)

    def others_hold(self, user: int) -> bool:
        return any(
            g.user != user and not g.ending and not g.item.removed
            and not any(
                m.user == user and m.item is g.item and m.place.round == g.place.round
                and (m.ending == "submitted" or (m.ending == "skipped" and not m.cleared))
                for m in self.grips
            )
            for g in self.grips
        )  # fmt: skip

    def took(self, user: int, key: Any, place: Place, *, moves: bool) -> Grip:
        """The hold that the action answered; the model knew the item."""
        person, was = self.people[user], place.returned
        if moves and was:
            person.lane_spot = (was, place.key)
        elif moves:
            person.spot = (place.item.rank, place.item.seq)
        place.state, place.user, place.returned = "held", user, None
        grip = Grip(key, user, place, self.order, self.now, self.now + self.timeout)
        self.grips.append(grip)
        return grip

    def pick(self, user: int, item: Thing) -> Grip | Offer:
        self.must_be_annotator(user)
        self.reap()
        held = next((g for g in self.hands(user) if g.item is item), None)
        if held is None:
            self.must_be_open()
            if len(self.hands(user)) >= self.limit:
                raise No("cannot_pick")
            if not (self.may_have(user, item) and self.free_for(user, item)):
                raise No("cannot_pick")
        elif not held.parked:
            return held
        if present := self.unparked(user):
            present.parked = True
        if held:
            held.parked = False
        return held or Offer(item, moves=False)

    # Working on what one holds.

    def must_hold(self, grip: Grip) -> None:
        self.must_be_annotator(grip.user)
        if grip.ending:
            raise No(grip.ending)

    def park(self, grip: Grip) -> None:
        self.must_hold(grip)
        grip.parked = True

    def skip(self, grip: Grip) -> None:
        self.must_hold(grip)
        self.end(grip, "skipped")
        self.clear_marks(grip)

    def clear_marks(self, grip: Grip) -> None:
        for g in self.grips:
            if (g.user, g.item, g.place.round) == (grip.user, grip.item, grip.place.round):
                g.drafted, g.refused = None, False

    def extend(self, grip: Grip) -> bool:
        if not self.live(grip) or grip.expires is None:
            return False
        most = grip.since + MOST_RENEWALS * self.timeout
        grip.expires = min(self.now + self.timeout, most)
        return True

    def save(self, grip: Grip, words: str, version: int) -> Grip | Offer | None:
        """Autosave; the hold that stands afterwards, None where the text alone is kept."""
        self.must_be_annotator(grip.user)
        text = self.text(grip.user, grip.item, grip.place.round)
        if text.submitted:
            raise No("ignored")
        if version != text.version and words != text.words:
            raise No("conflict")
        if version == text.version:
            text.version, text.words = text.version + 1, words
        if grip.ending not in ("submitted", "skipped"):
            grip.drafted = self.order
        if self.live(grip):
            self.renew(grip)
            return grip
        return self.retake(grip)

    def renew(self, grip: Grip) -> None:
        """Written once a minute at the most: the model's clock moves by more."""
        most = grip.since + MOST_RENEWALS * self.timeout
        if grip.expires is not None and grip.expires < self.now + self.timeout - 1:
            grip.expires = min(self.now + self.timeout, most)

    def retake(self, grip: Grip) -> Grip | Offer | None:
        """After *expired* only, within the limit, and where nothing else is in hand."""
        self.reap()
        if grip.ending != "expired" or not self.is_open:
            return None
        if held := next((g for g in self.hands(grip.user) if g.item is grip.item), None):
            return held
        if self.unparked(grip.user) or len(self.hands(grip.user)) >= self.limit:
            return None
        may = self.may_have(grip.user, grip.item) and self.free_for(grip.user, grip.item)
        return Offer(grip.item, moves=False) if may and grip.is_current else None

    def submit(self, grip: Grip, version: int, words: str) -> Place | None:
        """The slot filled; None: any slot of the item that was free. Raises No with the code."""
        self.must_be_annotator(grip.user)
        text = self.text(grip.user, grip.item, grip.place.round)
        if grip.ending == "submitted" or text.submitted:
            raise No("already_submitted")
        item, place = grip.item, self._place_to_fill(grip)
        if version != text.version and words != text.words:
            raise No("conflict")
        if item.removed or not self.is_working or grip.place.round != item.round or place is None:
            if version == text.version:
                text.version, text.words = text.version + 1, words
            grip.refused, grip.drafted = True, self.order
            raise No("refused")
        own = self._own(grip)
        ended = own if own and grip.ending else grip
        ended.ending, ended.parked = "submitted", False
        text.submitted, text.version = True, text.version + 1
        self.clear_marks(grip)
        self._clear_skips(grip)
        if place.state == "held":
            self.fill(place, grip.user)
            return place
        return None

    def fill(self, place: Place, user: int) -> None:
        place.state, place.user, place.returned = "done", user, None
        if self.item_status(place.item) == "completed":
            place.item.completed_since = self.activation

    def _place_to_fill(self, grip: Grip) -> Place | None:
        """The slot of this token, of a newer hold of the same person, or a free one."""
        if not grip.ending:
            return grip.place
        if own := self._own(grip):
            return own.place
        again = grip.ending in MAY_TAKE_AGAIN
        return self.free_for(grip.user, grip.item) if again else None

    def _own(self, grip: Grip) -> Grip | None:
        same = (g for g in self.grips if g is not grip and g.user == grip.user and not g.ending)
        return next((g for g in same if g.item is grip.item and g.is_current), None)

    def _clear_skips(self, grip: Grip) -> None:
        """Who has submitted after all has not skipped."""
        for g in self.grips:
            mine = g.user == grip.user and g.item is grip.item
            if mine and g.place.round == grip.place.round and g.ending == "skipped":
                g.cleared = True

    # What managers do.

    def complete_if_done(self) -> None:
        items = list(self.present())
        over = all(self.item_status(item) == "completed" for item in items)
        since = any(item.completed_since >= self.activation for item in items)
        if self.is_working and over and since:
            self.status, self.completed_by = "completed", "itself"

    def end_all(self, grips: Iterable[Grip], ending: str) -> None:
        for grip in [g for g in grips if not g.ending]:
            self.end(grip, ending)

    def move(self, verb: str) -> None:
        """A change of the queue's status; raises No where 7.1 has no such move."""
        allowed = {"pause": ["active"], "resume": ["paused"], "close": ["active", "paused"],
                   "reopen": ["completed"]}  # fmt: skip
        if verb in allowed and (self.archived or self.status not in allowed[verb]):
            raise No("wrong_state")
        if (verb == "archive" and self.archived) or (verb == "restore" and not self.archived):
            raise No("wrong_state")
        getattr(self, f"_{verb}")()

    def _pause(self) -> None:
        self.reap()
        for grip in self.grips:
            if not grip.ending:
                grip.rest, grip.expires = (grip.expires or 0) - self.now, None
        self.status, self.paused_at = "paused", self.now

    def _resume(self) -> None:
        for grip in self.grips:
            if not grip.ending:
                grip.expires, grip.rest = self.now + (grip.rest or 0), None
                grip.since += self.now - self.paused_at
        self.status = "active"

    def _close(self) -> None:
        self.end_all(self.grips, "queue_closed")
        self.status, self.completed_by = "completed", "person"

    def _reopen(self) -> None:
        self.status, self.completed_by = "active", ""
        self.activation += 1

    def _archive(self) -> None:
        self.end_all(self.grips, "queue_closed")
        self.archived = True

    def _restore(self) -> None:
        self.archived = False

    def add(self) -> None:
        """Whether traces may be added now; new work wakes a queue that completed by itself."""
        if self.archived or (self.status == "completed" and self.completed_by == "person"):
            raise No("wrong_state")
        if self.status == "completed":
            self._reopen()

    def remove_person(self, user: int) -> None:
        self.people[user].present = False
        self.end_all((g for g in self.grips if g.user == user), "member_removed")
