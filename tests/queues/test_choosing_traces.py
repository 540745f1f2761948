"""Traces are chosen for the queue that one came from: it stays chosen until they are added."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from queues.actions.status import archive_queue
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, by=cast.manager, name="Airline agent")


def list_of(cast: Cast, queue: Queue, more: str = "") -> str:
    return f"/p/{cast.project.slug}/traces/?{more}for={queue.pk}"


def links(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'href="(\?[^"]*)"', page)]


def test_choose_traces_carries_the_queue(cast: Cast, browser_of: BrowserOf, queue: Queue) -> None:
    page = read(browser_of(cast.manager), url("queue-detail", cast.project, queue))
    assert page.count(list_of(cast, queue)) == 2  # the empty state's button, and the menu


def test_the_list_says_what_it_adds_to_and_ticks_off_what_is_there(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    there, free = (factories.make_trace(cast.project, f"Question {n}") for n in (1, 2))
    factories.add_items(queue, [there])
    page = read(browser_of(cast.manager), list_of(cast, queue))
    assert "Adding to" in page
    assert page.count("Already in Airline agent</span>") == 1
    assert f'value="{there.pk}"' not in page
    assert f'value="{free.pk}"' in page
    assert f'<input type="hidden" name="for" value="{queue.pk}">' in page


def test_the_queue_survives_filter_sort_columns_views_and_paging(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    for number in range(51):
        factories.make_trace(cast.project, f"Question {number}", model="m-1")
    client, kept = browser_of(cast.manager), f"for={queue.pk}"
    page = read(client, list_of(cast, queue, "filter=model:is:m-1&"))
    inner = links(page)
    leaving = [link for link in inner if kept not in link]
    assert len(leaving) == 1  # Stop adding
    assert any("after=" in link for link in inner)
    assert any("sort=" in link for link in inner)
    assert any("queue%3Ais_empty" in link for link in inner)
    fields = re.findall(r'<input type="hidden" name="for" value="([^"]+)">', page)
    assert fields == [str(queue.pk)] * 2  # of the filter, and of what is ticked
    form = {"row": "0", "column": "model", "operator": "is", "value": "m-2", "for": str(queue.pk)}
    assert kept in client.get(f"/p/{cast.project.slug}/traces/", form)["Location"]
    columns = {"column": "status", "list": f"{kept}"}
    assert kept in client.post(f"/p/{cast.project.slug}/traces/columns/", columns)["Location"]
    trace = cast.project.traces.latest("start")
    carried = f"list=for%3D{queue.pk}"
    detail = read(client, f"/p/{cast.project.slug}/traces/{trace.pk}/?{carried}")
    assert f"?trace={trace.pk}&amp;{kept}" in detail
    count = read(client, f"/p/{cast.project.slug}/traces/count/?filter=model:is:m-1&{kept}")
    assert "Add all 51 that match</a>" in count
    assert f"all=1&amp;filter=model%3Ais%3Am-1&amp;{kept}" in count


def test_the_next_page_has_the_queue_chosen(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    factories.make_queue(cast.project, name="Another")
    trace = factories.make_trace(cast.project, session_id="s-1")
    client = browser_of(cast.manager)
    data = {"trace": str(trace.pk), "for": str(queue.pk)}
    page = client.post(url("item-add", cast.project), data).content.decode()
    assert "Add to Airline agent" in page
    assert f'<option value="{queue.pk}" selected>' in page
    assert f"as=session&amp;trace={trace.pk}&amp;for={queue.pk}" in page
    assert f"/traces/?for={queue.pk}" in page
    chosen = {"shown": "1", "into": str(queue.pk), "inputs": "question", "add": "1"}
    client.post(url("item-add", cast.project), data | chosen)
    assert queue.items.count() == 1


def test_a_queue_that_takes_nothing_is_told_before_anything_is_chosen(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    factories.make_queue(cast.project, name="Another")
    trace = factories.make_trace(cast.project)
    archive_queue(queue=queue, actor=Actor.person(cast.manager))
    data = {"trace": str(trace.pk), "for": str(queue.pk)}
    page = browser_of(cast.manager).post(url("item-add", cast.project), data).content.decode()
    assert "Airline agent can't take anything now" in page
    assert '<option value="" selected>' in page


@pytest.mark.parametrize("wrong", ["foreign", "unknown", "no id"])
def test_a_queue_of_another_project_is_not_found(
    cast: Cast, browser_of: BrowserOf, wrong: str
) -> None:
    foreign = factories.make_queue(cast.other_project, name="Secret plans")
    given: Any = {"foreign": foreign.pk, "unknown": uuid4(), "no id": "x"}[wrong]
    client, trace = browser_of(cast.manager), factories.make_trace(cast.project)
    for address in (
        f"/p/{cast.project.slug}/traces/?for={given}",
        f"{url('item-add', cast.project)}?trace={trace.pk}&for={given}",
    ):
        response = client.get(address)
        assert response.status_code == 404
        assert "Secret plans" not in response.content.decode()


def test_a_viewer_is_offered_nothing_to_add(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    factories.make_trace(cast.project)
    client = browser_of(cast.viewer)
    assert "Adding to" not in read(client, list_of(cast, queue))
    assert "Add all" not in read(client, f"/p/{cast.project.slug}/traces/count/")
