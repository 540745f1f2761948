"""The first page after signing in leads on; the navigation is the same on every page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Role, User
from queues.actions.status import archive_queue
from reviews.queries.my_projects import my_projects

from .. import factories
from ..conftest import Cast
from .judging import answer, reviewed_queue

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
HOME, WORK, PROJECTS = reverse("home"), reverse("my-work"), reverse("project-list")
WORKING = ["Traces", "Annotate", "Datasets", "People"]  # in a project, for its managers


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def nav_of(page: str) -> list[str]:
    """The words of the navigation's links, without the number of what is unread."""
    inside = page.partition('aria-label="Main"')[2].partition("</nav>")[0]
    links = [link.partition(" <span")[0] for link in inside.split("</a>")[:-1]]
    return [link.rpartition(">")[2].strip() for link in links]


def test_a_manager_of_one_project_lands_in_its_queues(cast: Cast, browser_of: BrowserOf) -> None:
    assert browser_of(cast.manager).get(HOME)["Location"] == reverse(
        "queues:queue-list", args=[cast.project.slug]
    )


def test_a_manager_of_several_lands_in_the_list_of_projects(
    cast: Cast, browser_of: BrowserOf
) -> None:
    factories.join(cast.other_project, cast.manager, Role.MANAGER)
    client = browser_of(cast.manager)
    assert client.get(HOME)["Location"] == PROJECTS
    page = read(client, PROJECTS)
    assert nav_of(page) == ["My work", "Notices", "Projects"]
    for project in (cast.project, cast.other_project):
        assert reverse("queues:queue-list", args=[project.slug]) in page
    inside = read(client, f"/p/{cast.project.slug}/traces/")
    assert nav_of(inside) == ["My work", "Notices", "Projects", *WORKING]


@pytest.mark.parametrize("who", ["viewer", "annotator", "reviewer", "member", "stranger"])
def test_anyone_else_lands_on_my_work(cast: Cast, browser_of: BrowserOf, who: str) -> None:
    page = read(browser_of(getattr(cast, who)), HOME)
    assert "<h1>My work</h1>" in page
    assert cast.other_project.name not in page


def test_the_navigation_is_the_same_on_every_page(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    place = f"/p/{cast.project.slug}/"
    addresses = (
        WORK, PROJECTS, f"{place}traces/", f"{place}annotate/queues/", f"{place}datasets/",
        f"{place}people/", f"{place}annotate/queues/{queue.pk}/settings/",
    )  # fmt: skip
    client = browser_of(cast.manager)
    for address in addresses:
        page = read(client, address)
        assert nav_of(page) == ["My work", "Notices", *WORKING], address
    assert nav_of(read(browser_of(cast.annotator), WORK)) == ["My work", "Notices", "Annotate"]
    assert nav_of(read(browser_of(cast.stranger), WORK)) == ["My work", "Notices"]


def test_the_list_of_projects_says_what_is_going_on(cast: Cast) -> None:
    late = date.today() - timedelta(days=2)
    reviewed = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    answer(reviewed, cast.annotator)
    factories.make_queue(cast.project, name="Late", due_date=late)
    factories.make_queue(cast.project, name="Draft", active=False)
    archive_queue(queue=factories.make_queue(cast.project, name="Gone"), actor=SYSTEM)
    (here,) = my_projects(cast.manager)
    assert (here.name, here.active, here.queues) == (cast.project.name, 2, 3)
    assert (here.waiting, here.due, here.overdue) == (1, late, True)
    assert my_projects(cast.stranger) == []


def test_a_member_sees_no_figures_of_a_project(cast: Cast, browser_of: BrowserOf) -> None:
    reviewed = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    answer(reviewed, cast.annotator)
    (here,) = my_projects(cast.annotator)
    assert not here.reads
    assert (here.active, here.queues, here.waiting, here.due) == (0, 0, 0, None)
    assert "Waiting for review" in read(browser_of(cast.annotator), PROJECTS)


@pytest.mark.parametrize("projects", [1, 3])
def test_the_list_of_projects_costs_the_same_however_many(
    cast: Cast, browser_of: BrowserOf, django_assert_num_queries: Any, projects: int
) -> None:
    for number in range(projects - 1):
        project = factories.make_project(f"Project {number}")
        factories.join(project, cast.manager, Role.MANAGER)
        factories.make_queue(project)
    client = browser_of(cast.manager)
    with django_assert_num_queries(4):
        client.get(PROJECTS)


def test_it_says_what_to_do_where_there_is_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    for address in (HOME, PROJECTS):
        assert "You aren't in a project yet." in read(browser_of(cast.stranger), address)


def test_sixty_queues_are_searched_paged_and_those_with_nothing_to_do_lie_apart(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for number in range(24):
        factories.make_queue(
            cast.project, annotators=[cast.annotator], items=1, name=f"Busy {number:02}"
        )
    for number in range(30):
        factories.make_queue(cast.project, annotators=[cast.annotator], name=f"Idle {number:02}")
    for number in range(6):
        factories.make_queue(
            cast.project, annotators=[cast.annotator], active=False, name=f"Draft {number:02}"
        )
    client = browser_of(cast.annotator)
    page = client.get(WORK)
    assert (len(page.context["page"]), len(page.context["idle"])) == (20, 30)
    assert len(page.context["others"]) == 6
    said = page.content.decode()
    assert "1–20 of 24" in said
    assert said.count('<details class="part" >') == 2  # folded
    assert len(client.get(WORK, {"page": "2"}).context["page"]) == 4
    found = client.get(WORK, {"q": "idle 07"})
    assert [queue.name for queue in found.context["idle"]] == ["Idle 07"]
    assert "Busy 03" not in found.content.decode()
    assert "None of your queues is called that." in read(client, f"{WORK}?q=unknown")
    for strange in ("?q=%00", "?page=zzz", "?page=99", "?q=" + "x" * 3000):
        assert client.get(f"{WORK}{strange}").status_code == 200
