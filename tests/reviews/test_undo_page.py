"""Undo in the workspace: offered after a submit or skip, with and without scripts."""

import re
from typing import Any

import pytest

from fields.models import Field
from queues.models import Queue, Reservation, Slot
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .pages import HTMX, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, name="Is it right?")


@pytest.fixture
def queue(cast: Cast, field: Field) -> Queue:
    return factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second], items=2
    )


@pytest.fixture
def desk(cast: Cast, queue: Queue) -> Desk:
    return Desk.of(queue, cast.annotator)


def submit(desk: Desk, field: Field, **more: Any) -> str:
    response = desk.post(desk.start(), "submit", {f"f-{field.pk}": "true"}, **more)
    page: str = response.content.decode()
    return page


def offer(page: str) -> str | None:
    """The token that the page's Undo sends."""
    found = re.search(r'id="ws-undo".*?name="token" value="([^"]+)"', page, re.S)
    return found[1] if found else None


def undo(desk: Desk, token: str | None, *, htmx: bool = True) -> Any:
    sent = {"token": token} if token else {}
    return desk.client.post(desk.url("undo"), sent, headers=HTMX if htmx else {})


def test_nothing_is_offered_before_the_first_answer(desk: Desk) -> None:
    assert offer(desk.start()) is None


def test_a_submit_is_taken_back_in_one_swap(desk: Desk, field: Field) -> None:
    page = submit(desk, field)
    title = desk.queue.items.order_by("seq")[0].title
    assert title not in page
    back = undo(desk, offer(page)).content.decode()
    assert title in back
    assert "checked" in back
    assert "0 done · 2 left" in back
    assert "<html" not in back
    assert Annotation.objects.get().state == "draft"


def test_it_works_as_a_plain_form(desk: Desk, field: Field) -> None:
    submit(desk, field, htmx=False)
    page = desk.client.get(desk.url("workspace")).content.decode()
    response = undo(desk, offer(page), htmx=False)
    assert response["Location"] == desk.url("workspace")
    assert "checked" in desk.client.get(desk.url("workspace")).content.decode()


def test_the_last_answer_of_a_queue_can_be_taken_back_from_its_end_page(
    desk: Desk, field: Field
) -> None:
    submit(desk, field)
    page = submit(desk, field)
    assert "This queue is finished" in page
    assert "1 done · 1 left" in undo(desk, offer(page)).content.decode()


def test_a_skip_whose_place_is_taken_is_told(cast: Cast, desk: Desk) -> None:
    page = desk.post(desk.start(), "skip").content.decode()
    Desk.of(desk.queue, cast.second).start()
    answer = undo(desk, offer(page)).content.decode()
    assert "Your skip is undone" in answer
    assert 'id="messages"' in answer


def test_a_refusal_says_why_and_changes_nothing(desk: Desk, field: Field) -> None:
    page = submit(desk, field)
    token = offer(page)
    undo(desk, token)
    again = undo(desk, token).content.decode()
    assert "not your latest answer" in again
    assert Slot.objects.filter(state="held").count() == 1
    assert Reservation.objects.filter(ending="undone").count() == 1


@pytest.mark.parametrize("token", [None, "x", "00000000-0000-0000-0000-000000000000"])
def test_a_forged_token_takes_nothing_back(desk: Desk, field: Field, token: str | None) -> None:
    submit(desk, field)
    assert undo(desk, token).status_code in (200, 404)
    assert Annotation.objects.get().state == "submitted"


def test_a_manager_who_does_not_annotate_is_refused(cast: Cast, queue: Queue) -> None:
    other = Desk.of(queue, cast.manager)
    assert undo(other, "00000000-0000-0000-0000-000000000000").status_code == 403
