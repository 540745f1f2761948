"""How long somebody was at an item: what the page says, within what the clock allows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from annotate_site.projects.events import SYSTEM
from fields.models import Field
from queues.actions.holds.ending import release_hold
from queues.models import Queue, Reservation, Slot
from queues.visibility import Reader, Whose
from reviews.active_time import read_active_ms
from reviews.models import Annotation
from reviews.results.export import long, wide
from reviews.results.export.items import Scope

from .. import factories
from ..conftest import Cast
from .pages import Desk

pytestmark = pytest.mark.django_db
MINUTE = 60_000
ONE_ID = "0d6f4b1e-8f5d-4c6e-9a53-0c1f7d2b9a11"


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, "text", name="Why")


@pytest.fixture
def queue(cast: Cast, field: Field) -> Queue:
    return factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second], items=2
    )


@pytest.fixture
def desk(cast: Cast, queue: Queue) -> Desk:
    return Desk.of(queue, cast.annotator)


@pytest.fixture
def page(desk: Desk) -> str:
    """Of an item opened ten minutes ago."""
    page = desk.start()
    Reservation.objects.update(opened_at=F("opened_at") - timedelta(minutes=10))
    return page


def post(
    desk: Desk, page: str, verb: str, field: Field, active: object, text: str = "typed"
) -> Any:
    return desk.post(page, verb, {f"f-{field.pk}": text, "active_ms": str(active)})


def release(queue: Queue, held: Slot) -> None:
    assert held.annotator_id
    release_hold(
        queue=queue,
        item_id=held.item_id,
        slot_id=held.pk,
        holder_id=held.annotator_id,
        actor=SYSTEM,
    )


def stored() -> int | None:
    return Annotation.objects.get().active_ms


@pytest.mark.parametrize("verb", ["draft", "submit"])
def test_a_save_and_a_submit_carry_the_time(desk: Desk, page: str, field: Field, verb: str) -> None:
    assert post(desk, page, verb, field, 90_500).status_code == 200
    assert stored() == 90_500


@pytest.mark.parametrize("verb", ["draft", "submit"])
def test_it_is_never_more_than_the_time_since_the_item_was_opened(
    desk: Desk, page: str, field: Field, verb: str
) -> None:
    assert post(desk, page, verb, field, 2**31 - 1).status_code == 200
    spent = stored()
    assert spent is not None
    assert 10 * MINUTE <= spent < 11 * MINUTE


HOSTILE = [
    "", "-1", "-0", "1e9", "1.5", "NaN", "Infinity", "0x10", "1_000", "null", "true", "٣",
    str(2**31), "9" * 5000, "1; drop table reviews_score", "<b>",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_number_is_ignored_not_refused(
    desk: Desk, page: str, field: Field, value: str
) -> None:
    assert post(desk, page, "draft", field, value).status_code == 200
    assert stored() is None
    assert read_active_ms({"active_ms": value}) is None


def test_a_form_without_it_is_stored_like_any(desk: Desk, page: str, field: Field) -> None:
    page = page.replace('name="active_ms"', 'name="elsewhere"')
    assert desk.post(page, "submit", {f"f-{field.pk}": "typed"}).status_code == 200
    assert stored() is None


def test_the_form_continues_from_what_was_stored(desk: Desk, page: str, field: Field) -> None:
    post(desk, page, "draft", field, 90_500)
    assert (
        'name="active_ms" value="90500"' in desk.client.get(desk.url("workspace")).content.decode()
    )


def test_it_stays_through_a_park_a_lapse_and_another_opening(
    desk: Desk, queue: Queue, page: str, field: Field
) -> None:
    post(desk, page, "draft", field, 2 * MINUTE)
    desk.post(page, "park")
    parked = Reservation.objects.get(parked_at__isnull=False)
    assert parked.slot
    release(queue, parked.slot)
    desk.client.post(desk.url("item-pick", parked.item_id))
    again = desk.client.get(desk.url("workspace")).content.decode()
    assert f'value="{2 * MINUTE}"' in again
    assert post(desk, again, "submit", field, 5 * MINUTE).status_code == 200
    assert stored() == 5 * MINUTE


def test_a_page_that_comes_late_takes_nothing_away(desk: Desk, page: str, field: Field) -> None:
    post(desk, page, "draft", field, 3 * MINUTE)
    page = desk.client.get(desk.url("workspace")).content.decode()
    post(desk, page, "submit", field, 1)
    assert stored() == 3 * MINUTE


def test_a_repeated_submit_with_another_time_is_the_same_submit(
    desk: Desk, page: str, field: Field
) -> None:
    for active in (MINUTE, 2 * MINUTE):
        sent = {f"f-{field.pk}": "typed", "active_ms": str(active), "submission_id": ONE_ID}
        assert desk.post(page, "submit", sent).status_code == 200
    assert stored() == MINUTE


def test_refused_answers_keep_their_time(
    cast: Cast, desk: Desk, queue: Queue, page: str, field: Field
) -> None:
    held = Slot.objects.get(state="held")
    release(queue, held)
    other = Desk.of(queue, cast.second)
    other.client.post(other.url("item-pick", held.item_id))
    assert post(desk, page, "submit", field, MINUTE).status_code == 409
    assert Annotation.objects.get(annotator=cast.annotator).active_ms == MINUTE


def test_wrong_answers_keep_their_time(desk: Desk, page: str, field: Field) -> None:
    answer = post(desk, page, "submit", field, MINUTE, text="")
    assert answer.status_code == 422
    assert f'name="active_ms" value="{MINUTE}"' in answer.content.decode()


def test_the_export_tells_it_in_seconds(
    cast: Cast, desk: Desk, queue: Queue, page: str, field: Field
) -> None:
    post(desk, page, "submit", field, 90_540)
    scope = Scope(queue, Reader(cast.manager, Whose.ALL))
    assert [row["active_seconds"] for row in long.long_rows(scope)] == [90.5]
    assert [row["active_seconds"] for row in wide.wide_records(scope)] == [90.5, None]
