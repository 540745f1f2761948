"""Who may open and change what of a queue: one drill for every route of the app's pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.models import Event, User
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .pages import url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]

# What GET answers to manager, viewer, annotator, plain member.
GETS = {
    "queue-list": (200, 200, 200, 200),
    "queue-new": (200, 403, 403, 403),
    "item-add": (200, 403, 403, 403),
    "queue-detail": (200, 200, 200, 403),
    "queue-progress": (200, 200, 200, 403),
    "queue-settings": (200, 403, 403, 403),
    "queue-people": (200, 403, 403, 403),
    "queue-status": (200, 403, 403, 403),
    "item-detail": (200, 200, 403, 403),
}
POSTS = [
    "queue-new", "guidelines-preview", "item-add", "queue-settings", "settings-part", "member-add",
    "member-rights", "member-remove", "queue-status", "slot-release",
]  # fmt: skip
OF_PROJECT = ("queue-list", "queue-new", "guidelines-preview", "item-add")


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator], items=1)


def address(cast: Cast, queue: Queue, name: str) -> str:
    if name in OF_PROJECT:
        return url(name, cast.project)
    item = queue.items.get()
    more: dict[str, dict[str, Any]] = {
        "item-detail": {"item": item},
        "slot-release": {"item": item, "slot": item.slots.get().pk},
        "member-rights": {"person": cast.annotator.pk},
        "member-remove": {"person": cast.annotator.pk},
        "queue-status": {"query": {"command": "archive"}},
    }
    return url(name, cast.project, queue, **more.get(name, {}))


@pytest.mark.parametrize("name", GETS)
def test_each_role_opens_its_pages_and_no_other(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str
) -> None:
    people = (cast.manager, cast.viewer, cast.annotator, cast.member)
    page = address(cast, queue, name)
    assert tuple(browser_of(user).get(page).status_code for user in people) == GETS[name]


@pytest.mark.parametrize("name", [*GETS, "settings-part", "slot-release"])
def test_a_stranger_and_another_projects_manager_find_nothing(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str
) -> None:
    page = address(cast, queue, name)
    for user in (cast.stranger, cast.other_manager, cast.staff):
        assert browser_of(user).get(page).status_code == 404
        assert browser_of(user).post(page).status_code == 404


@pytest.mark.parametrize("name", GETS)
def test_the_signed_out_and_the_deactivated_are_sent_to_sign_in(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str
) -> None:
    page = address(cast, queue, name)
    for client in (Client(), browser_of(cast.deactivated)):
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("name", POSTS)
def test_only_managers_change_anything(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str
) -> None:
    page, before = address(cast, queue, name), Event.objects.count()
    for user in (cast.viewer, cast.annotator, cast.member):
        assert browser_of(user).post(page, {"command": "archive"}).status_code == 403
    assert Event.objects.count() == before
    assert browser_of(cast.manager).post(page, {"command": "pause"}).status_code != 403


@pytest.mark.parametrize("name", [name for name in POSTS if name not in GETS])
def test_what_changes_something_is_no_get(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str
) -> None:
    assert browser_of(cast.manager).get(address(cast, queue, name)).status_code == 405


@pytest.mark.parametrize("name", [name for name in GETS if name not in OF_PROJECT])
def test_a_queue_is_found_in_its_own_project_alone(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str
) -> None:
    factories.join(cast.other_project, cast.manager, "manager")
    page = address(cast, queue, name).replace(cast.project.slug, cast.other_project.slug, 1)
    assert browser_of(cast.manager).get(page).status_code == 404


def test_an_item_is_found_in_its_own_queue_alone(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    other = factories.make_queue(cast.project, items=1).items.get()
    page = url("item-detail", cast.project, queue, item=other)
    assert browser_of(cast.manager).get(page).status_code == 404
