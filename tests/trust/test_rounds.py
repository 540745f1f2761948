"""Rounds against their model: reviews, undo, correct, accept, reopening, N up and down.

As in `test_model.py` each step is done twice, in plain Python and by the product's own action.
"""

import os
from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from queues.models import Slot
from reviews.actions import undoing

from ..tally import tally
from .acting import Ground
from .machine import EXAMPLES, tier
from .rounds_beside import RoundsBeside
from .rounds_state import Grip, Place

WHO = st.integers(0, 3)
WHICH = st.integers(0, 5)
ANNOTATOR = st.integers(0, 2)
RARELY = st.sampled_from([False, False, False, True])


class RoundsMachine(RoundsBeside):
    # Annotators.

    @rule(who=ANNOTATOR, which=WHICH)
    def pick(self, who: int, which: int) -> None:
        user, item = self.user(who), self.item(which)
        answer = self.both(
            "pick", lambda: self.world.pick(user, item), lambda: self.site.pick(user, item.key)
        )
        if answer and isinstance(answer[0], Place):
            assert answer[1].slot_id == answer[0].key, "another slot than the model's"
            self.world.took(user, item, answer[0], answer[1].token)
        elif answer:
            assert answer[1].token == answer[0].key

    @rule(who=ANNOTATOR, which=WHICH)
    def work(self, who: int, which: int) -> None:
        """What most people do most of the time."""
        self.pick(who, which)
        if grip := self.world.live(self.user(who), self.item(which)):
            self.send(grip)

    def send(self, grip: Grip) -> None:
        version = self.bench.version(grip.user, grip.item.key, grip.place.round)
        words = f"answer {self.world.order}"
        self.both(
            "submit", lambda: self.world.submit(grip),
            lambda: self.site.submit(
                grip.user, grip.item.key, grip.place.round, grip.key, words, version
            ),
        )  # fmt: skip

    @rule(who=ANNOTATOR, which=WHICH, accepted=st.booleans())
    def come_late(self, who: int, which: int, accepted: bool) -> None:
        """Somebody holds the second place when one annotation is enough after all."""
        self.require(2, False)
        which = self.world.items.index(self.item(which, "pending", "in_progress"))
        for one in (who, who + 1):
            self.pick(one % 3, which)
        self.agree()
        self.require(1, False)
        self.agree()
        self.submit_revoked(which)
        if accepted:
            self.agree()
            self.accept(which)

    @rule(which=WHICH)
    def submit_revoked(self, which: int) -> None:
        """The hold went when fewer annotations were asked for."""
        gone = [
            g for g in self.world.grips
            if g.ending == "revoked" and not g.refused and g.user in self.world.annotators
            and not self.world.live(g.user, g.item)
            and g.user not in g.item.done[g.place.round]
        ]  # fmt: skip
        if gone:
            self.send(gone[which % len(gone)])

    @rule(who=ANNOTATOR, which=WHICH)
    def skip(self, who: int, which: int) -> None:
        if grip := self.world.live(self.user(who), self.item(which)):
            self.both(
                "skip", lambda: self.world.skip(grip),
                lambda: self.site.skip(grip.user, grip.item.key, grip.key),
            )  # fmt: skip

    @rule(who=ANNOTATOR)
    def undo(self, who: int) -> None:
        grip = self.world.latest(self.user(who))
        if grip is None:
            return
        answer = self.both(
            "undo", lambda: self.world.undo(grip), lambda: self.bench.undo(grip.user, grip.key)
        )
        if answer:
            place, undone = answer
            assert undone.held == (place is not None)
        if answer and place:
            again = Slot.objects.get(pk=place.key)
            self.world.held_again(grip, place, again.token)

    @rule(who=ANNOTATOR, which=WHICH)
    def correct(self, who: int, which: int) -> None:
        user, item, words = self.user(who), self.item(which), f"better {self.world.order}"
        answer = self.both(
            "correct", lambda: self.world.correct(user, item),
            lambda: self.bench.correct(user, item.key, item.round, words),
        )  # fmt: skip
        if answer:
            assert self.bench.stored(user, item.key, item.round) == words

    # Reviewers.

    @rule(who=WHO, which=WHICH)
    def open_review(self, who: int, which: int) -> None:
        user, item = self.user(who), self.item(which, "pending_review")
        self.both(
            "open review", lambda: self.world.open_review(user, item),
            lambda: self.bench.open(user, item.key),
        )  # fmt: skip

    @rule(who=st.sampled_from([2, 3, 3, 3]), which=WHICH)
    def approve(self, who: int, which: int) -> None:
        user, item = self.user(who), self.item(which, "pending_review")
        self.both(
            "approve", lambda: self.world.approve(user, item),
            lambda: self.bench.approve(user, item.key),
        )  # fmt: skip

    @rule(who=st.sampled_from([2, 3, 3, 3]), which=WHICH, to_others=RARELY)
    def reject(self, who: int, which: int, to_others: bool) -> None:
        user, item = self.user(who), self.item(which, "pending_review")
        answer = self.both(
            "send back", lambda: self.world.reject(user, item, to_others=to_others),
            lambda: self.bench.reject(user, item.key, to_others=to_others),
        )  # fmt: skip
        if answer:
            made = self.learn(item, item.required)
            for place, person in zip(made, answer[0], strict=False):
                place.bound = person

    @rule(who=st.sampled_from([2, 3, 3]), which=WHICH, verdict=st.sampled_from("ar"))
    def review(self, who: int, which: int, verdict: str) -> None:
        self.open_review(who, which)
        self.agree()
        if verdict == "a":
            self.approve(who, which)
        else:
            self.reject(who, which, False)

    # Managers.

    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        item = self.item(which, "completed", "pending_review")
        answer = self.both(
            "reopen", lambda: self.world.reopen(item), lambda: self.bench.reopen(item.key)
        )
        if answer:
            self.learn(item, item.required)

    @rule(which=WHICH)
    def clear_decision(self, which: int) -> None:
        item = self.item(which, "completed")
        self.both(
            "clear decision", lambda: self.world.clear_decision(item),
            lambda: self.bench.clear_decision(item.key),
        )  # fmt: skip

    @rule(number=st.integers(1, 3), finished=RARELY)
    def require(self, number: int, finished: bool) -> None:
        changes = number != self.world.required or finished
        answer = self.both(
            "number", lambda: self.world.require(number, finished=finished),
            lambda: self.bench.require(number, finished),
        )  # fmt: skip
        wants = answer[0] if answer else {}
        changed = [item for item in self.world.items if item.key in wants]
        for item in changed:
            if wants[item.key] > 0:
                self.learn(item, wants[item.key])
            else:
                self.world.void(item, -wants[item.key])
        raised = [item for item in changed if wants[item.key] > 0]
        for item in raised:
            item.review = "" if item.review == "approved" else item.review
        self.world.settled(*changed)
        if raised:
            self.world.reopened_by_work()
        if changes:
            self.world.complete_if_done()

    @rule(on=st.booleans())
    def change_review(self, on: bool) -> None:
        self.bench.change_review(on)
        self.world.reviewed = on

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        late = [g for g in self.world.grips if g.ending == "revoked" and g.refused]
        if not late:
            return
        grip = late[which % len(late)]
        answer = self.both(
            "accept", lambda: self.world.accept(grip), lambda: self.bench.accept(grip.key)
        )
        if answer:
            (grip.place,) = self.learn(grip.item, 1, "done")
            self.world.accepted(grip.item)

    @rule(which=WHICH)
    def remove(self, which: int) -> None:
        item = self.item(which)
        self.both(
            "remove", lambda: self.world.remove(item), lambda: self.bench.remove(item.key)
        )  # fmt: skip

    @rule(which=WHICH)
    def restore(self, which: int) -> None:
        item = self.item(which, "removed")
        answer = self.both(
            "restore", lambda: self.world.restore(item), lambda: self.bench.restore(item.key)
        )
        if answer:
            self.learn(item, answer[0])
            self.world.restored(item)

    @rule(which=WHICH)
    def clear_skips(self, which: int) -> None:
        item = self.item(which, "skipped")
        self.both(
            "clear skips", lambda: self.world.clear_skips(item),
            lambda: self.bench.clear_skips(item.key),
        )  # fmt: skip

    @rule(who=st.integers(0, 1), back=st.sampled_from([True, True, False]))
    def change_people(self, who: int, back: bool) -> None:
        user = self.user(who)
        if back:
            self.site.add_person(user)
            self.world.annotators.add(user)
        else:
            self.both(
                "remove person", lambda: self.world.remove_person(user),
                lambda: self.site.remove_person(user),
            )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.timeout(7200 if os.environ.get("SOAK") else 300)
@pytest.mark.parametrize(
    "examples",
    [
        pytest.param(10, id="few"),
        pytest.param(EXAMPLES, id="many", marks=pytest.mark.soak),
    ],
)
def test_whatever_becomes_of_an_item_is_what_its_model_says(
    monkeypatch: pytest.MonkeyPatch, examples: int
) -> None:
    monkeypatch.setattr(undoing, "UNDO_FOR", undoing.UNDO_FOR * 1000)  # a test of its own has 30 s
    RoundsMachine.ground, RoundsMachine.counts = Ground.make(), Counter()
    broken = 1
    try:
        run_state_machine_as_test(RoundsMachine, settings=tier(examples, 40))
        broken = 0
    finally:
        counts = RoundsMachine.counts
        refused = sum(n for name, n in counts.items() if name.startswith("refused"))
        steps = {"examples": examples, "steps": counts.total() - refused, "refusals": refused}
        tally("rounds beside their model", steps, violations=broken)
    assert {"send back", "undo", "accept", "reopen", "clear decision"} <= set(counts)
