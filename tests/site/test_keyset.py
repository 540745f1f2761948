"""Pages by keys: every row once, in order, both ways, whatever arrives meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from annotate_site.keyset import Key, Keyset, Page, cut
from traces.models import Trace

from .. import factories
from ..conftest import Cast

NEWEST = Keyset(("start", "id"), falling=True)


def pages_forward(cast: Cast, size: int) -> list[Page[Trace]]:
    pages, after = [], None
    while True:
        pages.append(page := NEWEST.page(cast.project.traces.all(), size, after=after))
        after = page.after
        if after is None:
            return pages


@pytest.fixture
def traces(cast: Cast) -> list[Trace]:
    """Seven, two and two of one moment, newest first."""
    now = timezone.now()
    made = [
        factories.make_trace(cast.project, start=now - timedelta(minutes=number // 2))
        for number in range(7)
    ]
    return sorted(made, key=lambda one: (one.start, one.pk), reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_hold_every_row_once_in_order(cast: Cast, traces: list[Trace], size: int) -> None:
    pages = pages_forward(cast, size)
    assert [one for page in pages for one in page.rows] == traces
    assert pages[0].before is None
    assert all(page.before == NEWEST.key_of(page.rows[0]) for page in pages[1:])


@pytest.mark.django_db
def test_the_way_back_leads_over_the_same_pages(cast: Cast, traces: list[Trace]) -> None:
    pages = pages_forward(cast, 3)
    before, back = pages[-1].before, []
    while before is not None:
        back.append(page := NEWEST.page(cast.project.traces.all(), 3, before=before))
        before = page.before
    assert [one for page in reversed(back) for one in page.rows] == traces[:6]
    assert all(page.after for page in back)


@pytest.mark.django_db
def test_a_row_that_arrives_moves_no_page(cast: Cast, traces: list[Trace]) -> None:
    first = NEWEST.page(cast.project.traces.all(), 3)
    factories.make_trace(cast.project, start=timezone.now() + timedelta(days=1))
    assert NEWEST.page(cast.project.traces.all(), 3, after=first.after).rows == traces[3:6]


@pytest.mark.django_db
def test_an_empty_list_is_one_empty_page(cast: Cast) -> None:
    assert NEWEST.page(cast.project.traces.all(), 3) == Page([])


@given(rows=st.lists(st.integers(), max_size=6), size=st.integers(1, 5))
def test_a_row_more_than_the_page_tells_that_another_follows(rows: list[int], size: int) -> None:
    assert cut(rows, size) == (rows[:size], len(rows) > size)


def test_a_key_of_other_columns_is_refused() -> None:
    key: Key = (1,)
    with pytest.raises(ValueError, match="zip"):
        NEWEST.beyond(key)
