"""The rounds of items beside their model: how an example begins, and what must be equal."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from queues.models import Queue, Reservation, Slot
from reviews.models import Annotation

from .. import factories
from .acting import Site
from .deciding import Bench
from .machine import Machine
from .rounds import World
from .rounds_state import Place, Thing


class RoundsBeside(Machine):
    """One example: two or three items, three annotators, two reviewers, one of whom is both."""

    world: World
    bench: Bench

    @initialize(required=st.integers(1, 2), items=st.integers(1, 3), reviewed=st.booleans())
    def open_queue(self, required: int, items: int, reviewed: bool) -> None:
        people = self.ground.people
        queue = factories.make_queue(
            self.ground.project, by=self.ground.manager, fields=[self.ground.field],
            annotators=people[:3], reviewers=people[2:], annotations_required=required,
            requires_review=reviewed, open_limit=20,
        )  # fmt: skip
        self.site = Site(self.ground, queue)
        self.bench = Bench(self.site)
        self.site.add(items)
        things = [Thing(item.pk, required) for item in queue.items.order_by("seq")]
        ids = [person.pk for person in people]
        self.world = World(required, reviewed, set(ids[:3]), set(ids[2:]), things)
        for thing in things:
            self.learn(thing, required)

    # Helpers.

    def learn(self, item: Thing, number: int, state: str = "free") -> list[Place]:
        """So many slots that the item has anew, in the order in which they were made."""
        known = [place.key for place in item.places]
        new = list(Slot.objects.filter(item=item.key).exclude(pk__in=known).order_by("pk"))
        assert [(slot.state, slot.round) for slot in new] == [(state, item.round)] * number
        made = [Place(slot.pk, item.round, state, slot.annotator_id) for slot in new]
        item.places += made
        return made

    def user(self, who: int) -> int:
        return self.ground.people[who].pk

    def item(self, which: int, *statuses: str) -> Thing:
        """One of these statuses, where there is one; "removed" is one, too."""
        items = self.world.items
        fits = [item for item in items if self.status(item) in statuses] or items
        return fits[which % len(fits)]

    def status(self, item: Thing) -> str:
        return "removed" if item.removed else self.world.status(item)

    # After every step.

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "world"):
            return
        found = {slot.pk: slot for slot in Slot.objects.filter(queue=self.site.queue)}
        places = {place.key: place for item in self.world.items for place in item.places}
        assert set(found) == set(places)
        for key, place in places.items():
            slot = found[key]
            assert (slot.state, slot.annotator_id) == (place.state, place.user), place
            assert place.state != "free" or slot.assigned_to_id == place.bound, place
        self.agree_on_items()
        completed = Queue.objects.get(pk=self.site.queue.pk).status == "completed"
        assert completed == self.world.completed

    def agree_on_items(self) -> None:
        rows = {item.pk: item for item in self.site.queue.items.defer("snapshot")}
        for item in self.world.present():
            row = rows[item.key]
            told = (row.status, row.round, row.required, row.extra, row.review_state)
            world = (self.world.status(item), item.round, item.required, item.extra, item.review)
            assert told == world
            assert row.needs_review == item.needs_review
            live = Reservation.objects.filter(item=row, kind="review", ended_at=None)
            assert [hold.annotator_id for hold in live] == [item.reviewer] * bool(item.reviewer)
            submitted = Annotation.objects.filter(item=row, round=row.round, state="submitted")
            assert {one.annotator_id for one in submitted} == item.done[item.round]
