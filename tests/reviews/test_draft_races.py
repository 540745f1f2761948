"""Two tabs of one person at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from annotate_site import sql
from queues.actions.assignment import candidates
from queues.actions.assignment.claiming import retake
from queues.actions.holds.expiry import reap
from queues.models import Item, Slot

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "select count(distinct pid) as number from pg_locks where not granted"


def alone(work: Callable[[], Any]) -> Any:
    """In a thread with a connection of its own."""
    try:
        return work()
    finally:
        connection.close()


def together(item: Item, works: list[Callable[[], Any]]) -> list[Any]:
    """Runs all at once, each with a connection of its own, so that all of them wait for the item's
    row before any goes on; what each returned.
    """

    with ThreadPoolExecutor(len(works)) as pool:
        with transaction.atomic():
            Item.objects.select_for_update(no_key=True).get(pk=item.pk)
            running = [pool.submit(alone, work) for work in works]
            while sql.rows(WAITING)[0].number < len(works):
                assert not [one.exception() for one in running if one.done()]
        return [one.result() for one in running]


def test_two_tabs_that_save_after_a_lapse_hold_one_slot(cast: Cast) -> None:
    """Two annotations are wanted, so that a second slot is free for the second tab to run into."""
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], items=1, annotations_required=2
    )
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    factories.lapse(hold.slot_id)
    reap(queue_id=queue.pk)
    item = Item.objects.get(pk=hold.item_id)
    one, other = together(item, [lambda: worker.save(hold, "true")] * 2)
    assert one.hold.token == other.hold.token != hold.token
    assert Slot.objects.filter(state="held").count() == 1


def test_a_tab_finds_the_slot_that_the_other_took_while_it_looked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its look at own holds, when there was none, and its look for a free slot."""
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    factories.lapse(hold.slot_id)
    reap(queue_id=queue.pk)
    look = candidates.this_candidate
    taken: list[Any] = []

    def while_the_other_takes(*args: Any) -> Any:
        if not taken:
            taken.append(None)
            with ThreadPoolExecutor(1) as pool:
                taken[0] = pool.submit(alone, lambda: worker.save(hold, "true")).result()
        return look(*args)

    monkeypatch.setattr(candidates, "this_candidate", while_the_other_takes)
    found = retake(queue=queue, item_id=hold.item_id, user=cast.annotator, token=hold.token)
    assert found is not None
    assert found.token == taken[0].hold.token
