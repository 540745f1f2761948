"""What one item costs the database, and what the bar counts."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate_site.projects.events import SYSTEM
from fields.models import Field
from queues.actions.holds.ending import release_hold
from queues.actions.items.changing import clear_skips
from queues.actions.status import complete_if_done
from queues.models import Queue
from reviews.workspace import desk as desks

from .. import factories
from ..conftest import Cast
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db
NOT_COUNTED = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.IGNORECASE)


@pytest.fixture
def field(cast: Cast) -> Field:
    return factories.make_field(cast.project, name="Is it right?")


def made(cast: Cast, field: Field, items: int) -> tuple[Desk, Queue]:
    queue = factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator], items=items
    )
    return Desk.of(queue, cast.annotator), queue


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not NOT_COUNTED.match(query["sql"]) for query in captured.captured_queries)


def test_one_more_item_costs_few_statements(cast: Cast, field: Field) -> None:
    desk, _ = made(cast, field, 3)
    page = desk.start()
    assert statements(lambda: desk.client.get(desk.url("workspace"))) <= 12
    assert statements(lambda: desk.post(page, "submit", {f"f-{field.pk}": "true"})) <= 22


def test_the_claim_after_the_last_submit_completes_the_queue(cast: Cast, field: Field) -> None:
    desk, queue = made(cast, field, 1)
    response = desk.post(desk.start(), "submit", {f"f-{field.pk}": "true"})
    assert "This queue is finished" in response.content.decode()
    queue.refresh_from_db()
    assert (queue.status, queue.completed_by) == ("completed", "itself")
    assert not complete_if_done(queue_id=queue.pk)


def test_the_bar_counts_no_further_than_it_says(
    cast: Cast, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "MOST_COUNTED", 3)
    desk, _ = made(cast, field, 6)
    page, told = desk.start(), []
    for _ in range(5):
        told += re.findall(r"[\d+]+ done · [\d+]+ left", page)
        response = desk.post(page, "submit", {f"f-{field.pk}": "true"})
        page = response.content.decode()
    assert told == [
        "0 done · 3+ left", "1 done · 3+ left", "2 done · 3+ left", "3+ done · 3 left",
        "3+ done · 2 left",
    ]  # fmt: skip


@pytest.mark.parametrize("most", [6, 500])
def test_what_is_left_is_the_same_whichever_way_it_is_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """From one's own holds where they are few, from what the items hold where they are many."""
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=6, annotations_required=2
    )
    me, other = Worker(queue, cast.annotator), Worker(queue, cast.second)
    me.submit(me.claim(), "true")  # still open: a second answer is wanted
    me.skip(me.claim())
    cleared = me.claim()
    me.skip(cleared)
    clear_skips(queue=queue, item_id=cleared.item_id, actor=SYSTEM)
    other.submit(other.claim(), "true")
    for _ in range(4):
        held = me.claim()
        release_hold(
            queue=queue, item_id=held.item_id, slot_id=held.slot_id, holder_id=cast.annotator.pk,
            actor=SYSTEM,
        )  # fmt: skip
    monkeypatch.setattr(desks, "MOST_COUNTED", most)
    assert desks.position(queue, cast.annotator).left == "4"
