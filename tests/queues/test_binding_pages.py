"""Binding and the away switch in the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.jobs import run_job
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job, User
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import claim_next
from queues.actions.people.members import set_away
from queues.models import Item, Queue, QueueMember, Slot

from .. import factories
from ..conftest import Cast
from .assigning import crowd, hands
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def make(cast: Cast, items: int = 3, **more: Any) -> tuple[Queue, list[Item]]:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=items, **more)
    return queue, list(queue.items.order_by("seq"))


def test_a_manager_binds_and_unbinds_on_the_item_page(cast: Cast, browser_of: BrowserOf) -> None:
    queue, (item, *_) = make(cast)
    client, page = (
        browser_of(cast.manager),
        url("item-detail", cast.project, queue, item=item),
    )
    assert "Assign to someone" in read(client, page)
    sent = client.post(
        url("item-bind", cast.project, queue, item=item), {"people": [cast.second.pk]}
    )
    assert (sent["Location"], told(sent)) == (page, [f"Assigned to {cast.second}."])
    text = read(client, page)
    assert "Assigned by a manager" in text
    assert "Assign to someone" not in text
    slot = item.slots.get()
    away = url("slot-unbind", cast.project, queue, item=item, slot=slot.pk)
    assert told(client.post(away))[-1] == "The place is free for anybody again."
    assert "Nothing was changed" in told(client.post(away))[-1]


def test_the_item_page_says_why_each_place_went_where_it_went(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, items = make(cast, strategy="round_robin")
    bind_slots(queue=queue, item_id=items[2].pk, users=[cast.second], actor=SYSTEM)
    claim_next(queue_id=queue.pk, user=cast.annotator)
    client = browser_of(cast.manager)
    for item, words in zip(items, ("Dealt", "Dealt", "Assigned by a manager"), strict=True):
        assert words in read(client, url("item-detail", cast.project, queue, item=item))
    assert "kept for" in read(client, url("item-detail", cast.project, queue, item=items[2]))


def test_a_refused_binding_says_why(cast: Cast, browser_of: BrowserOf) -> None:
    queue, (item, *_) = make(cast)
    client = browser_of(cast.manager)
    address = url("item-bind", cast.project, queue, item=item)
    assert told(client.post(address))[-1] == "Choose at least one person."
    both = {"people": [cast.annotator.pk, cast.second.pk]}
    assert told(client.post(address, both))[-1].startswith("Free places: 1, people chosen: 2.")
    assert "can't have this" in told(client.post(address, {"people": [cast.stranger.pk]}))[-1]
    assert not hands(queue)


def test_ticked_items_are_spread_over_the_people_chosen(cast: Cast, browser_of: BrowserOf) -> None:
    queue, items = make(cast, 4)
    client = browser_of(cast.manager)
    assert "data-bulk-item" in read(client, url("queue-detail", cast.project, queue))
    ids = [str(item.pk) for item in items[:3]]
    page = read(client, url("items-bind", cast.project, queue, query={"item": ids}))
    assert "Assign 3 items" in page
    people = [cast.annotator.pk, cast.second.pk]
    sent = client.post(
        url("items-bind", cast.project, queue), {"item": ids, "people": people, "bind": "1"}
    )
    assert sent["Location"] == url("queue-detail", cast.project, queue)
    assert told(sent) == ["3 places assigned, on 3 of 3 items."]
    assert sorted(hands(queue).values()) == [1, 2]


def test_all_that_a_filter_matches_is_bound(cast: Cast, browser_of: BrowserOf) -> None:
    queue, items = make(cast, 4)
    Item.objects.filter(pk=items[1].pk).update(title="Where is my parcel, again")
    address = url("items-bind", cast.project, queue)
    data = {"all": "1", "q": "parcel, again", "people": [cast.second.pk], "bind": "1"}
    assert "Assign 1 item" in read(browser_of(cast.manager), f"{address}?all=1&q=parcel%2C+again")
    browser_of(cast.manager).post(address, data)
    assert Slot.objects.get(queue=queue, assigned_to=cast.second).item_id == items[1].pk


def test_beyond_a_batch_a_job_binds(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queues.views.binding.BATCH", 2)
    queue, _ = make(cast, 3)
    data = {"all": "1", "people": [cast.second.pk], "bind": "1"}
    client = browser_of(cast.manager)
    sent = client.post(url("items-bind", cast.project, queue), data)
    job = Job.objects.get()
    where = {"project": cast.project.slug, "job": job.pk}
    assert sent["Location"] == reverse("projects:job-detail", kwargs=where)
    assert not hands(queue)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["bound"], job.done) == ("done", 3, 3)
    assert hands(queue) == {cast.second.pk: 3}
    assert "Places assigned" in read(client, sent["Location"])


def test_a_selection_that_is_not_of_the_queue_is_not_found(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, _ = make(cast, 1)
    _, (foreign,) = make(cast, 1)
    client = browser_of(cast.manager)
    address = url("items-bind", cast.project, queue, query={"item": [str(foreign.pk)]})
    assert client.get(address).status_code == 404
    assert "No items are selected" in read(client, url("items-bind", cast.project, queue))
    assert client.post(url("item-bind", cast.project, queue, item=foreign)).status_code == 404
    slot = foreign.slots.get()
    for item in (foreign, queue.items.get()):
        address = url("slot-unbind", cast.project, queue, item=item, slot=slot.pk)
        assert client.post(address).status_code == 404


def test_only_managers_bind(cast: Cast, browser_of: BrowserOf) -> None:
    queue, (item, *_) = make(cast)
    slot = item.slots.get()
    addresses = [
        url("items-bind", cast.project, queue),
        url("item-bind", cast.project, queue, item=item),
        url("slot-unbind", cast.project, queue, item=item, slot=slot.pk),
        url("member-away", cast.project, queue, person=cast.second.pk),
    ]
    for user, status in ((cast.annotator, 403), (cast.viewer, 403), (cast.stranger, 404)):
        for address in addresses:
            assert browser_of(user).post(address).status_code == status
    assert "data-bulk" not in read(
        browser_of(cast.annotator), url("queue-detail", cast.project, queue)
    )


def test_an_annotator_marks_himself_away_and_back(cast: Cast, browser_of: BrowserOf) -> None:
    queue, items = make(cast)
    bind_slots(queue=queue, item_id=items[0].pk, users=[cast.annotator], actor=SYSTEM)
    client, page = browser_of(cast.annotator), url("queue-detail", cast.project, queue)
    assert "I'm away" in read(client, page)
    sent = client.post(url("away", cast.project, queue), {"away": "1"})
    assert sent["Location"] == page
    assert "1 item" in told(sent)[0]
    assert not hands(queue)
    assert "I'm back" in read(client, page)
    home = client.post(url("away", cast.project, queue), {"back": "home"})
    assert home["Location"] == reverse("my-work")
    assert QueueMember.objects.get(queue=queue, user=cast.annotator).away_at is None


def test_a_manager_marks_somebody_away(cast: Cast, browser_of: BrowserOf) -> None:
    queue, _ = make(cast)
    client = browser_of(cast.manager)
    sent = client.post(
        url("member-away", cast.project, queue, person=cast.second.pk), {"away": "1"}
    )
    people = url("queue-people", cast.project, queue)
    assert sent["Location"] == people
    assert "Is back" in read(client, people)
    client.post(url("member-away", cast.project, queue, person=cast.second.pk))
    assert "Is back" not in read(client, people)


def test_one_who_is_away_is_not_offered_and_nobody_left_is_told(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, (item, *_) = make(cast)
    for user in (cast.annotator, cast.second):
        set_away(queue=queue, user=user, away=True, actor=SYSTEM)
    client = browser_of(cast.manager)
    text = read(client, url("items-bind", cast.project, queue, query={"all": 1}))
    assert "There's nobody to assign them to" in text
    assert "Assign to someone" not in read(
        client, url("item-detail", cast.project, queue, item=item)
    )


def test_a_list_of_a_queue_that_hands_out_by_itself_opens_only_ones_own(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, items = make(cast, strategy="load_balanced")
    bind_slots(queue=queue, item_id=items[2].pk, users=[cast.annotator], actor=SYSTEM)
    text = read(browser_of(cast.annotator), url("queue-detail", cast.project, queue))
    assert text.count("You get it with Next") == 2
    assert f"Annotate {items[2].title}" in text


def test_the_settings_offer_three_strategies_and_free_what_was_dealt(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue, _ = make(cast, strategy="round_robin")
    claim_next(queue_id=queue.pk, user=cast.annotator)
    client, address = browser_of(cast.manager), url("queue-settings", cast.project, queue)
    form = client.get(address).context["form"]
    assert [value for value, _ in form.fields["strategy"].choices] == [
        "manual", "round_robin", "load_balanced",
    ]  # fmt: skip
    sent = {f"initial-{field.name}": field.value() or "" for field in form}
    sent |= {field.name: field.value() or "" for field in form}
    del sent["help_others"]
    assert client.post(address, sent | {"strategy": "manual"}).status_code == 302
    queue.refresh_from_db()
    assert (queue.strategy, queue.help_others) == ("manual", False)
    assert not hands(queue)


def test_the_item_page_costs_the_same_with_more_people(cast: Cast, browser_of: BrowserOf) -> None:
    queue, items = make(cast, annotations_required=5)
    client = browser_of(cast.manager)
    page = url("item-detail", cast.project, queue, item=items[0])
    few = _statements(client, page)
    for user in crowd(cast, 3):
        QueueMember.objects.create(queue=queue, user=user, can_annotate=True)
    assert _statements(client, page) == few


def _statements(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        read(client, page)
    return len(seen)
