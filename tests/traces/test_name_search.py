"""A part of a name is searched in bounded steps, and a search that is stopped says what to do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.models import User
from tests import factories
from tests.conftest import Cast
from traces.filters import Row, TraceFilter
from traces.queries import Cursor, TracePage, count_up_to, read_page

OFFSET = re.compile(r"OFFSET (\d+)")
PARCEL = TraceFilter((Row("name", "contains", "parcel"),))
BrowserOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traces.queries.MOST_SEARCHED", 4)
    monkeypatch.setattr("traces.queries.PAGE", 3)


@pytest.fixture
def ten(cast: Cast) -> Cast:
    """From new to old: two parcels, five others, a parcel, two others."""
    for name in reversed(["parcel 0", "parcel 1", *"abcde", "parcel 7", *"fg"]):
        factories.make_trace(cast.project, name=name)
    return cast


def page(cast: Cast, name: str, **place: Cursor | None) -> tuple[list[str], TracePage]:
    given: dict[str, Any] = {"after": None, "before": None} | place
    found = read_page(cast.project, TraceFilter.from_query(QueryDict(f"name={name}")), **given)
    return [trace.name for trace in found.traces], found


def test_a_rare_name_is_found_page_by_page_without_a_gap(ten: Cast) -> None:
    names, first = page(ten, "parcel")
    assert (names, first.is_cut, first.newer) == (["parcel 0", "parcel 1"], True, None)
    names, second = page(ten, "parcel", after=first.older)
    assert (names, second.is_cut) == (["parcel 7"], True)
    names, last = page(ten, "parcel", after=second.older)
    assert (names, last.is_cut, last.older) == ([], False, None)
    names, back = page(ten, "parcel", before=second.newer)
    assert (names, back.is_cut) == ([], True)
    names, top = page(ten, "parcel", before=back.newer)
    assert (names, top.is_cut, top.newer) == (["parcel 0", "parcel 1"], False, None)


def test_a_common_name_fills_its_pages_as_ever(ten: Cast) -> None:
    found = [page(ten, "")[0], page(ten, "parcel")[0]]
    assert found == [["parcel 0", "parcel 1", "a"], ["parcel 0", "parcel 1"]]
    assert not page(ten, "")[1].is_cut


def test_a_count_of_names_says_that_there_may_be_more(ten: Cast) -> None:
    assert count_up_to(ten.project, PARCEL) == (2, False)
    assert count_up_to(ten.project, TraceFilter()) == (10, True)
    assert count_up_to(ten.other_project, PARCEL) == (0, True)


def test_the_page_says_how_far_it_searched_and_leads_on(ten: Cast, browser_of: BrowserOf) -> None:
    url = reverse("traces:trace-list", args=[ten.project.slug])
    client = browser_of(ten.viewer)
    text = " ".join(client.get(url, {"name": "parcel"}).content.decode().split())
    assert "There are more to search: go to the next page, or narrow the list" in text
    response = client.get(url, {"name": "nothing"})
    text = " ".join(response.content.decode().split())
    assert "None of 4 traces matches." in text
    assert "No trace matches" not in text
    assert f"after={response.context['page'].older}".replace(":", "%3A").replace("+", "%2B") in text


def test_a_search_reads_the_index_alone(ten: Cast) -> None:
    """Of a million rows the payload beside the name would be most of the work."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        cursor.execute("set local enable_sort = off")
        keys = PARCEL.keys(ten.project).order_by("-start", "-id")[:51]
        assert "Index Only Scan using trace_list" in (plan := keys.explain()), plan


def test_a_search_that_is_stopped_says_to_narrow_it(ten: Cast, browser_of: BrowserOf) -> None:
    def slow(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "UPPER" not in sql:
            return execute(sql, params, many, context)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local statement_timeout = '100ms'")
            return execute("select pg_sleep(60)", (), many, context)

    client = browser_of(ten.viewer)
    url = reverse("traces:trace-list", args=[ten.project.slug])
    with connection.execute_wrapper(slow):
        response = client.get(url, {"name": "parcel"})
    assert response.status_code == 503
    assert "narrow it" in response.content.decode()


def test_what_is_common_is_not_searched_to_the_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the search ends is asked for only where a short look has not filled the page."""
    monkeypatch.setattr("traces.queries.MOST_SEARCHED", 500)  # and 10 at first
    for number in range(20):
        factories.make_trace(cast.project, name=f"parcel {number}" if number % 2 else "other")
    places = {"common": "parcel", "rare": "parcel 3", "absent": "nothing"}
    looks = {}
    for what, name in places.items():
        with CaptureQueriesContext(connection) as captured:
            page(cast, name)
        looks[what] = [int(number) for one in captured for number in OFFSET.findall(one["sql"])]
    assert looks == {"common": [9], "rare": [9, 499], "absent": [9, 499]}
