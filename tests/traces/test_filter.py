from uuid import uuid4

import pytest
from django.http import QueryDict

from annotate_site.projects.models import Project
from tests import factories
from tests.conftest import Cast
from traces.filters import TraceFilter
from traces.queries import Cursor, count_up_to, read_page


def names(project: Project, query: str) -> list[str]:
    """By both ways to the traces, which must agree."""
    filter = TraceFilter.from_query(QueryDict(query))
    listed = [trace.name for trace in read_page(project, filter, after=None, before=None).traces]
    assert listed == list(filter.queryset(project).values_list("name", flat=True))
    assert count_up_to(project, filter) == (len(listed), True)
    return listed


def test_no_filter_means_all_of_the_project_newest_first(cast: Cast) -> None:
    for name in ("first", "second"):
        factories.make_trace(cast.project, name=name)
    factories.make_trace(cast.other_project, name="elsewhere")
    assert names(cast.project, "") == ["second", "first"]


def test_a_name_is_found_by_any_part_in_any_case_and_taken_literally(cast: Cast) -> None:
    for name in ("Refund asked", "refund_done", "shipping", "100% sure"):
        factories.make_trace(cast.project, name=name)
    assert names(cast.project, "name=REFUND") == ["refund_done", "Refund asked"]
    assert names(cast.project, "name=%25") == ["100% sure"]
    assert names(cast.project, "name=_") == ["refund_done"]
    assert names(cast.project, "name=x%00y") == []


def test_status_and_name_are_joined_by_and(cast: Cast) -> None:
    factories.make_trace(cast.project, name="a1", status="error")
    factories.make_trace(cast.project, name="a2", status="ok")
    factories.make_trace(cast.project, name="b1", status="error")
    assert names(cast.project, "status=error") == ["b1", "a1"]
    assert names(cast.project, "status=error&name=a") == ["a1"]


def test_a_queue_finds_the_traces_that_are_in_it(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager)
    traces = [factories.make_trace(cast.project, name=f"t{number}") for number in range(4)]
    factories.add_items(queue, traces[1:3])
    assert names(cast.project, f"queue={queue.pk}") == ["t2", "t1"]
    assert names(cast.project, f"queue={queue.pk}&name=1") == ["t1"]


def test_another_projects_queue_finds_nothing(cast: Cast) -> None:
    queue = factories.make_queue(cast.other_project, by=cast.other_manager, items=2)
    factories.make_trace(cast.project)
    assert names(cast.project, f"queue={queue.pk}") == []
    assert names(cast.project, f"queue={uuid4()}") == []


@pytest.mark.parametrize("query", ["status=broken", "queue=7", "name=a&status=broken&queue=x"])
def test_what_is_not_understood_matches_nothing_and_is_handed_on(cast: Cast, query: str) -> None:
    factories.make_trace(cast.project, name="a")
    assert names(cast.project, query) == []
    filter = TraceFilter.from_query(QueryDict(query))
    assert len(filter.problems) == query.count("=") - query.count("name=")
    assert TraceFilter.from_query(QueryDict(filter.as_query())) == filter


def test_a_filter_survives_its_own_address(cast: Cast) -> None:
    filter = TraceFilter("a & b=ü", "error", uuid4())
    assert TraceFilter.from_query(QueryDict(filter.as_query())) == filter
    assert TraceFilter().as_query() == ""


def test_other_parameters_reach_no_column(cast: Cast) -> None:
    query = QueryDict("project__name=x&attributes__contains=1&start__lt=2020&after=1")
    assert TraceFilter.from_query(query) == TraceFilter()


def test_a_filter_tells_itself_in_words(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager, name="Refunds")
    filter = TraceFilter("ask", "unset", queue.pk)
    words = "name contains “ask”, status No status, in the queue Refunds"
    assert filter.describe(cast.project) == words
    assert filter.describe(cast.other_project).endswith("in a queue that is not here")
    assert TraceFilter().describe(cast.project) == "all"


def test_counting_stops_at_its_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traces.queries.MOST_COUNTED", 2)
    for _ in range(2):
        factories.make_trace(cast.project)
    assert count_up_to(cast.project, TraceFilter()) == (2, True)
    factories.make_trace(cast.project)
    assert count_up_to(cast.project, TraceFilter()) == (2, False)


@pytest.mark.parametrize("text", ["", "x", "2026-01-01~x", "~", "2026-01-01T00:00:00~" + "0" * 32])
def test_a_place_that_no_page_has_written_is_none(text: str) -> None:
    assert Cursor.parse(text) is None
