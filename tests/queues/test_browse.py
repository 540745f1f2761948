"""Browsing and picking in a manual queue: what can be picked, why not, and a look before."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import User
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.items.changing import remove_item
from queues.actions.status import pause_queue
from queues.conditions import open_for
from queues.errors import CannotPick
from queues.models import Item, ItemOpened, Queue, Slot
from queues.queries.eligibility import WHY_NOT, eligibility_of

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge
from ..reviews.working import Worker
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], reviewers=[cast.reviewer],
        items=9, open_limit=20, requires_review=True,
    )  # fmt: skip


@pytest.fixture
def items(cast: Cast, queue: Queue) -> dict[str, Item]:
    """An item for each way in which the annotator can stand to one."""
    names = ("submitted", "skipped", "held", "seen", "barred", "taken", "answered", "bound", "free")
    found = dict(zip(names, queue.items.order_by("seq"), strict=True))
    me, other = Worker(queue, cast.annotator), Worker(queue, cast.second)
    judge = Judge(queue, cast.reviewer)
    me.submit(me.pick(found["barred"]), "true")
    judge.open(found["barred"])
    judge.reject(found["barred"], to_others=True)
    me.submit(me.pick(found["submitted"]), "true")
    other.submit(other.pick(found["answered"]), "true")
    me.skip(me.pick(found["skipped"]))
    me.pick(found["held"])
    other.pick(found["taken"])
    ItemOpened.objects.create(item=found["seen"], user=cast.annotator)
    actor = Actor.person(cast.manager)
    bind_slots(queue=queue, item_id=found["bound"].pk, users=[cast.second], actor=actor)
    return found


def test_what_stands_in_the_row_is_what_a_pick_does(
    cast: Cast, queue: Queue, items: dict[str, Item]
) -> None:
    states = eligibility_of(cast.annotator, [item.pk for item in items.values()])
    assert {name: states[item.pk].state for name, item in items.items()} == {n: n for n in items}
    for item in items.values():
        if states[item.pk].can_open:
            pick_item(queue_id=queue.pk, item_id=item.pk, user=cast.annotator)
        else:
            with pytest.raises(CannotPick):
                pick_item(queue_id=queue.pk, item_id=item.pk, user=cast.annotator)


def test_the_filter_for_what_can_be_picked_agrees_with_the_rows(
    cast: Cast, browser_of: BrowserOf, queue: Queue, items: dict[str, Item]
) -> None:
    for user in (cast.annotator, cast.second):
        free = queue.items.present().filter(open_for(user))
        states = eligibility_of(user, [item.pk for item in queue.items.all()])
        assert {one.pk for one in free} == {pk for pk, s in states.items() if s.state == "free"}
    factories.lapse(Slot.objects.get(item=items["taken"]).pk)
    assert set(queue.items.present().filter(open_for(cast.annotator))) == {
        items["taken"],
        items["free"],
    }
    address = url("queue-detail", cast.project, queue, query={"mine": 1})
    page = browser_of(cast.annotator).get(address).context["page"]
    assert ({row.pk for row in page.rows}, page.total) == (
        {items["taken"].pk, items["free"].pk}, 2,
    )  # fmt: skip


def test_every_row_says_why_not_and_never_who(
    cast: Cast, browser_of: BrowserOf, queue: Queue, items: dict[str, Item]
) -> None:
    page = read(browser_of(cast.annotator), url("queue-detail", cast.project, queue))
    for state, words in WHY_NOT.items():
        assert (escape(words) in page) == (state not in ("waits", "full")), state
    assert page.count("/pick/") == 2
    for colleague in (cast.second, cast.manager):
        assert colleague.name not in page
        assert colleague.email not in page


def test_where_the_queue_deals_a_row_says_so_and_offers_a_draft_alone(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], items=2, strategy="round_robin"
    )
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    client, address = browser_of(cast.annotator), url("queue-detail", cast.project, queue)
    page = read(client, address)
    assert "assigns its items automatically" in page
    assert "data-browse-item" not in page
    preview = url("item-preview", cast.project, queue, item=hold.item_id)
    assert client.get(preview).status_code == 404


def test_a_preview_shows_the_item_and_takes_nothing(
    cast: Cast, browser_of: BrowserOf, queue: Queue, items: dict[str, Item]
) -> None:
    client = browser_of(cast.annotator)
    address = url("item-preview", cast.project, queue, item=items["free"])
    held = Slot.objects.filter(state="held").count()
    whole, part = read(client, address), client.get(address, headers=HTMX).content.decode()
    for page in (whole, part):
        assert "Where is my parcel?" in page
        assert "0 of 1 annotations" in page
        assert f"/items/{items['free'].pk}/pick/" in page
    assert "<html" in whole
    assert "<html" not in part
    assert Slot.objects.filter(state="held").count() == held
    closed = read(client, url("item-preview", cast.project, queue, item=items["bound"]))
    assert "Kept for a colleague" in closed
    assert "/pick/" not in closed
    assert cast.second.name not in closed


def test_a_preview_of_what_is_not_in_the_queue_is_not_found(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    client, item = browser_of(cast.annotator), queue.items.earliest("seq")
    remove_item(queue=queue, item_id=item.pk, confirmed=False, actor=SYSTEM)
    other = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    for pk in (item.pk, other.items.get().pk):
        assert client.get(url("item-preview", cast.project, queue, item=pk)).status_code == 404


@pytest.mark.parametrize(
    ("settle", "words"),
    [
        (lambda q, u: pause_queue(queue=q, actor=SYSTEM), "you can't pick anything new"),
        (lambda q, u: claim_next(queue_id=q.pk, user=u), "You have 1 of 1 items open."),
    ],
)
def test_the_list_says_when_nothing_can_be_picked_at_all(
    cast: Cast, browser_of: BrowserOf, settle: Callable[[Queue, User], object], words: str
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2, open_limit=1)
    settle(queue, cast.annotator)
    page = read(browser_of(cast.annotator), url("queue-detail", cast.project, queue))
    assert words in page


def test_at_the_limit_no_other_item_is_offered_nor_picked(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3, open_limit=1)
    held = claim_next(queue_id=queue.pk, user=cast.annotator).item_id
    states = eligibility_of(cast.annotator, [item.pk for item in queue.items.all()])
    assert sorted(one.state for one in states.values()) == ["full", "full", "held"]
    for pk in states.keys() - {held}:
        with pytest.raises(CannotPick):
            pick_item(queue_id=queue.pk, item_id=pk, user=cast.annotator)
    page = read(browser_of(cast.annotator), url("queue-detail", cast.project, queue))
    assert page.count("Submit or skip one first") == 2
    assert 'aria-label="Annotate ' not in page
    elsewhere = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    other = eligibility_of(cast.annotator, [elsewhere.items.get().pk])
    assert [one.state for one in other.values()] == ["free"]


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_and_a_preview_cost_the_same_for_one_item_and_for_three(
    cast: Cast, browser_of: BrowserOf, django_assert_num_queries: DjangoAssertNumQueries, items: int
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=items)
    client, item = browser_of(cast.annotator), queue.items.earliest("seq")
    for address, cost in (
        (url("queue-detail", cast.project, queue), 10),
        (url("item-preview", cast.project, queue, item=item), 7),
    ):
        with django_assert_num_queries(cost):
            read(client, address)
