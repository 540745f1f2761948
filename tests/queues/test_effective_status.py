"""Statuses with no worker: a lapsed hold is a lapsed hold before anybody has noted it."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.ending import skip_item
from queues.actions.status import pause_queue
from queues.models import Item
from queues.queries.effective import counts, effective_items
from queues.queries.holds import live_holds
from queues.queries.progress import people_progress

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_lists_filters_and_counts_follow_the_clock(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.lapse(hold.slot_id)
    lapsed = Item.objects.get(pk=hold.item_id)
    assert lapsed.status == "in_progress"
    client = browser_of(cast.manager)

    def listed(status: str) -> int:
        query = {"status": status}
        return read(client, url("queue-detail", cast.project, queue, query=query)).count("<tr id=")

    assert (listed("pending"), listed("in_progress")) == (3, 0)
    found = counts([queue.pk], effective_items([queue.pk]))[queue.pk]
    assert (found.of("pending"), found.of("in_progress"), found.total) == (3, 0, 3)
    assert live_holds(queue) == ([], 0)
    assert [person.held for person in people_progress(queue)] == [0]
    page = read(client, url("item-detail", cast.project, queue, item=lapsed))
    assert 'data-state="pending"' in page
    assert 'data-state="held"' not in page
    lapsed.refresh_from_db()
    assert lapsed.status == "in_progress", "reading has changed something"


def test_an_item_that_another_still_holds_stays_in_progress(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=2)
    first = claim_next(queue_id=queue.pk, user=cast.annotator)
    claim_next(queue_id=queue.pk, user=cast.second)
    factories.lapse(first.slot_id)
    assert effective_items([queue.pk]).status(first.item_id, "in_progress") == "in_progress"


def test_a_skip_shows_through_a_lapsed_hold(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    skip_item(queue=queue, item_id=hold.item_id, user=cast.annotator, token=hold.token, reason="-")
    factories.lapse(claim_next(queue_id=queue.pk, user=cast.second).slot_id)
    assert effective_items([queue.pk]).status(hold.item_id, "in_progress") == "skipped"


def test_holds_of_a_paused_queue_do_not_lapse(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    claim_next(queue_id=queue.pk, user=cast.annotator)
    pause_queue(queue=queue, actor=SYSTEM)
    assert not effective_items([queue.pk]).moves
    assert live_holds(queue)[1] == 1


def test_counts_shown_equal_items_listed_for_every_status(
    cast: Cast, browser_of: BrowserOf
) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=6)
    done = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.finish(done.item_id)
    skipped = claim_next(queue_id=queue.pk, user=cast.annotator)
    skip_item(
        queue=queue, item_id=skipped.item_id, user=cast.annotator, token=skipped.token, reason=""
    )
    factories.lapse(claim_next(queue_id=queue.pk, user=cast.annotator).slot_id)
    claim_next(queue_id=queue.pk, user=cast.second)
    effective = effective_items([queue.pk])
    found = counts([queue.pk], effective)[queue.pk]
    for status in ("pending", "in_progress", "skipped", "pending_review", "completed"):
        listed = queue.items.filter(effective.having(status)).count()
        assert listed == found.of(status), status
    assert found.total == 6
