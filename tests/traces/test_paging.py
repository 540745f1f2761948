from datetime import UTC, datetime, timedelta

import pytest

from annotate_site.projects.models import Project
from tests import factories
from tests.conftest import Cast
from traces.filters import Row, TraceFilter
from traces.models import TraceQueue
from traces.queries import Cursor, TracePage, read_page

T0 = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traces.queries.PAGE", 3)


def make(project: Project, *minutes: int) -> None:
    for minute in minutes:
        factories.make_trace(project, name=str(minute), start=T0 + timedelta(minutes=minute))


def page(
    project: Project, after: Cursor | None = None, before: Cursor | None = None
) -> tuple[list[str], TracePage]:
    found = read_page(project, TraceFilter(), after=after, before=before)
    return [trace.name for trace in found.traces], found


def test_pages_go_down_and_up_again_without_a_gap(cast: Cast) -> None:
    make(cast.project, *range(7))
    first_names, first = page(cast.project)
    second_names, second = page(cast.project, after=first.older)
    third_names, third = page(cast.project, after=second.older)
    assert first_names + second_names + third_names == ["6", "5", "4", "3", "2", "1", "0"]
    assert (first.newer, third.older) == (None, None)
    back_names, back = page(cast.project, before=third.newer)
    assert back_names == second_names
    top_names, top = page(cast.project, before=back.newer)
    assert (top_names, top.newer) == (first_names, None)


def test_a_page_stays_while_newer_rows_arrive(cast: Cast) -> None:
    make(cast.project, *range(6))
    _, first = page(cast.project)
    make(cast.project, 100, 101)
    assert page(cast.project, after=first.older)[0] == ["2", "1", "0"]


def test_rows_of_one_moment_are_neither_lost_nor_shown_twice(cast: Cast) -> None:
    for number in range(7):
        factories.make_trace(cast.project, name=str(number), start=T0)
    seen: list[str] = []
    place: Cursor | None = None
    for _ in range(3):
        names, found = page(cast.project, after=place)
        seen += names
        place = found.older
    assert sorted(seen) == [str(number) for number in range(7)]
    assert place is None


def test_a_place_survives_its_text(cast: Cast) -> None:
    make(cast.project, *range(4))
    _, first = page(cast.project)
    assert first.older is not None
    assert Cursor.parse(str(first.older)) == first.older


@pytest.mark.breaks_promises  # an item of a session, before there are such
def test_a_queue_is_paged_by_its_own_rows(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager)
    make(cast.project, *range(8))
    traces = list(cast.project.traces.order_by("start"))
    factories.add_items(queue, traces[1:6])
    # As an item of a session would, a trace stands in the queue twice.
    TraceQueue.objects.create(
        project=cast.project,
        queue_id=queue.pk,
        start=traces[5].start,
        trace=traces[5],
        item_id=traces[0].pk,
    )
    filter = TraceFilter((Row("queue", "is", str(queue.pk)),))
    first = read_page(cast.project, filter, after=None, before=None)
    second = read_page(cast.project, filter, after=first.older, before=None)
    assert [trace.name for trace in first.traces] == ["5", "4", "3"]
    assert [trace.name for trace in second.traces] == ["2", "1"]
    up = read_page(cast.project, filter, after=None, before=second.newer)
    assert up.traces == first.traces
