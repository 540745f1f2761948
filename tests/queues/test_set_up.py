"""What is missing before people can annotate, told where it can be mended."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.people.members import add_members
from queues.actions.settings import Asked, change_fields
from queues.models import Queue
from queues.queries.attention import attention_counts

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def draft(cast: Cast, *, annotations: int = 2) -> Queue:
    queue = factories.make_queue(cast.project, active=False, annotations_required=annotations)
    change_fields(queue=queue, fields=[], actor=SYSTEM)
    return queue


def lines(client: Client, queue: Queue) -> str:
    page = read(client, url("queue-detail", queue.project, queue))
    return " ".join(page.partition('id="checklist"')[2].partition("</section>")[0].split())


def test_a_draft_lists_what_it_lacks_with_the_place_of_each(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, client = draft(cast), browser_of(cast.manager)
    listed = lines(client, queue)
    assert listed.count('data-state="missing"') == 4
    for place in (
        url("queue-settings", cast.project, queue) + "#fields",
        reverse("traces:trace-list", args=[cast.project.slug]) + f"?for={queue.pk}",
        url("queue-people", cast.project, queue),
        "#activate",
    ):
        assert f'href="{place}"' in listed
    field = factories.make_field(cast.project)
    change_fields(queue=queue, fields=[Asked(field)], actor=SYSTEM)
    factories.add_items(queue, [factories.make_trace(cast.project)])
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_annotate=True)
    listed = lines(client, queue)
    assert listed.count('data-state="ready"') == 2
    assert "1 chosen" in listed
    assert "1 item" in listed
    assert "1 of the 2 annotators that each item needs" in listed


def test_activating_without_a_field_is_refused_at_the_checklist(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, client = draft(cast), browser_of(cast.manager)
    address = url("queue-status", cast.project, queue)
    response = client.post(address, {"command": "activate"})
    listed = response.content.decode().partition('id="checklist"')[2].partition("</section>")[0]
    assert response.status_code == 422
    assert "Add at least one field before you activate this queue." in listed
    assert 'id="messages"' not in listed
    assert told(response) == []
    assert client.get(address)["Location"] == url("queue-detail", cast.project, queue)
    queue.refresh_from_db()
    assert queue.status == "draft"


def test_a_queue_activated_without_items_says_so(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, active=False)
    client = browser_of(cast.manager)
    address = url("queue-status", cast.project, queue)
    response = client.post(address, {"command": "activate"})
    assert told(response) == ["The queue is active, but has no items yet."]
    page = read(client, url("queue-detail", cast.project, queue))
    assert "The queue is active, and annotators find nothing in it." in page
    assert 'id="checklist"' not in page


def test_an_active_queue_without_annotators_names_share(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project)
    page = read(browser_of(cast.manager), url("queue-detail", cast.project, queue))
    notice = page.partition("nobody annotates in it yet.")[2].partition("</div>")[0]
    assert reverse("links:link-list", args=[cast.project.slug, queue.pk]) in notice
    assert "Share a link" in notice
    assert url("queue-people", cast.project, queue) in notice


def test_a_draft_needs_no_attention_for_its_people(cast: Cast, browser_of: BrowserOf) -> None:
    queue = draft(cast)
    assert attention_counts([queue.pk]) == {}
    assert "can't complete" not in read(
        browser_of(cast.manager), url("queue-progress", cast.project, queue)
    )


@pytest.mark.parametrize(("fields", "traces"), [(0, 0), (1, 0), (1, 1)])
def test_an_empty_project_shows_the_order_of_work_with_ticks(
    cast: Cast, browser_of: BrowserOf, fields: int, traces: int
) -> None:
    for _ in range(fields):
        factories.make_field(cast.project)
    for _ in range(traces):
        factories.make_trace(cast.project)
    page = read(browser_of(cast.manager), url("queue-list", cast.project))
    assert page.count('data-state="ready"') == fields + traces
    places = [page.index(word) for word in ("Create a field", "Upload traces", ">New queue<")]
    assert places == sorted(places)
    assert "Create a field" not in read(browser_of(cast.viewer), url("queue-list", cast.project))


@pytest.mark.parametrize("page", ["reviews:workspace", "reviews:own-work"])
def test_a_manager_at_a_page_of_annotators_is_offered_to_join_them(
    cast: Cast, browser_of: BrowserOf, page: str
) -> None:
    queue, client = factories.make_queue(cast.project), browser_of(cast.manager)
    address = reverse(page, args=[cast.project.slug, queue.pk])
    response = client.get(address)
    assert response.status_code == 403
    assert "Add yourself" in response.content.decode()
    data = {"people": [cast.manager.pk], "can_annotate": "on"}
    client.post(url("member-add", cast.project, queue), data)
    assert client.get(address).status_code == 200
    assert "Add yourself" not in browser_of(cast.viewer).get(address).content.decode()
