"""The list of what waits for a reviewer: what it shows, approving many from it, and My work."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.people.members import add_members
from queues.models import Item, ItemOpened, Queue, Reservation

from ..conftest import Cast
from .judging import answer, reviewed_queue
from .pages import Desk
from .review_pages import opened, read, sent, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_the_list_shows_what_waits_and_looking_changes_nothing(
    cast: Cast, queue: Queue, item: Item, client: Client, browser_of: BrowserOf
) -> None:
    before = Event.objects.count()
    page = read(client, url("review-list", queue))
    assert item.title in page
    assert "1 of 2 items" in page
    assert "Review the next item" in page
    page = read(browser_of(cast.manager), url("review-list", queue))
    assert item.title in page
    assert "Review the next item" not in page
    read(client, url("item-review", queue, item))
    assert Event.objects.count() == before
    assert not ItemOpened.objects.exists()
    assert not Reservation.objects.filter(kind="review").exists()


def test_a_reviewer_never_finds_what_he_annotated_in_his_list(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_review=True)
    page = read(browser_of(cast.annotator), url("review-list", queue))
    assert item.title not in page
    assert "you annotated yourself" in page
    page = opened(browser_of(cast.annotator), queue, item)
    assert "You annotated this item" in page
    assert "Tomasz" not in page


def test_bulk_approval_tells_what_was_passed_over(
    cast: Cast, queue: Queue, item: Item, client: Client, browser_of: BrowserOf
) -> None:
    later = answer(queue, cast.annotator, cast.second)
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    opened(browser_of(cast.member), queue, later)
    data = {"pick": [f"{item.pk}:1", f"{later.pk}:1"]}
    page = client.post(url("review-bulk", queue), data).content.decode()
    assert "1 item approved, 1 passed over" in page
    assert "Meera Pillai is reviewing it." in page
    assert client.post(url("review-bulk", queue), {"pick": ["x"]}).status_code == 404
    assert client.post(url("review-bulk", queue), {}).status_code == 302


def test_the_list_takes_as_many_statements_for_one_item_as_for_three(
    cast: Cast, browser_of: BrowserOf, django_assert_max_num_queries: Any
) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=3)
    client, counts = browser_of(cast.reviewer), []
    client.get(url("review-list", queue))
    for _ in range(3):
        answer(queue, cast.annotator)
        with django_assert_max_num_queries(30) as seen:
            client.get(url("review-list", queue))
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_my_work_tells_a_reviewer_and_an_author_what_waits(
    cast: Cast, queue: Queue, item: Item, client: Client
) -> None:
    home = reverse("home")
    page = read(client, home)
    assert 'data-label="To review">1<' in page
    assert f"Review in {queue.name}" in page
    assert url("review-list", queue) in page
    data = sent(opened(client, queue, item), **{"n-remark": "Look again"})
    client.post(url("item-reject", queue, item), data)
    assert 'data-label="To review">0<' in read(client, home)
    page = Desk.of(queue, cast.annotator).client.get(home).content.decode()
    assert "Sent back" in page
    assert 'data-label="To review"><' in page
