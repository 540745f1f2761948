"""The queue against its model: whatever people do, in any order, the rows are what it says.

Each step is done twice, by the model in plain Python and by the product's own action on the real
database; what each answers or refuses, and every slot, hold and status afterwards, must be equal.
"""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from annotate_site import sql
from annotate_site.errors import Refused
from queues.actions.holds.expiry import reap
from queues.actions.settings import change_settings
from queues.models import Queue
from queues.queries.effective import effective_items
from reviews.invariants import check

from .. import factories
from ..tally import tally
from .acting import REFUSALS, Ground, Site, refusal
from .model import Grip, No, Offer, Person, Place, Text, Thing, World

# Telling which step is to blame takes longer than finding that one is.
PHASES = [Phase.explicit, Phase.generate, Phase.shrink]
EXAMPLES = int(os.environ.get("EXAMPLES", "3000"))  # of the soak
WHO = st.integers(0, 3)
WHICH = st.integers(0, 5)
MOVES = st.sampled_from(["pause", "pause", "resume", "close", "reopen", "archive", "restore"])
# No sum of these comes near a multiple of the timeout: what the machine itself takes is no matter.
MINUTES = st.sampled_from([16, 51])
SLOTS = """
select id, item_id, state, annotator_id as user, token, returned_at,
       state = 'held' and (remaining is not null or expires_at > clock_timestamp()) as live,
       extract(epoch from coalesce(remaining, expires_at - clock_timestamp())) / 60 as left
  from queues_slot where queue_id = %s order by returned_at, id
"""


def attempt(act: Callable[[], Any]) -> tuple[Any, str]:
    """What it answers, and the code of its refusal or ""."""
    try:
        return act(), ""
    except No as no:
        return None, no.code
    except REFUSALS as error:
        return None, refusal(error)


