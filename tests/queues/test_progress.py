"""The Progress tab: who reads which figures, what a poll costs, what a person's row tells."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.ending import release_hold
from queues.actions.status import pause_queue
from queues.models import Item, Queue, Reservation, Slot
from queues.queries import live
from queues.queries.progress import people_progress
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge, reviewed_queue
from ..reviews.working import Worker
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read for others stays good for as long as a test takes."""
    monkeypatch.setattr(live, "SHARED_FOR", 600)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    people = [cast.annotator, cast.second]
    return factories.make_queue(cast.project, annotators=people, items=4)


@pytest.fixture
def address(cast: Cast, queue: Queue) -> str:
    return url("queue-progress", cast.project, queue)


def poll(client: Client, address: str) -> str:
    response = client.get(address, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def submit(queue: Queue, user: User) -> Item:
    worker = Worker(queue, user)
    hold = worker.claim()
    worker.submit(hold, "true")
    return queue.items.get(pk=hold.item_id)


@pytest.mark.parametrize("many", [1, 10])
def test_a_poll_costs_the_same_for_few_and_for_many(
    cast: Cast, browser_of: BrowserOf, django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    people = [factories.make_user() for _ in range(many)]
    for user in people:
        factories.join(cast.project, user)
    queue = factories.make_queue(cast.project, annotators=people, items=2 * many)
    for user in people:
        submit(queue, user)
        claim_next(queue_id=queue.pk, user=user)
    client, address = browser_of(cast.manager), url("queue-progress", cast.project, queue)
    with CaptureQueriesContext(connection) as first:
        page = poll(client, address)
    assert page.count('id="release-') == page.count('class="trend"') == many
    assert "<html" not in page
    assert len(first) <= 18
    with django_assert_num_queries(4):  # session, person, queue, what the first one left
        assert poll(client, address).count('class="trend"') == many


def test_a_poll_is_answered_from_what_another_reader_of_the_same_just_read(
    cast: Cast, browser_of: BrowserOf, queue: Queue, address: str
) -> None:
    assert "0 of 4" in poll(browser_of(cast.manager), address)
    submit(queue, cast.annotator)
    assert "1 of 4" not in poll(browser_of(cast.manager), address)
    assert "1 of 4" in read(browser_of(cast.manager), address)  # a page is never old
    assert "1 of 4" in poll(browser_of(cast.manager), address)


def test_nobody_reads_anothers_figures_through_the_cache(
    cast: Cast, browser_of: BrowserOf, queue: Queue, address: str
) -> None:
    queue.members.create(user=cast.reviewer, can_review=True, order=9)
    submit(queue, cast.second)
    claim_next(queue_id=queue.pk, user=cast.second)
    factories.mark_refused(Reservation.objects.earliest("pk").token)
    everybody = [cast.manager, cast.viewer, cast.annotator, cast.second, cast.reviewer]
    for order in (everybody, everybody[::-1]):
        cache.clear()
        pages = {user.pk: poll(browser_of(user), address) for user in order}
        for user in (cast.annotator, cast.reviewer):
            assert cast.second.name not in pages[user.pk]
            assert "By annotator" not in pages[user.pk]
            assert "Open now" not in pages[user.pk]
        assert "1 of 4 items" in pages[cast.second.pk]
        assert "0 of 4 items" in pages[cast.annotator.pk]
        assert "Mine" not in pages[cast.reviewer.pk]
        assert "Release" in pages[cast.manager.pk]
        assert "Release" not in pages[cast.viewer.pk]
        assert "Needs attention" not in pages[cast.viewer.pk]
        assert cast.second.name in pages[cast.viewer.pk]


@pytest.mark.parametrize("left", ["nothing that unpickles", {"counts": 1}, None])
def test_what_another_version_left_in_the_cache_is_passed_over(
    cast: Cast,
    browser_of: BrowserOf,
    queue: Queue,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    left: object,
) -> None:
    def outdated(key: str) -> object:
        if left is None:
            raise AttributeError("Can't get attribute 'Progress'")
        return left

    monkeypatch.setattr("queues.queries.live.cache.get", outdated)
    assert "0 of 4" in poll(browser_of(cast.manager), address)


def test_redis_is_not_asked(
    cast: Cast,
    browser_of: BrowserOf,
    queue: Queue,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*args: object, **more: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("redis.connection.Connection.connect", away)
    assert "0 of 4" in poll(browser_of(cast.manager), address)
    assert "0 of 4" in poll(browser_of(cast.manager), address)


def test_a_release_is_seen_at_once(
    cast: Cast, queue: Queue, browser_of: BrowserOf, address: str
) -> None:
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    assert "Release" in poll(browser_of(cast.manager), address)
    release_hold(
        queue=queue,
        item_id=hold.item_id,
        slot_id=hold.slot_id,
        holder_id=cast.annotator.pk,
        actor=SYSTEM,
    )
    assert "Nobody holds an item." in read(browser_of(cast.manager), address)


def test_a_person_s_row_tells_time_trend_and_last_act(cast: Cast, queue: Queue) -> None:
    for days, seconds in ((0, 60), (2, 120), (9, 600)):
        item = submit(queue, cast.annotator)
        Annotation.objects.filter(item=item).update(active_ms=seconds * 1000)
        moved = Reservation.objects.filter(item=item)
        shift = timedelta(days=days)
        moved.update(ended_at=F("ended_at") - shift, opened_at=F("opened_at") - shift)
    mine, other = people_progress(queue)
    assert (mine.spent.measured, mine.spent.total, mine.spent.median) == (3, 780_000, 120_000)
    assert mine.trend == (0, 0, 0, 0, 1, 0, 1)
    assert mine.acted_at == Reservation.objects.order_by("ended_at").latest("ended_at").ended_at
    assert (other.trend, other.acted_at, other.spent.measured) == ((0,) * 7, None, 0)


def test_what_a_reviewer_sent_back_is_counted_for_its_author(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=2)
    item = submit(queue, cast.annotator)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item)
    (row,) = people_progress(queue)
    assert (row.sent_back, row.done) == (1, 0)
    (own,) = people_progress(queue, only=cast.annotator)
    assert own == row


def test_own_figures_hold_nothing_of_the_others(cast: Cast, queue: Queue) -> None:
    Annotation.objects.filter(item=submit(queue, cast.second)).update(active_ms=5_000)
    (own,) = people_progress(queue, only=cast.annotator)
    assert (own.spent.measured, own.done, sum(own.trend)) == (0, 0, 0)


def test_the_list_of_what_needs_attention_leads_to_its_tab(
    cast: Cast, browser_of: BrowserOf, queue: Queue, address: str
) -> None:
    queue.members.update(removed_at="2026-01-01T00:00:00Z", can_annotate=False)
    page = read(browser_of(cast.manager), address)
    assert "Too few annotators" in page
    assert f"{url('queue-attention', cast.project, queue)}#matter-short" in page


def test_a_closed_queue_does_not_ask_again(
    cast: Cast, browser_of: BrowserOf, queue: Queue, address: str
) -> None:
    assert 'data-poll="10"' in read(browser_of(cast.manager), address)
    pause_queue(queue=queue, actor=SYSTEM)
    assert 'data-poll="10"' in read(browser_of(cast.manager), address)
    Queue.objects.filter(pk=queue.pk).update(status="completed", completed_by="person")
    assert "data-poll" not in read(browser_of(cast.manager), address)


def test_completed_items_add_up_by_day_and_say_when_there_is_no_estimate(
    cast: Cast, browser_of: BrowserOf, queue: Queue, address: str
) -> None:
    for days in (2, 0):
        item = submit(queue, cast.annotator)
        Item.objects.filter(pk=item.pk).update(
            completed_at=F("completed_at") - timedelta(days=days)
        )
    burn = browser_of(cast.manager).get(address).context["burn"]
    assert [(day.completed, day.so_far) for day in burn.days] == [(1, 1), (0, 1), (1, 2)]
    assert (burn.left, burn.places) == (2, 2)
    page = read(browser_of(cast.manager), address)
    assert "no estimate before 3 whole days" in page
    assert Slot.objects.filter(state="free").count() == 2


def test_the_estimate_is_a_range_with_what_it_is_from(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=40)
    for number in range(20):
        item = submit(queue, cast.annotator)
        shift = timedelta(days=number // 4 + 1)
        Item.objects.filter(pk=item.pk).update(completed_at=F("completed_at") - shift)
    Annotation.objects.update(active_ms=90_000)
    page = read(browser_of(cast.manager), url("queue-progress", cast.project, queue))
    assert "days like the last 5 whole ones, with 4.0 items completed on average" in page
    assert "active time of the 20 annotations measured so far, for the 20 that are" in page
    assert "0.5 to 0.5 hours of annotating" in page
