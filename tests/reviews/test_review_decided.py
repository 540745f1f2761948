"""What was decided, by whom: the list, its filter, its pages, and the figures of each reviewer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.items.changing import remove_item
from queues.actions.items.rounds import clear_decision
from queues.models import Queue
from reviews.review_page import decided
from reviews.review_page.decided import DecidedFilter, decided_page, deciders

from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .review_pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Four decisions, in this order: approved and sent back by the one, the same by the other."""
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer, cast.member], items=4)
    for user in (cast.reviewer, cast.member):
        judge = Judge(queue, user)
        first = answer(queue, cast.annotator)
        judge.open(first)
        judge.approve(first)
        second = answer(queue, cast.annotator)
        judge.open(second)
        judge.reject(second, "Look again")
    return queue


def told(queue: Queue, **wanted: Any) -> list[tuple[str, str]]:
    page = decided_page(queue, DecidedFilter(**wanted))
    return [(str(one.reviewer), one.decision) for one in page.rows]


def test_the_latest_comes_first_and_each_filter_narrows(cast: Cast, queue: Queue) -> None:
    rosa, meera = "Rosa Delgado", "Meera Pillai"
    assert told(queue) == [
        (meera, "rejected"), (meera, "approved"), (rosa, "rejected"), (rosa, "approved"),
    ]  # fmt: skip
    assert told(queue, reviewer=cast.reviewer.pk) == [(rosa, "rejected"), (rosa, "approved")]
    assert told(queue, decision="approved") == [(meera, "approved"), (rosa, "approved")]
    assert told(queue, reviewer=cast.stranger.pk) == []


def test_pages_of_equal_times_miss_and_repeat_nothing(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decided, "PAGE", 3)
    sql.run("update reviews_review set decided_at = (select max(decided_at) from reviews_review)")
    first = decided_page(queue, DecidedFilter())
    assert (len(first.rows), first.earlier) == (3, "")
    place = int(first.later.removeprefix("after="))
    second = decided_page(queue, DecidedFilter(after=place))
    assert (len(second.rows), second.later) == (1, "")
    assert len({one.pk for one in [*first.rows, *second.rows]}) == 4
    back = decided_page(queue, DecidedFilter(before=int(second.earlier.removeprefix("before="))))
    assert [one.pk for one in back.rows] == [one.pk for one in first.rows]


def test_each_reviewer_is_counted_and_what_was_cleared_or_removed(cast: Cast, queue: Queue) -> None:
    counted = {one.name: one[2:5] for one in deciders(queue)}
    assert counted == {"Rosa Delgado": (1, 1, 0), "Meera Pillai": (1, 1, 0)}
    approved = list(queue.items.filter(review_state="approved").order_by("seq"))
    clear_decision(queue=queue, item_id=approved[0].pk, reason="A mistake", actor=SYSTEM)
    remove_item(queue=queue, item_id=approved[1].pk, confirmed=False, actor=SYSTEM)
    counted = {one.name: one[2:5] for one in deciders(queue)}
    # The item that the one sent back and the other approved is no longer there.
    assert counted == {"Rosa Delgado": (1, 0, 1), "Meera Pillai": (0, 1, 0)}
    assert len(told(queue)) == 2


def test_the_page_shows_them_and_passes_over_what_means_nothing(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    item = queue.items.earliest("seq")
    for user, leads in (
        (cast.manager, "queues:item-detail"),
        (cast.viewer, "queues:item-detail"),
        (cast.reviewer, "reviews:item-review"),
    ):
        page = read(browser_of(user), url("review-decided", queue))
        assert reverse(leads, args=[cast.project.slug, queue.pk, item.pk]) in page
        assert "By reviewer" in page
        assert "Look again" not in page
        strange = f"{url('review-decided', queue)}?reviewer=x&decision=maybe&after={'9' * 40}"
        assert page.count("<tr>") == read(browser_of(user), strange).count("<tr>")
    empty = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    page = read(browser_of(cast.manager), url("review-decided", empty))
    assert "Nothing has been decided yet" in page
