"""What the script of the review page is told: why a hold is over, and what another tab stored."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.people.members import add_members
from queues.actions.status import close_queue
from queues.models import Item, Queue
from reviews.models import Review

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, lapse, reviewed_queue
from .pages import HTMX
from .review_pages import opened, read, sent, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], items=2,
        fields=[factories.make_field(cast.project, name="Is it right?")],
    )  # fmt: skip


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    return answer(queue, cast.annotator)


@pytest.fixture
def client(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.reviewer)


@pytest.fixture
def colleague(cast: Cast, queue: Queue) -> Judge:
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    return Judge(queue, cast.member)


def save(client: Client, item: Item, data: dict[str, str]) -> Any:
    response = client.post(url("item-review-draft", item.queue, item), data)
    return json.loads(response.content)


def test_a_save_is_told_which_colleague_has_the_item_now(
    queue: Queue, item: Item, client: Client, colleague: Judge
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Late"})
    lapse(item)
    colleague.open(item)
    told = save(client, item, data)
    assert (told["state"], told["version"]) == ("kept", 1)
    assert told["sentence"] == (
        "You no longer hold this item: Meera Pillai is reviewing it. What you type is still kept."
        " If it is free again, the next save takes it."
    )


@pytest.mark.parametrize(
    ("decision", "done"), [("approve", "approved this item"), ("reject", "sent this item back")]
)
def test_a_save_is_told_what_a_colleague_has_decided(
    queue: Queue, item: Item, client: Client, colleague: Judge, decision: str, done: str
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Late"})
    lapse(item)
    colleague.open(item)
    getattr(colleague, decision)(item)
    told = save(client, item, data)
    assert told["state"] == "kept"
    assert told["sentence"] == (
        f"Meera Pillai has {done} already. What you type is kept, but it is not used."
    )


def test_a_save_of_an_earlier_round_takes_no_hold_of_the_present_one(
    cast: Cast, queue: Queue, item: Item, client: Client, colleague: Judge
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Late"})
    lapse(item)
    colleague.open(item)
    colleague.reject(item)
    answer(queue, cast.annotator)
    assert save(client, item, data)["state"] == "kept"
    assert "This item waits for review." in read(client, url("item-review", queue, item))


def test_a_save_is_told_that_the_queue_has_been_closed(
    queue: Queue, item: Item, client: Client
) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": "Late"})
    close_queue(queue=queue, actor=SYSTEM)
    told = save(client, item, data)
    assert told["state"] == "kept"
    assert told["sentence"].startswith("This queue is closed")
    assert told["sentence"].endswith("What you type is still kept.")


@pytest.mark.parametrize("verb", ["review-draft", "approve", "reject", "review-release"])
def test_a_conflict_carries_what_is_stored_as_the_page_names_it(
    queue: Queue, item: Item, client: Client, verb: str
) -> None:
    page = opened(client, queue, item)
    annotation, field = item.annotations.get(), queue.queue_fields.get().field_id
    typed = {"remark": "Look again ", f"{annotation.pk}-{field}": "Read\nthe policy"}
    posted = {f"n-{name}": text for name, text in typed.items()} | {f"f-{field}": "false"}
    assert save(client, item, sent(page, **posted))["version"] == 1
    response = client.post(
        url(f"item-{verb}", queue, item), sent(page, **{"n-remark": "Other"}), headers=HTMX
    )
    assert response.status_code == 409
    draft = {"values": {str(field): ["false"]}, "notes": typed}
    assert json.loads(response.content) == {"state": "conflict", "version": 1, "draft": draft}
    assert not Review.objects.exclude(decided_at=None).exists()


def test_a_draft_is_stored_as_typed_and_a_decision_without_blanks_around(
    queue: Queue, item: Item, client: Client
) -> None:
    page = opened(client, queue, item)
    score = f"{item.annotations.get().pk}-{queue.queue_fields.get().field_id}"
    data = sent(page, **{"n-remark": " Look again\n", f"n-{score}": "  "})
    save(client, item, data)
    assert Review.objects.get().draft["remark"] == " Look again\n"
    client.post(url("item-reject", queue, item), data | {"version": "1"}, headers=HTMX)
    decided = Review.objects.get(decision="rejected")
    assert (decided.remark, decided.remarks) == ("Look again", {})


def test_blanks_alone_are_no_remark(queue: Queue, item: Item, client: Client) -> None:
    data = sent(opened(client, queue, item), **{"n-remark": " \n "})
    response = client.post(url("item-reject", queue, item), data, headers=HTMX)
    assert response.status_code == 422
    assert "Write what needs to change" in response.content.decode()