class QueueMachine(RuleBasedStateMachine):
    """One example: a queue from its draft to wherever the steps lead."""

    ground: Ground
    counts: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.site: Site
        self.world: World

    def teardown(self) -> None:
        try:
            assert check() == []
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    # Before the first step: a draft that changes its mind about N, then an active queue.

    @initialize(
        required=st.integers(1, 3), first=st.integers(1, 4), items=st.integers(1, 5),
        people=st.integers(1, 4), limit=st.integers(1, 3),
    )  # fmt: skip
    def open_queue(self, required: int, first: int, items: int, people: int, limit: int) -> None:
        users = self.ground.people[:people]
        queue = factories.make_queue(
            self.ground.project, by=self.ground.manager, fields=[self.ground.field],
            annotators=users, active=False, annotations_required=first, open_limit=limit,
        )  # fmt: skip
        self.site, self.world = Site(self.ground, queue), World(required, limit)
        self.site.add(items)
        change_settings(
            queue=queue, settings={"annotations_required": required}, actor=self.site.by
        )
        self.site.move("activate")
        self.world.status = "active"
        self.world.people = {user.pk: Person() for user in users}
        self.learn_items()

    def learn_items(self) -> None:
        """Items that were added, each with the slots that it must have."""
        known = {item.key for item in self.world.items}
        for item in self.site.queue.items.exclude(pk__in=known).order_by("seq"):
            thing = Thing(item.pk, item.seq, self.world.required)
            self.world.items.append(thing)
            slots = [s for s in item.slots.order_by("pk") if s.state != "void"]
            assert len(slots) == self.world.required
            self.world.places += [Place(slot.pk, thing, 1) for slot in slots]

    # Helpers.

    def user(self, who: int) -> int:
        people = list(self.world.people)
        return people[who % len(people)]

    def grip(self, who: int, which: int) -> Grip | None:
        """One of the person's reservations, live ones first, then the newest."""
        mine = [g for g in reversed(self.world.grips) if g.user == self.user(who)]
        mine.sort(key=lambda g: not self.world.live(g))
        return mine[which % len(mine)] if mine else None

    def both(self, name: str, predict: Callable[[], Any], act: Callable[[], Any]) -> Any:
        """What both answer, or None where both refuse alike."""
        self.world.order += 1
        self.counts[name] += 1
        wanted, code = attempt(predict)
        got, refused = attempt(act)
        assert refused == code, f"{name}: the model says {code or wanted!r}"
        if code:
            self.counts[f"refused: {code}"] += 1
            return None
        return wanted, got

    def got_hold(self, user: int, wanted: Grip | Offer, got: Any) -> None:
        if isinstance(wanted, Grip):
            assert got.token == wanted.key
            assert got.resumed
            return
        assert got.item_id == wanted.item.key, "another item than the model's"
        place = next(p for p in self.world.places if p.key == got.slot_id)
        assert (place.item, place.state) == (wanted.item, "free")
        self.world.took(user, got.token, place, moves=wanted.moves)

    def part_ties(self) -> None:
        """Two that lapsed are swept beforehand: their order is then known to the model."""
        lapsed = [g for g in self.world.grips if not g.ending and not self.world.live(g)]
        if len(lapsed) > 1:
            self.sweep()

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

    def text(self, grip: Grip) -> Text:
        return self.world.text(grip.user, grip.item, grip.place.round)

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

    def sweep(self) -> None:
        self.both("sweep", self.world.reap, lambda: reap(queue_id=self.site.queue.pk))
        self.agree()

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

    # After every step.

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "world"):
            return
        rows = sql.rows(SLOTS, [self.site.queue.pk])
        self.agree_on_lane([row.id for row in rows if row.state == "free" and row.returned_at])
        found = {row.id: row for row in rows if row.state != "void"}
        assert set(found) == {p.key for p in self.world.places if p.state != "void"}
        grips = {g.key: g for g in self.world.grips if not g.ending}
        for place in self.world.places:
            row = found.get(place.key)
            if row is None:
                continue
            assert (row.state, row.user) == (place.state, place.user), place
            if place.state == "held":
                self.agree_on_hold(grips[row.token], row)
        self.agree_on_statuses()

    def agree_on_lane(self, returned: list[int]) -> None:
        lane = {p.key: p for p in self.world.places if p.state == "free" and p.returned}
        assert set(returned) == set(lane)
        order = [(lane[key].returned or (0, 0))[0] for key in returned]
        assert order == sorted(order), "returned slots stand in another order"
        for number, (key, when) in enumerate(zip(returned, order, strict=True)):
            lane[key].returned = (when, number)

    def agree_on_hold(self, grip: Grip, row: Any) -> None:
        assert row.live == self.world.live(grip)
        left = grip.rest if grip.rest is not None else (grip.expires or 0) - self.world.now
        assert abs(float(row.left) - left) < 2, "another lease than the model's"
        limit = sum(self.world.live(g) and g.user == grip.user for g in self.world.grips)
        assert limit <= self.world.limit

    def agree_on_statuses(self) -> None:
        queue = Queue.objects.get(pk=self.site.queue.pk)
        wanted = (self.world.status, self.world.completed_by, self.world.archived)
        assert (queue.status, queue.completed_by, queue.archived_at is not None) == wanted
        effective = effective_items([queue.pk])
        stored = dict(queue.items.filter(removed_at=None).values_list("pk", "status"))
        told = {pk: effective.status(pk, status) for pk, status in stored.items()}
        assert told == {item.key: self.world.item_status(item) for item in self.world.present()}


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
    tier = settings(
        max_examples=examples, stateful_step_count=50, deadline=None, database=None,
        report_multiple_bugs=False, derandomize=not os.environ.get("SOAK"), print_blob=True,
        suppress_health_check=list(HealthCheck), phases=PHASES,
    )  # fmt: skip
    broken = 1
    try:
        run_state_machine_as_test(QueueMachine, settings=tier)
        broken = 0
    finally:
        steps = QueueMachine.counts.total()
        tally(
            "the queue beside its model", {"examples": examples, "steps": steps}, violations=broken
        )
