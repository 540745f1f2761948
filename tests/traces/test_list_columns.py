"""Columns of the list: chosen and ordered by a person, named by an address, or the usual ones."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast
from traces.list_columns import ALL, USUAL, columns_of
from traces.models import ChosenColumns

Browser = Callable[[User], Client]


def heads(client: Client, project: Project, query: str = "") -> list[str]:
    page = client.get(reverse("traces:trace-list", args=[project.slug]) + query)
    return [re.sub("<[^>]+>", "", one).strip() for one in
            re.findall("<th[^>]*>(.*?)</th>", page.content.decode(), re.S)][1:]  # fmt: skip


def choose(client: Client, project: Project, **data: object) -> str:
    response = client.post(reverse("traces:columns-choose", args=[project.slug]), data)
    assert response.status_code == 302
    return response["Location"]


@pytest.fixture
def client(cast: Cast, browser_of: Browser) -> Client:
    factories.make_trace(cast.project, tags=["gold"], session_id="s-1", cost="0.25")
    return browser_of(cast.manager)


def test_columns_are_chosen_and_ordered_for_one_person(
    cast: Cast, client: Client, browser_of: Browser
) -> None:
    usual = ["Trace", "Status", "Queues", "Model", "Tokens in → out", "Latency", "Time"]
    assert heads(client, cast.project) == usual
    places = {"place-cost": "3", "place-tags": "1", "place-session": "2"}
    back = choose(
        client, cast.project, column=["cost", "session", "tags"],
        list="filter=name:contains:t&sort=-cost&columns=time", **places,
    )  # fmt: skip
    assert back.endswith("?filter=name%3Acontains%3At&sort=-cost")
    assert heads(client, cast.project) == ["Trace", "Tags", "Session", "Cost"]
    assert heads(browser_of(cast.viewer), cast.project)[-6:] == usual[1:]
    assert heads(client, cast.project, "?columns=time,status") == ["Trace", "Time", "Status"]


def test_a_column_shows_what_the_trace_has(cast: Cast, client: Client) -> None:
    address = reverse("traces:trace-list", args=[cast.project.slug])
    every = ",".join(column.key for column in ALL)
    text = client.get(address, {"columns": every}).content.decode()
    for word in ("gold", "s-1", "0.25"):
        assert word in text
    assert text.count("data-label=") == len(ALL)


def test_nothing_chosen_brings_the_usual_columns_back(cast: Cast, client: Client) -> None:
    choose(client, cast.project, column=["cost"])
    choose(client, cast.project)
    assert [one.key for one in columns_of(cast.project, cast.manager)] == list(USUAL)
    assert not ChosenColumns.objects.exists()


@pytest.mark.parametrize("strange", ["nonsense", "pk", "status,status", "place-x", "\x00", ","])
def test_columns_that_do_not_exist_are_passed_over(
    cast: Cast, client: Client, strange: str
) -> None:
    choose(client, cast.project, column=[strange], **{f"place-{strange}": "1e9"})
    keys = [one.key for one in columns_of(cast.project, cast.manager, strange)]
    assert keys in (list(USUAL), ["status"])


def test_a_head_sorts_by_its_column_and_then_the_other_way(cast: Cast, client: Client) -> None:
    address = reverse("traces:trace-list", args=[cast.project.slug])
    text = client.get(address, {"filter": "name:contains:t"}).content.decode()
    assert 'href="?filter=name%3Acontains%3At&amp;sort=-latency"' in text
    text = client.get(address, {"sort": "-latency"}).content.decode()
    assert 'aria-sort="descending"' in text
    assert 'href="?sort=latency"' in text
