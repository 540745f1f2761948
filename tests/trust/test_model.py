"""The queue against its model: whatever people do, in any order, the rows are what it says.

Each step is done twice, by the model in plain Python and by the product's own action on the real
database; what each answers or refuses, and every slot, hold and status afterwards, must be equal.
"""

import os
from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from annotate_site import sql
from annotate_site.errors import Refused

from ..tally import tally
from .acting import Ground
from .machine import EXAMPLES, tier
from .model_state import Grip, Offer, Place
from .queue_beside import QueueBeside

WHO = st.integers(0, 3)
WHICH = st.integers(0, 5)
MOVES = st.sampled_from(["pause", "pause", "resume", "close", "reopen", "archive", "restore"])
# No sum of these comes near a multiple of the timeout: what the machine itself takes is no matter.
MINUTES = st.sampled_from([16, 51])


class QueueMachine(QueueBeside):
    # What annotators do.

    @rule(who=WHO)
    def next(self, who: int) -> None:
        self.part_ties()
        user = self.user(who)
        answer = self.both("next", lambda: self.world.next(user), lambda: self.site.next(user))
        if answer:
            self.got_hold(user, *answer)

    @rule(who=WHO)
    def submit_and_next(self, who: int) -> None:
        """What most people do most of the time."""
        self.next(who)
        self.agree()
        self.submit(who, 0, False)

    @rule(who=WHO, which=WHICH)
    def pick(self, who: int, which: int) -> None:
        self.part_ties()
        user, item = self.user(who), self.world.items[which % len(self.world.items)]
        answer = self.both(
            "pick", lambda: self.world.pick(user, item), lambda: self.site.pick(user, item.key)
        )
        if answer:
            self.got_hold(user, *answer)

    @rule(who=WHO, which=WHICH, stale=st.booleans())
    def save(self, who: int, which: int, stale: bool) -> None:
        grip = self.grip(who, which)
        if grip is None:
            return
        self.part_ties()
        version = self.text(grip).version - (stale and self.text(grip).version > 0)
        words = f"words {self.world.order}"
        answer = self.both(
            "save",
            lambda: self.world.save(grip, words, version),
            lambda: self.site.save(
                grip.user, grip.item.key, grip.place.round, grip.key, words, version
            ),
        )
        if not answer:
            return
        wanted, saved = answer
        assert saved.version == self.text(grip).version
        assert saved.holding == (wanted is not None)
        if isinstance(wanted, Offer) or (saved.hold and isinstance(wanted, Grip)):
            self.got_hold(grip.user, wanted, saved.hold)

    @rule(who=WHO, which=WHICH, stale=st.sampled_from([False, False, False, True]))
    def submit(self, who: int, which: int, stale: bool) -> None:
        grip = self.grip(who, which)
        if grip is None:
            return
        version = self.text(grip).version - (stale and self.text(grip).version > 0)
        words = f"answer {self.world.order}"
        answer = self.both(
            "submit",
            lambda: self.world.submit(grip, version, words),
            lambda: self.site.submit(
                grip.user, grip.item.key, grip.place.round, grip.key, words, version
            ),
        )
        if answer:
            if answer[0] is None:
                self.world.fill(self.newly_done(grip), grip.user)
            self.world.complete_if_done()

    def newly_done(self, grip: Grip) -> Place:
        slots = self.site.queue.items.get(pk=grip.item.key).slots.filter(state="done")
        known = {p.key for p in self.world.places if p.state == "done"}
        new = {slot.pk for slot in slots} - known
        assert len(new) == 1
        place = next(p for p in self.world.places_of(grip.item) if p.key in new)
        assert place.state == "free"
        return place

    @precondition(lambda self: self.site.sent)
    @rule(which=WHICH, other=st.booleans())
    def submit_again(self, which: int, other: bool) -> None:
        """The same submission id: the outcome of the first; with another body it is refused."""
        user, form = self.site.sent[-1 - which % len(self.site.sent)]
        kept = sql.one(
            "select outcome ->> 'code' as code from projects_idempotencykey where key = %s",
            [str(form.submission_id)],
        )
        if kept is None:
            return  # that one changed nothing, so nothing was remembered
        self.counts["submit again"] += 1
        code = "accepted"
        try:
            self.site.send(user, self.site.altered(form) if other else form)
        except Refused as refused:
            code = refused.code
        present = self.world.people[user.pk].present
        assert code == ("not_member" if not present else "other_body" if other else kept.code)

    @rule(who=WHO, which=WHICH)
    def skip(self, who: int, which: int) -> None:
        if grip := self.grip(who, which):
            self.both(
                "skip", lambda: self.world.skip(grip),
                lambda: self.site.skip(grip.user, grip.item.key, grip.key),
            )  # fmt: skip

    @rule(who=WHO, which=WHICH)
    def park(self, who: int, which: int) -> None:
        if grip := self.grip(who, which):
            self.both(
                "park", lambda: self.world.park(grip),
                lambda: self.site.park(grip.user, grip.item.key, grip.key),
            )  # fmt: skip

    @rule(who=WHO, which=WHICH)
    def extend(self, who: int, which: int) -> None:
        if grip := self.grip(who, which):
            answer = self.both(
                "extend", lambda: self.world.extend(grip),
                lambda: self.site.extend(grip.user, grip.key),
            )  # fmt: skip
            assert answer[0] == answer[1]

    # Time, the sweep, and managers.

    @rule(minutes=MINUTES, swept=st.sampled_from([False, False, True]))
    def pass_time(self, minutes: int, swept: bool) -> None:
        self.site.pass_time(minutes)
        self.world.now += minutes
        if swept:
            self.sweep()

    @rule(who=WHO, which=WHICH)
    def release(self, who: int, which: int) -> None:
        grip = self.grip(who, which)
        if grip is None:
            return

        def predict() -> bool:
            there = grip.place.state == "held" and grip.place.user == grip.user
            if there:
                now = next(g for g in self.world.grips if g.place is grip.place and not g.ending)
                self.world.end(now, "released")
            return there

        answer = self.both(
            "release", predict,
            lambda: self.site.release(grip.item.key, grip.place.key, grip.user),
        )  # fmt: skip
        assert answer[0] == answer[1]

    @rule(verb=MOVES, blindly=st.sampled_from([False, False, False, True]))
    def move(self, verb: str, blindly: bool) -> None:
        """Mostly a move that is one, and mostly back to work."""
        back = {"paused": "resume", "completed": "reopen"}.get(self.world.status)
        if not blindly and (self.world.archived or back):
            verb = "restore" if self.world.archived else back or verb
        self.both(verb, lambda: self.world.move(verb), lambda: self.site.move(verb))

    @precondition(lambda self: self.site.traces < 9)
    @rule(count=st.integers(1, 2))
    def add(self, count: int) -> None:
        if self.both("add", self.world.add, lambda: self.site.add(count)):
            self.learn_items()

    @rule(who=WHO, back=st.booleans())
    def change_people(self, who: int, back: bool) -> None:
        user = self.user(who)
        if back:
            self.site.add_person(user)
            self.world.people[user].present = True
        else:
            self.both(
                "remove person",
                lambda: self.world.remove_person(user), lambda: self.site.remove_person(user),
            )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.timeout(7200 if os.environ.get("SOAK") else 300)
@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(25, id="few"),
        pytest.param(EXAMPLES, id="many", marks=pytest.mark.soak),
    ],
)
def test_whatever_people_do_the_queue_is_what_its_model_says(examples: int) -> None:
    QueueMachine.ground, QueueMachine.counts = Ground.make(), Counter()
    broken = 1
    try:
        run_state_machine_as_test(QueueMachine, settings=tier(examples, 50))
        broken = 0
    finally:
        steps = QueueMachine.counts.total()
        tally(
            "the queue beside its model", {"examples": examples, "steps": steps}, violations=broken
        )
