"""A queue beside its model: how an example begins, and what must be equal after each step."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from annotate_site import sql
from queues.actions.holds.expiry import reap
from queues.actions.settings import change_settings
from queues.models import Queue
from queues.queries.effective import effective_items

from .. import factories
from .acting import Site
from .machine import Machine
from .model import World
from .model_state import Grip, Offer, Person, Place, Text, Thing

SLOTS = """
select id, item_id, state, annotator_id as user, token, returned_at,
       state = 'held' and (remaining is not null or expires_at > clock_timestamp()) as live,
       extract(epoch from coalesce(remaining, expires_at - clock_timestamp())) / 60 as left
  from queues_slot where queue_id = %s order by returned_at, id
"""


class QueueBeside(Machine):
    """One example: a queue from its draft to wherever the steps lead."""

    world: World

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

    def text(self, grip: Grip) -> Text:
        return self.world.text(grip.user, grip.item, grip.place.round)

    def sweep(self) -> None:
        self.both("sweep", self.world.reap, lambda: reap(queue_id=self.site.queue.pk))
        self.agree()

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
