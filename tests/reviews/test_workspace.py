"""The workspace over HTTP: start, submit and next, skip, park, and every kind of refusal."""

import json
import re

import pytest
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from fields.models import Field
from queues.actions.status import pause_queue
from queues.models import Queue, Reservation, Slot
from reviews.models import Annotation, Score

from .. import factories
from ..conftest import Cast
from .pages import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, name="Is it right?")


@pytest.fixture
def queue(cast: Cast, field: Field) -> Queue:
    return factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second], items=2,
        guidelines="Judge the **answer**.",
    )  # fmt: skip


@pytest.fixture
def desk(cast: Cast, queue: Queue) -> Desk:
    return Desk.of(queue, cast.annotator)


def test_get_shows_start_and_takes_nothing(desk: Desk) -> None:
    page = desk.client.get(desk.url("workspace")).content.decode()
    assert "Start annotating" in page
    assert not Reservation.objects.exists()


def test_start_shows_the_item_the_form_and_the_guidelines(desk: Desk) -> None:
    page = desk.start()
    assert "Where is my parcel?" in page
    assert "Is it right?" in page
    assert "Judge the <strong>answer</strong>" in page
    assert "0 done · 2 left" in page


def test_submit_answers_with_the_next_item_and_the_bar(desk: Desk, field: Field) -> None:
    first = desk.start()
    response = desk.post(first, "submit", {f"f-{field.pk}": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'id="workspace"' in page
    assert "hx-swap-oob" in page
    assert "1 done · 1 left" in page
    assert "<html" not in page
    assert Score.objects.get().value is True


def test_submit_works_without_a_script(desk: Desk, field: Field) -> None:
    response = desk.post(desk.start(), "submit", {f"f-{field.pk}": "false"}, htmx=False)
    assert response.status_code == 302
    assert Score.objects.get().value is False


def test_the_last_submit_shows_that_the_queue_is_finished(desk: Desk, field: Field) -> None:
    desk.post(desk.start(), "submit", {f"f-{field.pk}": "true"})
    page = desk.post(desk.start(), "submit", {f"f-{field.pk}": "true"})
    assert "This queue is finished" in page.content.decode()


def test_a_missing_answer_says_so_at_the_field_and_keeps_the_rest(
    cast: Cast, desk: Desk, field: Field
) -> None:
    note = factories.make_field(cast.project, "text", name="Why")
    queue = factories.make_queue(
        cast.project, fields=[field, note], annotators=[cast.annotator], items=1
    )
    mine = Desk.of(queue, cast.annotator)
    response = mine.post(mine.start(), "submit", {f"f-{note.pk}": "Because"})
    page = response.content.decode()
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#ws-form"
    assert "This needs an answer." in page
    assert "Because" in page
    assert not Score.objects.exists()


def test_autosave_answers_with_the_new_version(desk: Desk, field: Field) -> None:
    response = desk.post(desk.start(), "draft", {f"f-{field.pk}": "true"})
    answer = json.loads(response.content)
    assert (answer["version"], answer["state"]) == (1, "saved")
    again = desk.client.get(desk.url("workspace")).content.decode()
    assert "checked" in again


def test_a_stale_tab_is_told_of_the_conflict(desk: Desk, field: Field) -> None:
    page = desk.start()
    desk.post(page, "draft", {f"f-{field.pk}": "true"})
    response = desk.post(page, "draft", {f"f-{field.pk}": "false"})
    answer = json.loads(response.content)
    assert response.status_code == 409
    assert answer["draft"]["values"] == {str(field.pk): ["true"]}


def test_a_submit_from_a_stale_tab_is_told_the_other_text(desk: Desk, field: Field) -> None:
    page = desk.start()
    desk.post(page, "draft", {f"f-{field.pk}": "true"})
    response = desk.post(page, "submit", {f"f-{field.pk}": "false"})
    told = json.loads(response.content)
    assert (response.status_code, told["state"]) == (409, "conflict")
    assert told["draft"]["values"] == {str(field.pk): ["true"]}
    assert not Score.objects.exists()


def test_a_refused_submit_says_what_became_of_the_text(
    cast: Cast, desk: Desk, field: Field
) -> None:
    page = desk.start()
    factories.lapse(Slot.objects.get(state="held").pk)
    Desk.of(desk.queue, cast.second).start()
    response = desk.post(page, "submit", {f"f-{field.pk}": "true"})
    assert response.status_code == 409
    assert "kept as a draft" in response.content.decode()
    mine = desk.client.get(desk.url("own-work")).content.decode()
    assert "Not taken" in mine


def test_skip_brings_the_next_item_and_asks_why_where_the_queue_wants_it(
    cast: Cast, field: Field
) -> None:
    queue = factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator], items=2,
        skip_reason_required=True,
    )  # fmt: skip
    desk = Desk.of(queue, cast.annotator)
    page = desk.start()
    assert desk.post(page, "skip").status_code == 409
    assert desk.post(page, "skip", {"reason": "Not my subject"}).status_code == 200
    assert Reservation.objects.filter(ending="skipped", reason="Not my subject").count() == 1


