"""The history of an item: its events fold to its rows, and read as sentences."""

import random
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate_site.projects.events import SYSTEM, Actor, change, record
from annotate_site.projects.models import Event, User
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import release_hold
from queues.actions.holds.expiry import reap
from queues.actions.people.members import add_members, remove_member, set_rights
from queues.actions.status import close_queue, pause_queue, reopen_queue, resume_queue
from queues.actions.sweep import sweep
from queues.errors import CannotPick, NothingToClaim, NotMember, WrongState
from queues.models import Item, Queue, Slot
from queues.queries.history import BrokenHistory, fold, history_of
from queues.states import SlotState
from queues.visibility import Reader, Whose
from reviews.actions.submitting import Conflict

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
ALL = Reader(User(), Whose.ALL)


def folded_equals_rows(item: Item) -> None:
    folded = fold(Event.objects.filter(item_id=item.pk).order_by("pk"))
    assert folded.slots == dict(item.slots.values_list("pk", "state"))
    assert folded.status == Item.objects.get(pk=item.pk).status


class Day:
    """Everybody at one queue, doing this and that in an order that a seed decides."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.chance = random.Random(seed)
        self.people = [cast.annotator, cast.second, cast.manager]
        self.manager = Actor.person(cast.manager)
        self.queue = factories.make_queue(
            cast.project, annotators=self.people, items=3, annotations_required=2
        )

    def live(self) -> list[Slot]:
        return list(Slot.objects.filter(queue=self.queue, state=SlotState.HELD))

    def work(self) -> None:
        """Somebody goes on to the next item, or picks one, and submits, skips or keeps it."""
        worker = Worker(Queue.objects.get(pk=self.queue.pk), self.chance.choice(self.people))
        item = self.chance.choice(list(self.queue.items.all()))
        if self.chance.random() < 0.3:
            hold = pick_item(queue_id=self.queue.pk, item_id=item.pk, user=worker.user)
        else:
            hold = worker.claim()
        how = self.chance.choice(["submit", "skip", "keep", "save"])
        if how == "submit":
            worker.submit(hold, "true")
        elif how == "skip":
            worker.skip(hold, "not mine")
        elif how == "save":
            worker.save(hold, "true")

    def lapse(self) -> None:
        if held := self.live():
            factories.lapse(self.chance.choice(held).pk)

    def release(self) -> None:
        if held := self.live():
            slot = self.chance.choice(held)
            assert slot.annotator_id
            release_hold(
                queue=self.queue,
                item_id=slot.item_id,
                slot_id=slot.pk,
                holder_id=slot.annotator_id,
                actor=self.manager,
            )

    def status(self) -> None:
        move = self.chance.choice([pause_queue, resume_queue, close_queue, reopen_queue])
        move(queue=self.queue, actor=self.manager)

    def people_move(self) -> None:
        user = self.chance.choice(self.people)
        remove_member(queue=self.queue, user=user, actor=self.manager)
        add_members(queue=self.queue, users=[user], actor=self.manager, can_annotate=True)

    def step(self) -> None:
        acts = [self.work] * 6 + [self.lapse, self.release, self.status, self.people_move, sweep]
        try:
            self.chance.choice(acts)()
        except (NothingToClaim, CannotPick, NotMember, WrongState, Conflict):
            return


@pytest.mark.parametrize("seed", range(4))
def test_folding_the_events_of_any_day_gives_the_rows(cast: Cast, seed: int) -> None:
    day = Day(cast, seed)
    for _ in range(30):
        day.step()
        for item in day.queue.items.all():
            folded_equals_rows(item)
    for item in day.queue.items.select_related("batch__added_by"):
        assert not [line for line in history_of(item, ALL) if "changed from" in line.text]


@pytest.mark.breaks_promises
def test_an_event_that_does_not_continue_breaks_the_fold(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1)
    item = queue.items.get()
    folded_equals_rows(item)
    slot = item.slots.get()
    record(change(cast.project, SYSTEM, "slot", slot.pk, "state", "held", "done", item=item.pk))
    with pytest.raises(BrokenHistory, match="was 'free', not 'held'"):
        fold(Event.objects.filter(item_id=item.pk).order_by("pk"))


def told(item: Item, only: User | None = None) -> list[str]:
    found = Item.objects.select_related("batch__added_by").get(pk=item.pk)
    lines = history_of(found, ALL, only=only)
    return [f"{line.text}: {line.note}" if line.note else line.text for line in lines]


def test_a_day_of_an_item_in_sentences(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people)
    traces = [factories.make_trace(cast.project) for _ in range(2)]
    item = factories.add_items(queue, traces, by=cast.manager)[0]
    first, second = Worker(queue, cast.annotator), Worker(queue, cast.second)
    factories.lapse(first.claim().slot_id)
    reap(queue_id=queue.pk)
    second.skip(second.pick(item), "Not in a language I read")
    hold = first.pick(item)
    release_hold(
        queue=queue,
        item_id=item.pk,
        slot_id=hold.slot_id,
        holder_id=cast.annotator.pk,
        actor=Actor.person(cast.manager),
    )
    first.submit(first.pick(item), "true")
    assert told(item) == [
        "Added in a batch of 2 by Mina Castellanos",
        "Amara Nwosu took it · Next in order",
        "The reservation of Amara Nwosu lapsed",
        "Tomasz Zielinski took it · Picked from the list",
        "Tomasz Zielinski skipped it: Not in a language I read",
        "Amara Nwosu took it · Picked from the list",
        "The reservation of Amara Nwosu was released by Mina Castellanos",
        "Amara Nwosu took it · Picked from the list",
        "Amara Nwosu submitted",
        "Completed",
    ]
    assert told(item, only=cast.second) == [
        "Tomasz Zielinski took it · Picked from the list",
        "Tomasz Zielinski skipped it: Not in a language I read",
    ]
    assert told(item, only=cast.reviewer) == []


def test_holds_that_others_end_say_why(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    worker = Worker(queue, cast.annotator)
    worker.claim()
    close_queue(queue=queue, actor=Actor.person(cast.manager))
    reopen_queue(queue=queue, actor=Actor.person(cast.manager))
    worker.claim()
    set_rights(
        queue=queue, user=cast.annotator, can_annotate=False, can_review=True,
        actor=Actor.person(cast.manager),
    )  # fmt: skip
    ended = [line for line in told(queue.items.get()) if "ended" in line]
    who = "The reservation of Amara Nwosu ended by Mina Castellanos"
    assert ended == [f"{who}: the queue was closed", f"{who}: no longer in the queue"]


def test_what_nobody_has_words_for_is_told_plainly(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1)
    item = queue.items.get()
    actor = Actor.person(cast.manager)
    record(
        change(cast.project, actor, "item", item.pk, "mood", "", "sunny", item=item.pk),
        change(cast.project, SYSTEM, "item", item.pk, "mood", "sunny", "", item=item.pk),
    )
    assert told(item)[-2:] == [
        "Item mood changed from nothing to sunny by Mina Castellanos",
        "Item mood changed from sunny to nothing",
    ]


def test_the_page_shows_each_what_is_theirs(cast: Cast, browser_of: BrowserOf) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=2)
    first, second = Worker(queue, cast.annotator), Worker(queue, cast.second)
    first.submit(first.claim(), "true")
    second.claim()
    item = queue.items.get()
    history, detail = (url(name, cast.project, queue, item=item)
                       for name in ("item-history", "item-detail"))  # fmt: skip
    for user in (cast.manager, cast.viewer):
        for address in (history, detail):
            page = read(browser_of(user), address)
            assert "Amara Nwosu submitted" in page
            assert "Tomasz Zielinski took it" in page
    page = read(browser_of(cast.annotator), history)
    assert "Amara Nwosu submitted" in page
    assert "Tomasz" not in page
    assert browser_of(cast.stranger).get(history).status_code == 404
    assert browser_of(cast.member).get(history).status_code == 403
    other = factories.make_queue(cast.project, annotators=people, items=1).items.get()
    foreign = url("item-history", cast.project, queue, item=other)
    assert browser_of(cast.manager).get(foreign).status_code == 404


@pytest.mark.parametrize("rounds", [1, 12])
def test_a_long_history_costs_as_many_statements_as_a_short_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, rounds: int
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    worker = Worker(queue, cast.annotator)
    for _ in range(rounds):
        factories.lapse(worker.claim().slot_id)
        claimed = claim_next(queue_id=queue.pk, user=cast.annotator)
        factories.lapse(claimed.slot_id)
    item = queue.items.select_related("batch__added_by").get()
    with django_assert_num_queries(3):
        lines = history_of(item, ALL)
    assert len(lines) >= 3 * rounds
