"""What the script is told: whose page it is, why a hold is over, why an item is back."""

import json
from typing import Any

import pytest
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from fields.models import Field
from queues.actions.holds.ending import release_hold
from queues.actions.status import close_queue, pause_queue
from queues.models import Queue, Slot
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, "text", name="Why")


@pytest.fixture
def queue(cast: Cast, field: Field) -> Queue:
    return factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second], items=1
    )


@pytest.fixture
def desk(cast: Cast, queue: Queue) -> Desk:
    return Desk.of(queue, cast.annotator)


def told(response: Any) -> Any:
    return json.loads(response.content)


def save(desk: Desk, page: str, field: Field) -> Any:
    return told(desk.post(page, "draft", {f"f-{field.pk}": "typed"}))


@pytest.mark.parametrize("verb", ["draft", "submit"])
def test_a_page_left_open_is_never_stored_in_another_persons_name(
    cast: Cast, desk: Desk, field: Field, verb: str
) -> None:
    page = desk.start()
    desk.client.force_login(cast.second)
    response = desk.post(page, verb, {f"f-{field.pk}": "Amara's words"})
    assert response.status_code == 409
    assert "Someone else is signed in" in response.content.decode()
    assert not Annotation.objects.exists()


def test_who_is_signed_in_is_told_with_a_token_that_forms_can_use(cast: Cast, desk: Desk) -> None:
    answer = told(desk.client.get(reverse("signed-in")))
    assert answer["person"] == cast.annotator.pk
    assert len(answer["csrf"]) == 64


def test_a_hold_that_is_over_is_told_with_its_reason(
    cast: Cast, desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    slot = Slot.objects.get(state="held")
    release_hold(
        queue=queue, item_id=slot.item_id, slot_id=slot.pk, holder_id=cast.annotator.pk,
        actor=SYSTEM,
    )  # fmt: skip
    answer = save(desk, page, field)
    assert answer["state"] == "kept"
    assert answer["sentence"].startswith("A manager has ended your reservation")


def test_after_a_lapse_the_place_may_be_taken_or_the_queue_paused(
    cast: Cast, desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    factories.lapse(Slot.objects.get().pk)
    Worker(queue, cast.second).claim()
    assert "somebody else has the place now" in save(desk, page, field)["sentence"]
    pause_queue(queue=queue, actor=SYSTEM)
    assert "the queue is paused" in save(desk, page, field)["sentence"]
    close_queue(queue=queue, actor=SYSTEM)
    assert save(desk, page, field)["state"] == "kept"


def test_refused_work_is_offered_first_and_says_why(
    cast: Cast, desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    factories.lapse(Slot.objects.get().pk)
    worker = Worker(queue, cast.second)
    hold = worker.claim()
    assert desk.post(page, "submit", {f"f-{field.pk}": "too late"}).status_code == 409
    worker.skip(hold)
    again = desk.start()
    assert "A place is free now" in again
    assert "too late" in again
    assert desk.post(again, "submit", {f"f-{field.pk}": "too late"}).status_code == 200
    assert Annotation.objects.get(annotator=cast.annotator).state == "submitted"


def test_a_draft_whose_time_ended_says_so_and_one_that_was_never_away_does_not(
    desk: Desk, field: Field
) -> None:
    page = desk.start()
    save(desk, page, field)
    assert "Your time on this item ended" not in desk.start()
    factories.lapse(Slot.objects.get().pk)
    assert "Your time on this item ended" in desk.start()


def test_something_missing_after_a_lapse_is_told_at_the_field_of_the_same_item(
    cast: Cast, desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    factories.lapse(Slot.objects.get().pk)
    Worker(queue, cast.second).claim()
    response = desk.post(page, "submit")
    again = response.content.decode()
    assert response.status_code == 422
    assert "This needs an answer." in again
    item = queue.items.get()
    assert f'data-item="{item.pk}"' in again


def test_text_is_stored_even_where_its_version_has_no_row_any_more(
    desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    answer = told(desk.post(page, "draft", {f"f-{field.pk}": "typed", "version": "4"}))
    assert (answer["version"], answer["state"]) == (1, "saved")
