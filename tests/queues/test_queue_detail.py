"""The items of a queue: filters, pages, what annotators may pick, what they never see."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.ending import skip_item
from queues.actions.holds.keeping import park_hold
from queues.actions.status import archive_queue, pause_queue
from queues.models import Batch, Item, ItemOpened, Queue
from queues.queries.eligibility import eligibility_of
from queues.queries.items import PAGE

from .. import factories
from ..conftest import Cast
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def titles(client: Client, address: str) -> list[str]:
    return [row.title for row in client.get(address).context["page"].rows]


def test_filters_by_text_batch_and_status(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    factories.add_items(queue, [factories.make_trace(cast.project, "a parcel", name="one")])
    factories.add_items(queue, [factories.make_trace(cast.project, "a refund", name="two")])
    first, second = Batch.objects.order_by("pk")
    claim_next(queue_id=queue.pk, user=cast.annotator)
    client = browser_of(cast.annotator)

    def found(**query: Any) -> list[str]:
        return titles(client, url("queue-detail", cast.project, queue, query=query))

    assert found(q="REFUND") == ["two"]
    assert found(q="ONE") == ["one"]
    assert found(batch=second.pk) == ["two"]
    assert found(status="in_progress") == ["one"]
    assert found(status="pending", batch=first.pk) == []
    assert found(status="nonsense", batch="x", after="-1", before="9" * 5000) == ["one", "two"]


def test_pages_follow_each_other_and_lead_back(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, items=PAGE + 3)
    client, address = browser_of(cast.viewer), url("queue-detail", cast.project, queue)
    all_titles = list(queue.items.order_by("seq").values_list("title", flat=True))
    first = client.get(address).context["page"]
    assert ([row.title for row in first.rows], first.earlier) == (all_titles[:PAGE], "")
    second = client.get(f"{address}?{first.later}").context["page"]
    assert ([row.title for row in second.rows], second.later) == (all_titles[PAGE:], "")
    back = client.get(f"{address}?{second.earlier}").context["page"]
    assert ([row.title for row in back.rows], back.earlier) == (all_titles[:PAGE], "")
    assert back.total == PAGE + 3


def test_an_annotator_picks_reads_guidelines_and_sees_nobody_elses_name(
    cast: Cast, browser_of: BrowserOf
) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(
        cast.project, annotators=people, items=2, annotations_required=2, guidelines="Be *fair*."
    )
    hold = claim_next(queue_id=queue.pk, user=cast.second)
    factories.submit_slot(hold.slot_id)
    client = browser_of(cast.annotator)
    page = read(client, url("queue-detail", cast.project, queue))
    assert "<em>fair</em>" in page
    assert "1 of 2" in page
    assert page.count(">Annotate</button>") + page.count("Annotate\n") >= 2
    assert f"/items/{hold.item_id}/pick/" in page
    for name in ("queue-detail", "queue-progress"):
        page = read(client, url(name, cast.project, queue))
        assert cast.second.name not in page
        assert cast.second.email not in page
        assert f'/items/{hold.item_id}/"' not in page


def test_how_an_annotator_stands_to_each_item(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=6)
    submitted = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.finish(submitted.item_id)
    skipped = claim_next(queue_id=queue.pk, user=cast.annotator)
    skip_item(
        queue=queue, item_id=skipped.item_id, user=cast.annotator, token=skipped.token, reason=""
    )
    held = claim_next(queue_id=queue.pk, user=cast.annotator)
    taken = claim_next(queue_id=queue.pk, user=cast.second)
    if taken.item_id == skipped.item_id:
        park_hold(user=cast.second, item_id=taken.item_id, token=taken.token)
        taken = claim_next(queue_id=queue.pk, user=cast.second)
    rest = [item.pk for item in queue.items.order_by("seq")][-2:]
    ItemOpened.objects.create(item_id=rest[0], user=cast.annotator)
    items = [submitted.item_id, skipped.item_id, held.item_id, taken.item_id, *rest]
    states = eligibility_of(cast.annotator, items)
    assert [states[pk].state for pk in items] == [
        "submitted",
        "skipped",
        "held",
        "taken",
        "seen",
        "free",
    ]
    factories.lapse(taken.slot_id)
    assert eligibility_of(cast.annotator, [taken.item_id])[taken.item_id].state == "free"


@pytest.mark.parametrize("stop", [pause_queue, archive_queue])
def test_a_queue_that_hands_out_nothing_offers_nothing(
    cast: Cast, browser_of: BrowserOf, stop: Callable[..., Queue]
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    stop(queue=queue, actor=SYSTEM)
    page = read(browser_of(cast.annotator), url("queue-detail", cast.project, queue))
    assert "/pick/" not in page


def test_trace_text_is_shown_as_text(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    nasty = "<img src=x onerror=alert(1)>"
    factories.add_items(queue, [factories.make_trace(cast.project, nasty, name=nasty)])
    for user in (cast.manager, cast.annotator):
        page = read(browser_of(user), url("queue-detail", cast.project, queue))
        assert "<img" not in page
        assert "&lt;img src=x" in page
    page = read(
        browser_of(cast.manager),
        url("item-detail", cast.project, queue, item=Item.objects.get()),
    )
    assert "<img" not in page


@pytest.mark.parametrize("items", [1, 8])
def test_the_pages_cost_the_same_for_one_item_and_for_many(
    cast: Cast, browser_of: BrowserOf, django_assert_num_queries: DjangoAssertNumQueries, items: int
) -> None:
    people = [cast.annotator, cast.manager]
    queue = factories.make_queue(
        cast.project, annotators=people, items=items, annotations_required=2
    )
    factories.lapse(claim_next(queue_id=queue.pk, user=cast.annotator).slot_id)
    client = browser_of(cast.manager)
    for name, cost in (("queue-detail", 15), ("queue-progress", 22), ("queue-settings", 9)):
        with django_assert_num_queries(cost):
            read(client, url(name, cast.project, queue))


def test_an_annotator_sees_own_figures_and_a_manager_everybodys(
    cast: Cast, browser_of: BrowserOf
) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=4)
    factories.finish(claim_next(queue_id=queue.pk, user=cast.annotator).item_id)
    claim_next(queue_id=queue.pk, user=cast.annotator)
    address = url("queue-progress", cast.project, queue)
    own = browser_of(cast.annotator).get(address).context
    assert (own["mine"].done, own["mine"].held) == (1, 1)
    assert own["people"] is None
    assert (own["holds"], own["burn"], own["matters"]) == ([], None, [])
    for user in (cast.manager, cast.viewer):
        shown = browser_of(user).get(address).context
        figures = [(one.name, one.done, one.held) for one in shown["people"]]
        assert figures == [(cast.annotator.name, 1, 1), (cast.second.name, 0, 0)]
        assert shown["holds_total"] == 1
    assert "Release" in read(browser_of(cast.manager), address)
    assert "Release" not in read(browser_of(cast.viewer), address)


def test_refused_work_is_listed_for_the_manager_alone(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.mark_refused(hold.token)
    address = url("queue-progress", cast.project, queue)
    assert "Refused work" in read(browser_of(cast.manager), address)
    for user in (cast.viewer, cast.annotator):
        assert "Refused work" not in read(browser_of(user), address)


def test_work_of_one_who_was_removed_still_counts_by_name(cast: Cast) -> None:
    from queues.actions.people.members import remove_member
    from queues.queries.progress import people_progress

    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)
    factories.finish(claim_next(queue_id=queue.pk, user=cast.annotator).item_id)
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    rows = [(row.name, row.gone, row.done) for row in people_progress(queue)]
    assert rows == [(cast.second.name, False, 0), (cast.annotator.name, True, 1)]
