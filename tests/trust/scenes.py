"""Where a race begins: a queue, the holds its people have, the forms they are about to send."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from annotate_site import sql
from annotate_site.projects.models import User
from queues.actions.holds.hold import Hold
from queues.actions.holds.reviewing import open_review
from queues.models import Item, Queue, Slot
from reviews.actions.submitting import Form
from reviews.models import Annotation

from .. import factories
from .acting import Ground, Site

WORDS = "As it was sent"


@dataclass
class Scene:
    """A queue, the holds its people have, and the forms they are about to send."""

    site: Site
    people: list[User]
    reviewers: list[User]
    holds: list[Hold] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    tokens: list[UUID] = field(default_factory=list)

    @property
    def item(self) -> Item:
        return self.site.queue.items.select_related("queue").order_by("seq")[0]

    @property
    def queue(self) -> Queue:
        return Queue.objects.get(pk=self.site.queue.pk)

    def hold(self, person: int) -> Hold:
        hold = self.site.next(self.people[person].pk)
        self.holds.append(hold)
        self.forms.append(self.form(hold))
        return hold

    def form(self, hold: Hold) -> Form:
        return Form(hold.item_id, hold.round, hold.token, uuid4(), 0, self.site.draft(WORDS))

    def release(self) -> bool:
        """A manager ends the first hold."""
        hold = self.holds[0]
        return self.site.release(hold.item_id, hold.slot_id, self.people[0].pk)

    def submitted(self) -> int:
        return Annotation.objects.filter(queue=self.site.queue, state="submitted").count()

    def slots(self, state: str) -> int:
        return Slot.objects.filter(queue=self.site.queue, state=state).count()

    def drafts(self) -> list[str]:
        """Texts that stand as drafts."""
        found = Annotation.objects.filter(queue=self.site.queue, state="draft")
        return [text for one in found for (text,) in one.draft["values"].values()]


def scene(
    ground: Ground, *, items: int = 1, held_by: tuple[int, ...] = (), **settings: Any
) -> Scene:
    """An active queue of two annotators and two reviewers; who holds an item of it, in order."""
    reviewers = ground.people[2:4]
    queue = factories.make_queue(
        ground.project, by=ground.manager, fields=[ground.field], annotators=ground.people[:2],
        reviewers=reviewers, **settings,
    )  # fmt: skip
    made = Scene(Site(ground, queue), ground.people[:2], reviewers)
    made.site.add(items)
    for person in held_by:
        made.hold(person)
    return made


def one_hold(ground: Ground) -> Scene:
    return scene(ground, items=2, held_by=(0,))


def only_item_held(ground: Ground) -> Scene:
    return scene(ground, held_by=(0,))


def lapsed_hold(ground: Ground) -> Scene:
    made = scene(ground, held_by=(0,))
    factories.lapse(made.holds[0].slot_id)
    return made


def nothing_held(ground: Ground) -> Scene:
    return scene(ground)


def last_two(ground: Ground) -> Scene:
    return scene(ground, items=2, held_by=(0, 1))


def crossing(ground: Ground) -> Scene:
    """Each holds the item that is the other's next."""
    made = scene(ground, items=2, held_by=(0,), annotations_required=2)
    last = made.queue.items.latest("seq")
    made.holds.append(made.site.pick(made.people[1].pk, last.pk))
    made.forms.append(made.form(made.holds[1]))
    return made


def lapsed_one_of_two(ground: Ground) -> Scene:
    made = scene(ground, items=2, held_by=(0,), annotations_required=2)
    factories.lapse(made.holds[0].slot_id)
    return made


def released_one_of_two(ground: Ground) -> Scene:
    """A manager has ended the hold of one who is about to submit."""
    made = scene(ground, items=2, held_by=(0,), annotations_required=2)
    made.release()
    return made


def two_items(ground: Ground) -> Scene:
    return scene(ground, items=2)


def half_done(ground: Ground) -> Scene:
    """Two annotations required: one is in, the other is held."""
    made = scene(ground, items=2, held_by=(0, 1), annotations_required=2)
    second = made.holds[1]
    if second.item_id != made.holds[0].item_id:
        raise AssertionError("both take the first item first")
    made.site.send(made.people[0], made.forms[0])
    return made


def waiting_for_review(ground: Ground) -> Scene:
    made = scene(ground, items=2, held_by=(0,), requires_review=True)
    made.tokens = [made.holds[0].token]
    made.site.send(made.people[0], made.forms[0])
    return made


def just_completed(ground: Ground) -> Scene:
    """The last two submits were in, and with them the queue was complete."""
    made = scene(ground, items=2, held_by=(0, 1))
    made.tokens = [hold.token for hold in made.holds]
    for person, form in zip(made.people, made.forms, strict=True):
        made.site.send(person, form)
    return made


def in_review(ground: Ground) -> Scene:
    """Both reviewers have opened the item: the first one's hold has lapsed meanwhile."""
    made = waiting_for_review(ground)
    for reviewer in made.reviewers:
        open_review(queue=made.queue, item_id=made.item.pk, user=reviewer)
        sql.run(
            "update queues_reservation set expires_at = clock_timestamp() where kind = 'review'"
            " and queue_id = %s",
            [made.site.queue.pk],
        )
    return made


def one_member(ground: Ground) -> Scene:
    """A queue of one annotator, and two people who are to join it."""
    queue = factories.make_queue(
        ground.project, by=ground.manager, fields=[ground.field], annotators=ground.people[:1]
    )
    return Scene(Site(ground, queue), ground.people[:1], ground.people[2:4])
