"""What every answer to the script says of the hold: the seconds left, or that they stand still."""

import json
import re
from typing import Any

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from fields.models import Field
from queues.actions.holds.ending import release_hold
from queues.actions.status import pause_queue, resume_queue
from queues.models import Queue, Slot

from .. import factories
from ..conftest import Cast
from .pages import Desk
from .test_hot_path import statements
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


def save(desk: Desk, page: str, field: Field, version: int = 0) -> Any:
    answers = {f"f-{field.pk}": f"typed {version}", "version": str(version)}
    return told(desk.post(page, "draft", answers))


def ask(desk: Desk) -> Any:
    return told(desk.client.get(desk.url("item-time", desk.queue.items.get().pk)))


def half_gone() -> None:
    sql.run("update queues_slot set expires_at = clock_timestamp() + interval '1801 seconds'")


def test_each_save_tells_the_time_left_renewed_or_not(desk: Desk, field: Field) -> None:
    page = desk.start()
    for version in range(2):
        answer = save(desk, page, field, version)
        assert (answer["state"], answer["paused"]) == ("saved", False)
        assert 3590 <= answer["seconds"] <= 3600


def test_while_the_queue_is_paused_save_extend_and_question_say_that_the_time_stands_still(
    desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    half_gone()
    pause_queue(queue=queue, actor=SYSTEM)
    for answer in (save(desk, page, field), told(desk.post(page, "extend")), ask(desk)):
        assert (answer["seconds"], answer["paused"]) == (1800, True)
    assert Slot.objects.get().remaining is not None
    resume_queue(queue=queue, actor=SYSTEM)
    answer = ask(desk)
    assert (answer["state"], answer["paused"]) == ("held", False)
    assert 1790 <= answer["seconds"] <= 1800


def test_extend_does_not_say_of_another_tabs_hold_that_it_was_extended(
    cast: Cast, desk: Desk, queue: Queue
) -> None:
    page = desk.start()
    factories.lapse(Slot.objects.get().pk)
    Worker(queue, cast.annotator).claim()
    assert desk.post(page, "extend").status_code == 409
    pause_queue(queue=queue, actor=SYSTEM)
    assert told(desk.post(page, "extend"))["paused"]


def test_asking_renews_nothing(desk: Desk) -> None:
    desk.start()
    half_gone()
    before = Slot.objects.get().expires_at
    assert ask(desk)["seconds"] <= 1800
    assert Slot.objects.get().expires_at == before


def test_a_hold_that_is_over_is_told_with_its_reason_where_it_was_not_the_clock(
    cast: Cast, desk: Desk, queue: Queue
) -> None:
    desk.start()
    slot = Slot.objects.get()
    factories.lapse(slot.pk)
    assert ask(desk) == {
        "person": cast.annotator.pk, "state": "over", "sentence": "", "word": "Time is over",
        "goes_on": True,
    }  # fmt: skip
    pause_queue(queue=queue, actor=SYSTEM)
    assert "the queue is paused" in ask(desk)["sentence"]
    resume_queue(queue=queue, actor=SYSTEM)
    Worker(queue, cast.annotator).claim()
    release_hold(
        queue=queue, item_id=slot.item_id, slot_id=slot.pk, holder_id=cast.annotator.pk,
        actor=SYSTEM,
    )  # fmt: skip
    assert ask(desk)["sentence"].startswith("A manager has ended your reservation")


def test_an_item_submitted_in_another_tab_is_told_as_that(desk: Desk, field: Field) -> None:
    desk.post(desk.start(), "submit", {f"f-{field.pk}": "done"})
    assert ask(desk)["sentence"] == "You have submitted this item in another tab."


def test_somebody_who_never_held_the_item_is_told_so_with_who_asks(
    cast: Cast, desk: Desk, queue: Queue
) -> None:
    desk.start()
    answer = ask(Desk.of(queue, cast.second))
    assert (answer["person"], answer["state"]) == (cast.second.pk, "over")


def test_the_page_says_the_time_before_its_scripts_have_come(desk: Desk, queue: Queue) -> None:
    assert "60 min left" in words_of_time(desk.start())
    pause_queue(queue=queue, actor=SYSTEM)
    page = desk.start()
    assert words_of_time(page) == "Paused: your timer is stopped"
    assert 'id="ws-extend"' in page


def words_of_time(page: str) -> str:
    found = re.search(r'<span class="ws-time".*', page)
    assert found
    return re.sub(r"<[^>]+>", "", found[0]).strip()


def test_a_save_costs_no_statement_more_where_it_renews_nothing(
    desk: Desk, queue: Queue, field: Field
) -> None:
    page = desk.start()
    pause_queue(queue=queue, actor=SYSTEM)
    assert statements(lambda: save(desk, page, field)) <= 10
    assert statements(lambda: ask(desk)) <= 6
