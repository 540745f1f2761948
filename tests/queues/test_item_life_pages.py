"""A manager's buttons on an item's page and over a list of many."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.jobs import run_job
from annotate_site.projects.models import Job, User
from queues import jobs
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.models import Item, Queue, Reservation
from queues.views import item_life

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
ONE = ("item-remove", "item-restore", "item-clear-skips", "item-priority")


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=3)


@pytest.fixture
def item(queue: Queue) -> Item:
    return queue.items.order_by("seq")[0]


@pytest.fixture
def manager(cast: Cast, browser_of: BrowserOf) -> Client:
    return browser_of(cast.manager)


def test_an_item_is_removed_and_restored_from_its_page(
    cast: Cast, manager: Client, queue: Queue, item: Item
) -> None:
    page = url("item-detail", cast.project, queue, item=item)
    assert "Remove the item" in read(manager, page)
    response = manager.post(url("item-remove", cast.project, queue, item=item))
    assert response["Location"] == page
    shown = read(manager, page)
    assert "Restore the item" in shown
    assert "Remove the item" not in shown
    manager.post(url("item-restore", cast.project, queue, item=item))
    assert Item.objects.get(pk=item.pk).removed_at is None


def test_an_item_that_somebody_has_open_is_removed_only_where_the_page_said_so(
    cast: Cast, manager: Client, queue: Queue, item: Item
) -> None:
    page = url("item-detail", cast.project, queue, item=item)
    assert 'name="confirmed"' not in read(manager, page)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    address = url("item-remove", cast.project, queue, item=item)
    assert "has this item open" in told(manager.post(address))[-1]
    assert Item.objects.get(pk=item.pk).removed_at is None
    assert 'name="confirmed"' in read(manager, page)
    manager.post(address, {"confirmed": "1"})
    assert Reservation.objects.get(token=hold.token).ending == "item_removed"


def test_skips_are_listed_with_their_reasons_and_cleared(
    cast: Cast, manager: Client, browser_of: BrowserOf, queue: Queue, item: Item
) -> None:
    hold = pick_item(queue_id=queue.pk, item_id=item.pk, user=cast.annotator)
    skip_item(
        queue=queue, item_id=item.pk, user=cast.annotator, token=hold.token, reason="Not mine"
    )
    page = url("item-detail", cast.project, queue, item=item)
    assert "Not mine" in read(manager, page)
    viewer = read(browser_of(cast.viewer), page)
    assert "Clear the skips" not in viewer
    manager.post(url("item-clear-skips", cast.project, queue, item=item))
    assert "Not mine" not in read(manager, page).split("History")[0]
    assert Item.objects.get(pk=item.pk).status == "pending"


@pytest.mark.parametrize(
    ("sent", "stored"), [("7", 7), ("-100", -100), ("101", 0), ("x", 0), ("", 0)]
)
def test_the_priority_is_a_number_in_its_range(
    cast: Cast, manager: Client, queue: Queue, item: Item, sent: str, stored: int
) -> None:
    manager.post(url("item-priority", cast.project, queue, item=item), {"priority": sent})
    assert Item.objects.get(pk=item.pk).priority == stored


def test_many_get_a_priority_at_once(cast: Cast, manager: Client, queue: Queue) -> None:
    ids = [str(one.pk) for one in queue.items.order_by("seq")[:2]]
    address = url("items-priority", cast.project, queue)
    page = read(manager, url("items-priority", cast.project, queue, query={"item": ids}))
    assert "For 2 items" in page
    assert not queue.items.exclude(priority=0).exists()
    response = manager.post(address, {"item": ids, "priority": "4"})
    assert told(response) == ["2 items moved to priority 4."]
    assert queue.items.filter(priority=4).count() == 2
    wrong = manager.post(address, {"item": ids, "priority": "400"})
    assert wrong.status_code == 422


def test_many_are_removed_after_a_page_that_asks(
    cast: Cast, manager: Client, queue: Queue, item: Item
) -> None:
    claim_next(queue_id=queue.pk, user=cast.annotator)
    address = url("items-remove", cast.project, queue)
    assert "3 items will leave" in read(manager, f"{address}?all=1")
    assert queue.items.present().count() == 3
    response = manager.post(address, {"all": "1", "sure": "1"})
    assert told(response) == [
        "2 items removed. Their answers are kept. 1 item passed over: somebody has them open."
    ]
    manager.post(address, {"item": str(item.pk), "sure": "1", "confirmed": "1"})
    assert queue.items.present().count() == 0


def test_more_than_a_batch_goes_by_a_job(
    cast: Cast, manager: Client, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_life, "BATCH", 2)
    monkeypatch.setattr(jobs, "BATCH", 2)
    manager.post(url("items-priority", cast.project, queue), {"all": "1", "priority": "3"})
    manager.post(url("items-remove", cast.project, queue), {"all": "1", "sure": "1"})
    made = list(Job.objects.order_by("created_at"))
    assert [job.state for job in made] == ["waiting", "waiting"]
    for job in made:
        run_job(str(job.pk))
    assert queue.items.filter(priority=3).count() == 3
    assert queue.items.present().count() == 0


def test_others_may_not_and_foreign_items_are_not_found(
    cast: Cast, browser_of: BrowserOf, manager: Client, queue: Queue, item: Item
) -> None:
    other = factories.make_queue(cast.project, items=1)
    for name in ONE:
        own = url(name, cast.project, queue, item=item)
        foreign = url(name, cast.project, other, item=item)
        assert browser_of(cast.viewer).post(own).status_code == 403
        assert browser_of(cast.annotator).post(own).status_code == 403
        assert browser_of(cast.stranger).post(own).status_code == 404
        assert manager.post(foreign, {"priority": "1"}).status_code == 404
        assert manager.get(own).status_code == 405
    for name in ("items-priority", "items-remove"):
        address = url(name, cast.project, other)
        sent = {"item": str(item.pk), "priority": "1", "sure": "1"}
        assert manager.post(address, sent).status_code == 404
        assert browser_of(cast.annotator).post(address, sent).status_code == 403
    item.refresh_from_db()
    assert (item.priority, item.removed_at) == (0, None)
