"""A lock that somebody else holds for too long: 503, nothing is lost, and asking again works."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from annotate_site import sql
from annotate_site.errors import PROBLEM
from queues.models import Item, Queue, Slot
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .pages import HTMX, Desk

pytestmark = pytest.mark.django_db(transaction=True)

HOLD = "select pg_advisory_lock(hashtextextended(%s, 0))"
LET_GO = "select pg_advisory_unlock_all()"


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator], items=2)


@pytest.fixture
def somebody() -> Iterator[Any]:
    """A second connection; ours waits for its locks no longer than a moment."""
    other = connection.copy()
    sql.run("set lock_timeout = '20ms'")
    with other.cursor() as cursor:
        yield cursor
    other.close()
    sql.run("reset lock_timeout")


def test_a_submit_that_waits_too_long_is_503_and_the_same_one_goes_through_afterwards(
    cast: Cast, queue: Queue, somebody: Any
) -> None:
    desk = Desk.of(queue, cast.annotator)
    page = desk.start()
    answers = {
        f"f-{queue.queue_fields.get().field_id}": "true",
        "submission_id": "0199e2d0-0000-7000-8000-000000000001",
    }
    somebody.execute(HOLD, [f"queue {queue.pk}"])  # as somebody who changes its settings
    busy = desk.post(page, "submit", answers)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "1")
    assert "Everything that was saved before is kept." in busy.content.decode()
    assert not Annotation.objects.exists()
    somebody.execute(LET_GO)
    assert desk.post(page, "submit", answers).status_code == 200
    assert desk.post(page, "submit", answers).status_code == 200
    assert Annotation.objects.get().state == "submitted"


@pytest.mark.parametrize("headers", [{}, HTMX, {"Accept": PROBLEM}])
def test_next_is_503_while_somebody_has_the_queue(
    cast: Cast, queue: Queue, somebody: Any, headers: dict[str, str]
) -> None:
    desk = Desk.of(queue, cast.annotator)
    somebody.execute(HOLD, [f"queue {queue.pk}"])
    response = desk.client.post(desk.url("workspace"), headers=headers)
    assert response.status_code == 503
    assert not Slot.objects.filter(state="held").exists()
    assert not Item.objects.exclude(status="pending").exists()
