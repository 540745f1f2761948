"""An item's page: all answers side by side, round by round; who reads them, and that they did."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Membership, User
from queues.actions.items.rounds import clear_decision, reopen_item
from queues.actions.people.members import add_members
from queues.errors import NothingToClaim
from queues.models import Item, ItemOpened, Queue
from queues.visibility import OPENED, Reader, Whose
from reviews.actions.undoing import undo_latest
from reviews.results.item_answers import item_answers

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .racing import meanwhile
from .working import Worker

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [factories.make_field(cast.project, "text", name="What went wrong?")]
    return reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], fields=fields
    )


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    """Answered by two, waiting for review."""
    answer(queue, cast.annotator, value="Nothing at all")
    return answer(queue, cast.second, value="Policy broken")


def page_of(client: Client, item: Item) -> str:
    """The section of the answers alone."""
    address = reverse("queues:item-detail", args=[item.queue.project.slug, item.queue_id, item.pk])
    page = client.get(address).content.decode()
    return " ".join(page.partition('id="answers-title"')[2].partition("</section>")[0].split())


def opened() -> list[User]:
    """Who has opened it, besides its reviewer."""
    rows = ItemOpened.objects.exclude(user__name="Rosa Delgado").select_related("user")
    return [one.user for one in rows.order_by("pk")]


def test_all_answers_stand_side_by_side_with_the_decision_and_the_final_value(
    cast: Cast, item: Item, judge: Judge, browser_of: BrowserOf
) -> None:
    judge.approve(item, "Settled words")
    section = page_of(browser_of(cast.viewer), item)
    for word in ("Nothing at all", "Policy broken", "Settled words", "What went wrong?"):
        assert section.count(word) == 1
    assert re.search(r"Final value <span class=\"sub\">Rosa Delgado<", section)
    assert re.search(r"Approved</span></span> <span>by Rosa Delgado", section)
    assert section.index(cast.annotator.name) < section.index(cast.second.name)


def test_each_round_has_its_answers_its_decision_and_its_remarks(
    cast: Cast, queue: Queue, item: Item, judge: Judge, browser_of: BrowserOf
) -> None:
    judge.reject(item, "Look at the policy")
    for user in (cast.annotator, cast.second):
        worker = Worker(queue, user)
        worker.submit(worker.claim(), f"Second thought of {user.name}")
    judge.open(item)
    judge.approve(item)
    section = page_of(browser_of(cast.manager), item)
    now, _, before = section.partition("<details")
    assert "Round 2" in now
    assert now.count("Second thought") == 2
    assert "Nothing at all" not in now
    assert "Approved" in now
    assert "Round 1" in before
    assert "Nothing at all" in before
    assert "Sent back" in before
    assert "Look at the policy" in before


def test_a_cleared_decision_stays_with_its_round_and_its_final_value_counts_no_more(
    cast: Cast, queue: Queue, item: Item, judge: Judge, browser_of: BrowserOf
) -> None:
    judge.approve(item, "Settled words")
    clear_decision(queue=queue, item_id=item.pk, reason="Too quick", actor=SYSTEM)
    section = page_of(browser_of(cast.manager), item)
    assert "Approved" in section
    assert "; cleared" in section
    assert "Settled words" not in section


def test_a_viewer_reads_nothing_before_the_item_is_completed(
    cast: Cast, item: Item, judge: Judge, browser_of: BrowserOf
) -> None:
    section = page_of(browser_of(cast.viewer), item)
    assert "What people answered appears here once the item is completed." in section
    assert "Policy broken" not in section
    assert opened() == []
    judge.approve(item)
    assert "Policy broken" in page_of(browser_of(cast.viewer), item)
    assert cast.viewer in opened()


def test_a_manager_who_annotates_reads_their_own_alone_until_it_is_completed(
    cast: Cast, item: Item, judge: Judge, queue: Queue, browser_of: BrowserOf
) -> None:
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    section = page_of(browser_of(cast.annotator), item)
    assert "what others answered appears here once the item is completed" in section
    assert "Nothing at all" in section
    for word in ("Policy broken", "reopened by a manager"):
        assert word not in section
    assert opened() == []
    judge.approve(item)
    assert "Policy broken" in page_of(browser_of(cast.annotator), item)


def test_an_item_that_is_answered_again_hides_its_earlier_rounds_from_the_blind(
    cast: Cast, item: Item, judge: Judge, queue: Queue, browser_of: BrowserOf
) -> None:
    judge.approve(item)
    reopen_item(queue=queue, item_id=item.pk, reason="New guideline", actor=SYSTEM)
    assert "Policy broken" not in page_of(browser_of(cast.viewer), item)
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    section = page_of(browser_of(cast.annotator), item)
    assert "Nothing at all" in section
    assert "Policy broken" not in section
    assert "Policy broken" in page_of(browser_of(cast.manager), item)


def test_reading_is_noted_once_and_bars_from_the_item(
    cast: Cast, item: Item, queue: Queue, browser_of: BrowserOf
) -> None:
    for _ in range(2):
        page_of(browser_of(cast.manager), item)
    assert opened() == [cast.manager]
    reopen_item(queue=queue, item_id=item.pk, reason="New guideline", actor=SYSTEM)
    add_members(queue=queue, users=[cast.manager], actor=SYSTEM, can_annotate=True)
    with pytest.raises(NothingToClaim):
        Worker(queue, cast.manager).claim()


def test_an_item_without_answers_says_so_and_notes_nothing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, items=1, annotators=[cast.annotator])
    section = page_of(browser_of(cast.manager), queue.items.get())
    assert "Nobody has submitted an answer yet." in section
    assert opened() == []


def test_many_rounds_cost_as_many_statements_as_one(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    client = browser_of(cast.manager)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            page_of(client, item)
        return len(asked)

    page_of(client, item)
    few = statements()
    for round in range(3):
        reopen_item(queue=queue, item_id=item.pk, reason="Again", actor=SYSTEM)
        for user in (cast.annotator, cast.second):
            worker = Worker(queue, user)
            worker.submit(worker.claim(), f"Answer {round}")
    assert statements() == few


def test_an_undo_after_the_item_was_loaded_hides_it_from_the_blind(cast: Cast) -> None:
    queue = completed_queue(cast)
    loaded = queue.items.get()
    undo_latest(queue=queue, user=cast.second, token=last_token(loaded))
    found = item_answers(queue, loaded, Reader(cast.second, Whose.COMPLETED))
    assert (found.rounds, found.blind, found.withheld) == ([], True, True)
    assert opened() == []


@pytest.mark.django_db(transaction=True)
def test_nobody_changes_an_item_between_reading_it_and_noting_that(cast: Cast) -> None:
    item = completed_queue(cast).items.get()

    def change() -> None:
        with pytest.raises(OperationalError), transaction.atomic():
            Item.objects.select_for_update(no_key=True, nowait=True).get(pk=item.pk)
        tried.append(item)

    tried: list[Item] = []
    with meanwhile(OPENED, change):
        item_answers(item.queue, item, Reader(cast.viewer, Whose.COMPLETED))
    assert tried == [item]
    assert opened() == [cast.viewer]


def completed_queue(cast: Cast) -> Queue:
    """Its item is answered by both, and needs no review."""
    queue = factories.make_queue(
        cast.project, items=1, annotators=[cast.annotator, cast.second], annotations_required=2
    )
    answer(queue, cast.annotator, cast.second)
    return queue


def last_token(item: Item) -> UUID:
    return item.reservations.latest("pk").token
