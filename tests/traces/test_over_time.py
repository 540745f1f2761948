"""Volume and latency of a list over time: what is counted, how it is cut, where the bars lead."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client

from annotate_site import sql
from annotate_site.errors import TooSlow
from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast
from traces.filters import Row, TraceFilter
from traces.listing import Listing
from traces.models import TraceQueue
from traces.over_time import read_over_time
from traces.queries import count_up_to
from traces.time_chart import time_chart
from traces.time_steps import MOST, cut

Browser = Callable[[User], Client]
T0 = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
OSLO, TOKYO, UTC_ZONE = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")
SPANS = [0, 1, 90, 3_600, 40_000, 86_400, 9 * 86_400, 91 * 86_400, 500 * 86_400, 9_000 * 86_400]


@pytest.mark.parametrize("zone", [OSLO, TOKYO], ids=str)
@pytest.mark.parametrize("seconds", SPANS)
def test_steps_cover_any_stretch_and_are_few(zone: ZoneInfo, seconds: int) -> None:
    last = T0 + timedelta(seconds=seconds)
    edges = cut(T0, last, zone).edges
    assert edges[0] <= T0 < edges[1]
    assert edges[-2] <= last < edges[-1]
    assert len(edges) <= MOST + 1
    assert all(one < other for one, other in pairwise(edges))


def test_days_are_those_of_the_project_also_when_clocks_change() -> None:
    first = datetime(2026, 3, 20, 12, tzinfo=OSLO)
    edges = cut(first, first + timedelta(days=60), OSLO).edges
    local = [edge.astimezone(OSLO) for edge in edges]
    assert {one.hour for one in local} == {0}
    assert {other - one for one, other in pairwise(edges)} == {
        timedelta(hours=24),
        timedelta(hours=23),
    }


def made(project: Project, hours: list[int], **more: Any) -> None:
    for hour in hours:
        factories.make_trace(project, start=T0 + timedelta(hours=hour), **more)


@pytest.mark.breaks_promises  # an item of a session, made by hand
def test_each_bar_counts_what_the_list_shows_once_narrowed_to_it(cast: Cast) -> None:
    made(cast.project, [0, 0, 1, 5, 30, 30, 31], latency=1500)
    made(cast.project, [2, 40], latency=None, model="other")
    made(cast.other_project, [3, 4])
    queue = factories.make_queue(cast.project, by=cast.manager)
    factories.add_items(queue, list(cast.project.traces.order_by("start")[:4]))
    item = TraceQueue.objects.all()[0]
    TraceQueue.objects.create(  # a session's, too: the trace is in the queue twice
        project=cast.project, queue_id=queue.pk, start=item.start, trace=item.trace,
        item_id=cast.project.traces.all()[0].pk,
    )  # fmt: skip
    for written, count in (
        ("", 9),
        ("filter=model:is:other", 2),
        (f"filter=queue:is:{queue.pk}", 4),
        ("filter=time:gte:2026-05-01T12:30:00Z&filter=time:lt:2026-05-02T18:30:00Z", 5),
    ):
        listing = Listing.from_query(QueryDict(written))
        found = read_over_time(cast.project, listing.filter)
        assert found is not None
        assert found.count == count_up_to(cast.project, listing.filter)[0] == count, written
        for bar in time_chart(found, listing, "UTC").bars:
            narrowed = TraceFilter.from_query(QueryDict(bar.query))
            assert narrowed.problems == []
            assert count_up_to(cast.project, narrowed) == (bar.count, True), (written, bar)


def test_latency_is_that_of_half_and_of_nearly_all_and_absent_where_none_tells(cast: Cast) -> None:
    for latency in range(1, 101):
        factories.make_trace(cast.project, start=T0, latency=latency)
    factories.make_trace(cast.project, start=T0 + timedelta(hours=1), latency=None)
    found = read_over_time(cast.project, TraceFilter())
    assert found is not None
    first, last = found.steps[0], found.steps[-1]
    assert (first.count, first.median, first.slow) == (100, 50, 95)
    assert (last.count, last.median, last.slow) == (1, None, None)


def test_a_search_counts_what_it_looks_at_and_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(cast.project, list(range(10)), model="small")
    monkeypatch.setattr("traces.queries.MOST_READ", 4)
    found = read_over_time(cast.project, TraceFilter((Row("model", "is", "small"),)))
    assert found is not None
    assert (found.count, found.searched) == (4, 4)


def test_nothing_matches(cast: Cast) -> None:
    assert read_over_time(cast.project, TraceFilter()) is None
    made(cast.project, [0])
    assert read_over_time(cast.project, TraceFilter((Row("model", "is", "x"),))) is None
    assert read_over_time(cast.project, TraceFilter((Row("nonsense"),))) is None


def test_the_page_has_bars_and_a_table_with_the_same_links(cast: Cast, browser_of: Browser) -> None:
    made(cast.project, [0, 1], latency=900)
    address = f"/p/{cast.project.slug}/traces/over-time/?show=time&sort=name"
    whole = browser_of(cast.viewer).get(address).content.decode()
    part = browser_of(cast.viewer).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>([^<]+)<', part)
    rows = re.findall(r'class="row-main" href="([^"]+)"', part)
    assert [link for link, _ in bars[: len(rows)]] == rows
    assert "show=time" in rows[0]
    assert "sort=name" in rows[0]
    assert bars[0][1] == "1 May 12:00: 1 trace"
    assert len({said for _, said in bars}) == len(bars)


def test_too_much_to_draw_is_said(
    cast: Cast, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleepy(*_: object) -> None:
        sql.run("select pg_sleep(30)")

    monkeypatch.setattr("traces.views.overview.MOST_MS", 20)
    monkeypatch.setattr("traces.views.overview.read_over_time", sleepy)
    monkeypatch.setattr("traces.views.overview.read_facets", sleepy)
    for name in ("over-time", "values"):
        shown = browser_of(cast.viewer).get(f"/p/{cast.project.slug}/traces/{name}/")
        assert shown.status_code == 200
        assert "too much to" in shown.content.decode()


def test_a_limit_of_time_ends_with_its_block(cast: Cast) -> None:
    before = sql.one(sql.LIMIT)
    with sql.at_most(50):
        assert sql.one(sql.LIMIT) == ("50ms",)
    assert sql.one(sql.LIMIT) == before
    with pytest.raises(TooSlow), sql.at_most(10):
        sql.run("select pg_sleep(30)")
    assert sql.one(sql.LIMIT) == before
