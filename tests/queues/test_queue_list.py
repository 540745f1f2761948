"""The list of queues: who sees which, what is counted, what it costs."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.access import find_access
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.status import archive_queue
from queues.queries.effective import Counts, counts, effective_items
from queues.queries.listing import queue_rows, queues_for

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_a_member_sees_the_queues_he_is_in_and_no_others(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_queue(cast.project, name="Mine", annotators=[cast.annotator])
    factories.make_queue(cast.project, name="Not mine", annotators=[cast.second])
    page = read(browser_of(cast.annotator), url("queue-list", cast.project))
    assert "Mine" in page
    assert "Not mine" not in page
    for user in (cast.manager, cast.viewer):
        assert "Not mine" in read(browser_of(user), url("queue-list", cast.project))


def test_one_who_was_removed_sees_the_queue_no_more(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, name="Refunds", annotators=[cast.annotator])
    queue.members.update(removed_at="2026-01-01T00:00:00Z")
    assert "Refunds" not in read(browser_of(cast.annotator), url("queue-list", cast.project))


def test_archived_queues_show_on_demand_alone(cast: Cast, browser_of: BrowserOf) -> None:
    archive_queue(queue=factories.make_queue(cast.project, name="Old one"), actor=SYSTEM)
    factories.make_queue(cast.project, name="New one")
    client = browser_of(cast.manager)
    page = read(client, url("queue-list", cast.project))
    assert "New one" in page
    assert "Old one" not in page
    page = read(client, url("queue-list", cast.project, query={"archived": 1}))
    assert "New one" not in page
    assert "Old one" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "REFUND"}, ["Refund answers"]),
        ({"status": "draft"}, ["Tone"]),
        ({"status": "nonsense"}, ["Refund answers", "Tone"]),
        ({"sort": "name"}, ["Refund answers", "Tone"]),
        ({"q": "100%"}, []),
    ],
)
def test_search_and_filter_narrow_the_list(
    cast: Cast, browser_of: BrowserOf, query: dict[str, str], expected: list[str]
) -> None:
    factories.make_queue(cast.project, name="Refund answers")
    factories.make_queue(cast.project, name="Tone", active=False)
    page = read(browser_of(cast.manager), url("queue-list", cast.project, query=query))
    assert [name for name in ("Refund answers", "Tone") if name in page] == expected


def test_both_denominators_are_named_and_counted(cast: Cast, browser_of: BrowserOf) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=4, annotations_required=2)
    first = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.finish(first.item_id)
    second = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.submit_slot(second.slot_id)
    row = counts([queue.pk], effective_items([queue.pk]))[queue.pk]
    assert (row.completed, row.answered, row.total, row.progress) == (1, 2, 4, "in_progress")
    page = read(browser_of(cast.manager), url("queue-list", cast.project))
    assert "Items completed" in page
    assert "Items with an answer" in page
    assert "1 of 4" in page
    assert "25&nbsp;%" in page
    assert "2 of 4" in page
    assert "50&nbsp;%" in page


def test_progress_is_told_from_not_started_to_completed(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    empty = factories.make_queue(cast.project)

    def progress() -> list[str]:
        found = counts([queue.pk, empty.pk], effective_items([queue.pk]))
        return [found[queue.pk].progress, found[empty.pk].progress]

    assert progress() == ["not_started", "not_started"]
    factories.finish(claim_next(queue_id=queue.pk, user=cast.annotator).item_id)
    assert progress() == ["completed", "not_started"]


@pytest.mark.parametrize(
    ("completed", "percent"), [(0, 0), (1, 1), (1_500, 1), (149_999, 99), (150_000, 100)]
)
def test_percents_never_say_all_before_it_is_nor_none_once_it_is_not(
    completed: int, percent: int
) -> None:
    counted = Counts({"completed": completed, "pending": 150_000 - completed})
    assert (counted.percent_completed, Counts().percent_completed) == (percent, 0)


def test_a_row_s_menu_leads_to_what_a_manager_may_do(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, items=1)
    address = url("queue-list", cast.project)
    page = read(browser_of(cast.manager), address)
    assert 'data-state="not_started"' in page
    for name in ("queue-settings", "queue-progress", "queue-duplicate"):
        assert url(name, cast.project, queue) in page
    assert f"{url('queue-status', cast.project, queue)}?command=archive" in page
    assert url("queue-settings", cast.project, queue) not in read(browser_of(cast.viewer), address)
    archive_queue(queue=queue, actor=SYSTEM)
    page = read(browser_of(cast.manager), f"{address}?archived=1")
    assert 'value="restore"' in page
    assert "command=archive" not in page


def test_too_few_annotators_and_a_date_gone_by_are_told(cast: Cast) -> None:
    factories.make_queue(
        cast.project, annotations_required=2, annotators=[cast.annotator], due_date="2020-01-01"
    )
    (row,) = queue_rows(list(queues_for(find_access(cast.manager, cast.project.slug))))
    assert (row.people, row.short, row.overdue) == (1, True, True)


@pytest.mark.parametrize("number", [1, 4])
def test_the_list_costs_the_same_for_one_queue_and_for_many(
    cast: Cast,
    browser_of: BrowserOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _ in range(number):
        queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
        factories.lapse(claim_next(queue_id=queue.pk, user=cast.annotator).slot_id)
    client = browser_of(cast.manager)
    with django_assert_num_queries(11):
        read(client, url("queue-list", cast.project))