def test_park_keeps_the_item_and_opens_another(desk: Desk) -> None:
    page = desk.start()
    assert desk.post(page, "park").status_code == 200
    assert Slot.objects.filter(state="held").count() == 2


def test_extend_gives_the_whole_time_again(desk: Desk) -> None:
    page = desk.start()
    response = desk.post(page, "extend")
    assert 3590 <= json.loads(response.content)["seconds"] <= 3600


def test_extend_after_a_lapse_says_so(desk: Desk) -> None:
    page = desk.start()
    factories.lapse(Slot.objects.get(state="held").pk)
    assert desk.post(page, "extend").status_code == 409


def test_a_paused_queue_shows_its_page_and_keeps_open_holds_open(cast: Cast, desk: Desk) -> None:
    desk.start()
    pause_queue(queue=desk.queue, actor=SYSTEM)
    assert "your timer is stopped" in desk.client.get(desk.url("workspace")).content.decode()
    other = Desk.of(desk.queue, cast.second)
    assert "This queue is paused" in other.client.get(other.url("workspace")).content.decode()


def test_nothing_for_you_now_names_the_earliest_expiry(cast: Cast, field: Field) -> None:
    queue = factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second], items=1
    )
    Desk.of(queue, cast.annotator).start()
    other = Desk.of(queue, cast.second)
    page = other.client.post(other.url("workspace")).content.decode()
    assert "Nothing for you right now" in page
    assert "<time" in page


def test_a_manager_who_does_not_annotate_is_refused(cast: Cast, queue: Queue) -> None:
    desk = Desk.of(queue, cast.manager)
    assert desk.client.get(desk.url("workspace")).status_code == 403


def test_an_item_of_another_queue_is_not_found_and_nothing_changes(
    cast: Cast, desk: Desk, field: Field
) -> None:
    other = factories.make_queue(cast.project, fields=[field], items=1)
    item = other.items.get()
    for verb in ("submit", "draft", "skip", "park", "extend", "pick"):
        response = desk.client.post(desk.url(f"item-{verb}", item.pk), {"token": "x"})
        assert response.status_code == 404, verb
    assert not Annotation.objects.exists()


def test_my_work_lists_what_waits_and_what_is_open(cast: Cast, desk: Desk) -> None:
    desk.start()
    page = desk.client.get(reverse("home")).content.decode()
    assert desk.queue.name in page
    assert re.search(r"Not finished\s*<span class=\"count\">1<", page)
    assert "Your queues" in page


def test_picking_opens_the_item(desk: Desk) -> None:
    second = desk.queue.items.order_by("seq").last()
    assert second is not None
    response = desk.client.post(desk.url("item-pick", second.pk))
    assert response.status_code == 302
    assert second.title in desk.client.get(desk.url("workspace")).content.decode()
