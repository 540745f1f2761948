"""One item for managers and viewers, and the release of a hold."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.models import Item, Reservation, Slot

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_the_snapshot_is_shown_and_not_the_trace_as_it_is_now(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project)
    trace = factories.make_trace(cast.project, "as it was added")
    (item,) = factories.add_items(queue, [trace])
    trace.spans.update(inputs={"messages": [{"role": "user", "content": "changed since"}]})
    page = read(browser_of(cast.viewer), url("item-detail", cast.project, queue, item=item))
    assert "as it was added" in page
    assert "changed since" not in page


@pytest.mark.parametrize(("hidden", "shown"), [(["scores"], True), (["model", "scores"], False)])
def test_the_model_is_hidden_as_from_annotators(
    cast: Cast, browser_of: BrowserOf, hidden: list[str], shown: bool
) -> None:
    queue = factories.make_queue(cast.project, hidden_extras=["scores"])
    (item,) = factories.add_items(queue, [factories.make_trace(cast.project, model="gpt-x")])
    queue.hidden_extras = hidden
    queue.save(update_fields=["hidden_extras"])
    page = read(browser_of(cast.manager), url("item-detail", cast.project, queue, item=item))
    assert ("gpt-x" in page) == shown


def test_slots_show_states_and_holders(cast: Cast, browser_of: BrowserOf) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=3)
    factories.submit_slot(claim_next(queue_id=queue.pk, user=cast.annotator).slot_id)
    claim_next(queue_id=queue.pk, user=cast.second)
    address = url("item-detail", cast.project, queue, item=queue.items.get())
    context = browser_of(cast.viewer).get(address).context
    states = [(slot.state, slot.annotator) for slot in context["slots"]]
    assert states == [("done", cast.annotator), ("held", cast.second), ("free", None)]
    assert "Release" in read(browser_of(cast.manager), address)
    assert "Release" not in read(browser_of(cast.viewer), address)


@pytest.mark.parametrize("back", ["", "progress"])
def test_a_manager_releases_a_hold(cast: Cast, browser_of: BrowserOf, back: str) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    item = Item.objects.get(pk=hold.item_id)
    page = url("slot-release", cast.project, queue, item=item, slot=hold.slot_id)
    response = browser_of(cast.manager).post(page, {"holder": cast.annotator.pk, "back": back})
    expected = (
        url("queue-progress", cast.project, queue)
        if back
        else url("item-detail", cast.project, queue, item=item)
    )
    assert response["Location"] == expected
    assert Reservation.objects.get(token=hold.token).ending == "released"
    assert told(response) == ["The hold has ended; its draft is kept. The item is free again."]


@pytest.mark.parametrize("holder", ["", "x", "9" * 30])
def test_a_forged_holder_is_not_found_and_releases_nothing(
    cast: Cast, browser_of: BrowserOf, holder: str
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    page = url("slot-release", cast.project, queue, item=hold.item_id, slot=hold.slot_id)
    assert browser_of(cast.manager).post(page, {"holder": holder}).status_code == 404
    assert Slot.objects.get(pk=hold.slot_id).state == "held"


def test_a_stale_holder_releases_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    page = url("slot-release", cast.project, queue, item=hold.item_id, slot=hold.slot_id)
    response = browser_of(cast.manager).post(page, {"holder": cast.second.pk})
    assert told(response) == ["This hold had already ended; nothing was changed."]
    assert Slot.objects.get(pk=hold.slot_id).state == "held"


def test_a_slot_of_another_item_or_project_is_not_found(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, items=1)
    other = factories.make_queue(cast.other_project, annotators=[cast.other_manager], items=1)
    hold = claim_next(queue_id=other.pk, user=cast.other_manager)
    data = {"holder": cast.other_manager.pk}
    client = browser_of(cast.manager)
    own_item = queue.items.get()
    for item in (own_item.pk, hold.item_id):
        page = url("slot-release", cast.project, queue, item=item, slot=hold.slot_id)
        assert client.post(page, data).status_code == 404
    assert Slot.objects.get(pk=hold.slot_id).state == "held"
