import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.utils import timezone

from annotate_site import settings
from annotate_site.projects.models import Project
from tests import factories
from tests.conftest import Cast
from traces.filters import Operator, Row, TraceFilter
from traces.filters.columns import COLUMNS
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
    rows = [
        Row("name", "is_not", "a & b=ü"), Row("attribute", "is", "x:y", "a.b:c%3A%"),
        Row("state", "is", "open", str(uuid4())), Row("model", "is_empty"), Row("broken"),
    ]  # fmt: skip
    filter = TraceFilter(tuple(rows))
    assert TraceFilter.from_query(QueryDict(filter.as_query())) == filter
    assert TraceFilter().as_query() == ""


def test_other_parameters_reach_no_column(cast: Cast) -> None:
    query = QueryDict("project__name=x&attributes__contains=1&start__lt=2020&after=1")
    assert TraceFilter.from_query(query) == TraceFilter()


def test_a_filter_tells_itself_in_words(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager, name="Refunds")
    query = f"name=ask&status=unset&queue={queue.pk}&filter=latency:gt:2&filter=model:is_empty"
    filter = TraceFilter.from_query(QueryDict(query))
    words = "latency > 2 s, model is empty, name contains “ask”, status is No status, queue is "
    assert filter.describe(cast.project) == words + "Refunds"
    assert filter.describe(cast.other_project) == words + "one that is not here"
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


def test_the_last_hours_are_counted_from_now(cast: Cast) -> None:
    for hours in (0, 2, 30):
        start = timezone.now() - timedelta(hours=hours)
        factories.make_trace(cast.project, name=f"{hours} h", start=start)
    assert names(cast.project, "filter=time:last:1h") == ["0 h"]
    assert names(cast.project, "filter=time:last:150m") == ["0 h", "2 h"]
    assert names(cast.project, "filter=time:last:2d") == ["0 h", "2 h", "30 h"]


NO_TIME = "is not a time. Write it like 2026-05-01 or 2026-05-01T14:30."
BAD = {
    "broken": "There is no such column. Choose one of the list.",
    "name.x:is:a": "There is no such column. Choose one of the list.",
    "name:lt:a": "Choose how to compare name.",
    "name:is:": "Give a value to compare with.",
    "name:is:" + "a" * 201: "A text to look for has 200 characters at most.",
    "attribute:is:a": "Name the attribute, in 200 characters at most.",
    "feedback.x:is:a": "There is no such field.",
    "tokens_in:gt:many": "“many” is not a number. Write it like 1200 or 0.5.",
    "tokens_in:gt:0.5": "Tokens are counted in whole numbers.",
    "cost:lt:NaN": "“NaN” is not a number. Write it like 1200 or 0.5.",
    "cost:lt:1e999": "“1e999” is not a number. Write it like 1200 or 0.5.",
    "latency:is:0.0001": "Latency is kept to a thousandth of a second.",
    "time:gte:yesterday": f"“yesterday” {NO_TIME}",
    "time:gte:2026-02-30": f"“2026-02-30” {NO_TIME}",
    "time:between:2026-05-01": "Give two times, the earlier one first.",
    "time:between:2026-05-02..2026-05-01": "The second time is before the first.",
    "time:last:99999999d": "“99999999d” is not a span of time. Write it like 30m, 24h or 7d.",
    "state."
    + "0" * 32
    + ":is:x": "A state in a queue is one of open, pending_review and completed.",
}


@pytest.mark.parametrize("written", BAD)
def test_a_row_that_cannot_be_asked_says_why_and_is_kept(cast: Cast, written: str) -> None:
    factories.make_trace(cast.project, name="a")
    filter = TraceFilter((Row("name", "is", "a"), Row.parse(written)))
    assert filter.problems == [BAD[written]]
    assert list(filter.queryset(cast.project)) == []
    assert TraceFilter.from_query(QueryDict(filter.as_query())) == filter


@pytest.mark.parametrize(
    "written",
    [
        "cost:gt:999999999999.999999999", "tokens_in:is:-999999999999", "latency:lt:999999999999",
        "time:gte:1970-01-01T00:00:00+23:59", "time:lt:9998-12-31T23:59:59-23:59",
        "time:last:99999d", "attribute.a\x00b:is:\x00c", "attribute.%00:lt:-.5", "tags:is:{}\"",
        "feedback." + "0" * 32 + ":gt:999999999999", "name:contains:\\", "name:is:\ud83d\ude00",
    ],
)  # fmt: skip
def test_strange_values_are_compared_as_they_are(cast: Cast, written: str) -> None:
    names(cast.project, urlencode({"filter": written}, errors="surrogatepass"))


def test_a_filter_has_a_largest_number_of_rows(cast: Cast) -> None:
    rows = [Row("name", "is_not", str(number)) for number in range(21)]
    factories.make_trace(cast.project)
    assert TraceFilter(tuple(rows[:20])).queryset(cast.project).count() == 1
    assert TraceFilter(tuple(rows)).problems == ["A filter has 20 conditions at most."]
    assert not TraceFilter(tuple(rows)).queryset(cast.project).exists()


def test_every_column_is_told_to_engineers() -> None:
    page = (settings.BASE_DIR / "docs" / "engineers.md").read_text()
    table = page.split("## Filters")[1].split("## Export")[0]
    assert [name for name in COLUMNS if not re.search(rf"^\|[^|]*`{name}[`.]", table, re.M)] == []
    assert [one for one in Operator if f"`{one}`" not in table] == []
