"""From one trace of a list to the next, and back to the page that has it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.html import escape

from tests import factories
from tests.conftest import Cast
from traces.filters import Row, TraceFilter
from traces.listing import Listing, PageAddress
from traces.models import Trace
from traces.neighbours import neighbours_of
from traces.queries import read_page
from traces.sorting import Order

T0 = datetime(2026, 5, 1, tzinfo=UTC)
ORDERS = [Order("time"), Order("time", falling=False), Order("latency"), Order("name", False)]
ODD = TraceFilter((Row("model", "is", "odd"),))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traces.queries.PAGE", 3)


@pytest.fixture
def traces(cast: Cast) -> list[Trace]:
    """Eleven, every other one of the model odd, several of one moment and of one latency."""
    return [
        factories.make_trace(
            cast.project, name=f"n{number % 4}", start=T0 + timedelta(hours=number // 2),
            latency=number // 3 or None, model="odd" if number % 2 else "even",
        )
        for number in range(11)
    ]  # fmt: skip


def listed(cast: Cast, listing: Listing) -> list[Trace]:
    page = read_page(
        cast.project, listing.filter, after=None, before=None, order=listing.order, size=50
    )
    return page.traces


@pytest.mark.parametrize("filter", [TraceFilter(), ODD], ids=["all", "odd"])
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_next_and_previous_go_through_the_filtered_list(
    cast: Cast, traces: list[Trace], order: Order, filter: TraceFilter
) -> None:
    listing = Listing(filter, order)
    expected = listed(cast, listing)
    assert len(expected) == (5 if filter is ODD else 11)
    place = PageAddress(listing)
    for number, trace in enumerate(expected):
        found = neighbours_of(trace, place)
        assert found.before == (expected[number - 1].pk if number else None)
        assert found.after == (expected[number + 1].pk if trace != expected[-1] else None)
        assert trace in page_of(cast, found.page)
        place = found.page
    for trace in reversed(expected):
        place = neighbours_of(trace, place).page
        assert trace in page_of(cast, place)


def page_of(cast: Cast, place: PageAddress) -> list[Trace]:
    listing = place.listing
    return read_page(
        cast.project, listing.filter, after=place.after, before=place.before, order=listing.order
    ).traces


def test_the_page_one_came_from_stays_while_it_has_the_trace(
    cast: Cast, traces: list[Trace]
) -> None:
    first = read_page(cast.project, TraceFilter(), after=None, before=None)
    place = PageAddress(Listing(), after=first.older)
    for trace in page_of(cast, place):
        assert neighbours_of(trace, place).page == place
    assert neighbours_of(first.traces[0], place).page == PageAddress(Listing())


def test_a_trace_that_does_not_match_has_a_place_between_those_that_do(
    cast: Cast, traces: list[Trace]
) -> None:
    found = neighbours_of(traces[4], PageAddress(Listing(ODD)))
    assert found.before in {traces[5].pk, traces[7].pk}
    assert found.after == traces[3].pk


def test_a_search_that_stops_says_that_there_may_be_more(
    cast: Cast, traces: list[Trace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.queries.MOST_READ", 2)
    rare = TraceFilter((Row("model", "is", "absent"),))
    found = neighbours_of(traces[5], PageAddress(Listing(rare)))
    assert (found.before, found.after, found.is_cut) == (None, None, True)


def test_the_pages_lead_on_and_back_in_the_list(
    cast: Cast, traces: list[Trace], browser_of: Callable[..., Client]
) -> None:
    client, root = browser_of(cast.viewer), f"/p/{cast.project.slug}/traces/"
    query = "filter=model%3Ais%3Aodd&sort=name"
    shown = client.get(f"{root}?{query}").content.decode()
    first = next(iter(re.findall(r'href="([^"]+/traces/[0-9a-f-]{36}/[^"]*)"', shown)))
    seen = 0
    while first:
        page = client.get(first.replace("&amp;", "&")).content.decode()
        seen += 1
        back = re.search(r'<a href="([^"]*)">Traces</a>', page)
        assert back
        place = urlsplit(back[1].replace("&amp;", "&"))
        assert parse_qs(place.query)["filter"] == ["model:is:odd"]
        assert f'id="{place.fragment}"' in client.get(f"{root}?{place.query}").content.decode()
        found = re.search(r'rel="next"[^>]*href="([^"]+)"', page)
        first = found[1] if found else ""
    assert seen == 5


def test_the_way_back_goes_along_to_spans_and_raw(
    cast: Cast, traces: list[Trace], browser_of: Callable[..., Client]
) -> None:
    place = PageAddress.from_query(QueryDict("filter=model:is:odd"))
    address = f"/p/{cast.project.slug}/traces/{traces[9].pk}/{place.carried}"
    shown = browser_of(cast.viewer).get(address).content.decode()
    assert escape(f"{place.carried}&view=raw") in shown
    hostile = browser_of(cast.viewer).get(f"{address.partition('?')[0]}?list=%00%22%3Cb%3E&list=a")
    assert hostile.status_code == 200
