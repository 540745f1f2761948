"""The values of a list's columns with their counts, and where each leads."""

import re
from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from annotate_site.projects.models import Project, User
from tests import factories
from tests.conftest import Cast
from traces.facets import Facets, read_facets
from traces.filters import Row, TraceFilter
from traces.queries import count_up_to, queue_names

Browser = Callable[[User], Client]


@pytest.fixture
def traces(cast: Cast) -> Project:
    for number in range(6):
        factories.make_trace(
            cast.project, name=f"n{number % 2}", model="large" if number else "",
            status="error" if number == 1 else "ok", tags=["a", "b"][: number % 3],
        )  # fmt: skip
    factories.make_trace(cast.other_project, model="foreign")
    return cast.project


def counted(found: Facets, label: str) -> dict[str, int]:
    facet = next(one for one in found.facets if one.label == label)
    return {value.label: value.count for value in facet.values}


def read(project: Project, filter: TraceFilter | None = None) -> Facets:
    return read_facets(project, filter or TraceFilter(), queue_names(project))


def test_values_are_counted_with_those_that_have_none(cast: Cast, traces: Project) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager, name="Refunds")
    factories.add_items(queue, list(cast.project.traces.all()[:2]))
    found = read(traces)
    assert (found.counted, found.is_whole) == (6, True)
    assert counted(found, "Status") == {"OK": 5, "Error": 1}
    assert counted(found, "Model") == {"large": 5, "none": 1}
    assert counted(found, "Name") == {"n0": 3, "n1": 3}
    assert counted(found, "Tags") == {"a": 4, "b": 2, "none": 2}
    assert counted(found, "Queue") == {"In no queue": 4, "Refunds": 2}
    in_queue = TraceFilter((Row("queue", "is", str(queue.pk)),))
    assert counted(read(traces, in_queue), "State in Refunds") == {"Open": 2}


def test_each_count_is_that_of_the_list_it_leads_to(cast: Cast, traces: Project) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager)
    factories.add_items(queue, list(cast.project.traces.all()[:3]))
    for filter in (
        TraceFilter(),
        TraceFilter((Row("model", "is", "large"),)),
        TraceFilter((Row("queue", "is", str(queue.pk)),)),
    ):
        for facet in read(traces, filter).facets:
            for value in facet.values:
                narrowed = filter if value.row in filter.rows else filter.toggled(value.row)
                assert count_up_to(traces, narrowed) == (value.count, True), value


def test_the_newest_are_counted_and_it_is_said(
    cast: Cast, traces: Project, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.facets.MOST", 4)
    found = read(traces)
    assert (found.counted, found.is_whole) == (4, False)
    shown = browser_of(cast.viewer).get(f"/p/{traces.slug}/traces/values/").content.decode()
    assert "Counted over the newest 4 traces that match." in " ".join(shown.split())


def test_a_column_of_many_values_has_no_facet(
    cast: Cast, traces: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.facets.MOST_VALUES", 2)
    assert {one.label for one in read(traces).facets} == {
        "Status", "Model", "Name", "Kind of a span", "Queue",
    }  # fmt: skip


def test_a_value_narrows_and_the_chosen_one_leads_back(
    cast: Cast, traces: Project, browser_of: Browser
) -> None:
    client, address = browser_of(cast.viewer), f"/p/{traces.slug}/traces/values/?show=values"
    link = value_link(client.get(address).content.decode(), "large")
    narrowed = QueryDict(link.partition("?")[2])
    assert (narrowed["filter"], narrowed["show"]) == ("model:is:large", "values")
    chosen = client.get(f"{address}&filter=model:is:large").content.decode()
    assert 'aria-current="true"' in chosen
    assert "filter" not in QueryDict(value_link(chosen, "large").partition("?")[2])


def value_link(page: str, label: str) -> str:
    found = re.search(rf'<a href="([^"]+)"[^>]*>\s*<bdi[^>]*>{label}</bdi>', page)
    assert found, page
    return found[1].replace("&amp;", "&")


def test_nothing_is_counted_of_a_filter_that_cannot_be_read(cast: Cast, traces: Project) -> None:
    assert read(traces, TraceFilter((Row("nonsense"),))).facets == []


def test_the_list_shows_what_its_address_says_and_keeps_it(
    cast: Cast, traces: Project, browser_of: Browser
) -> None:
    client, root = browser_of(cast.viewer), f"/p/{traces.slug}/traces/"
    plain = client.get(root).content.decode()
    assert f'hx-get="{root}values/' not in plain
    assert 'href="?show=values"' in plain
    shown = client.get(f"{root}?show=values&show=time&show=nonsense").content.decode()
    assert f'hx-get="{root}values/?show=time&amp;show=values"' in shown
    assert f'hx-get="{root}over-time/?show=time&amp;show=values"' in shown
    assert '<input type="hidden" name="show" value="time">' in shown
    sent = client.get(f"{root}?show=values&row=x&column=status&of=&operator=is&value=ok&until=")
    assert sent["Location"].endswith("?filter=status%3Ais%3Aok&show=values")
