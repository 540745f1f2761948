"""Two tabs of one person at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from annotate_site import sql
from queues.actions.holds.expiry import reap
from queues.models import Item, Slot

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "select count(distinct pid) as number from pg_locks where not granted"


def together(item: Item, works: list[Callable[[], Any]]) -> list[Any]:
    """Runs all at once, each with a connection of its own, so that all of them wait for the item's
    row before any goes on; what each returned.
    """

    def run(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        with transaction.atomic():
            Item.objects.select_for_update(no_key=True).get(pk=item.pk)
            running = [pool.submit(run, work) for work in works]
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
