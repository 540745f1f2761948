"""Adding traces: what becomes of each id, and of the batch when the queue says no."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues import locks
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.status import archive_queue, close_queue
from queues.errors import WrongState
from queues.models import Batch, Item, Queue, Slot
from traces.models import TraceQueue

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
DISPLAY = {"inputs": ["messages"], "outputs": ["messages"]}


def batch_of(queue: Queue) -> Batch:
    return start_batch(queue=queue, by=None, display=DISPLAY, filter={})


def test_each_id_is_added_there_already_or_not_found(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotations_required=2)
    mine = [factories.make_trace(cast.project) for _ in range(3)]
    foreign = factories.make_trace(cast.other_project)
    factories.add_items(queue, mine[:1])
    wanted = [trace.pk for trace in [*mine, mine[2], foreign]]
    added = add_traces(queue=queue, trace_ids=wanted, batch=batch_of(queue), actor=SYSTEM)
    assert (added.added, added.duplicates, added.not_found) == (2, 1, [str(foreign.pk)])
    assert Slot.objects.filter(queue=queue, state="free").count() == 6
    assert TraceQueue.objects.filter(queue_id=queue.pk).count() == 3
    assert not TraceQueue.objects.filter(trace=foreign).exists()


@pytest.mark.parametrize("close", [archive_queue, close_queue])
def test_a_queue_that_refuses_keeps_no_empty_batch(
    cast: Cast, close: Callable[..., object]
) -> None:
    queue = factories.make_queue(cast.project)
    trace = factories.make_trace(cast.project)
    close(queue=queue, actor=SYSTEM)
    with pytest.raises(WrongState):
        add_traces(queue=queue, trace_ids=[trace.pk], batch=batch_of(queue), actor=SYSTEM)
    assert not Batch.objects.exists()
    assert not Item.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_adding_waits_for_an_adding_of_the_same_traces_in_another_order(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    wanted = [factories.make_trace(cast.project).pk for _ in range(2)]
    batch = batch_of(queue)
    results: list[int] = []

    def add_backwards() -> None:
        try:
            done = add_traces(queue=queue, trace_ids=wanted[::-1], batch=batch, actor=SYSTEM)
            results.append(done.duplicates)
        finally:
            connection.close()

    other = threading.Thread(target=add_backwards)
    with transaction.atomic():
        locks.share(queue.pk)
        locks.add(queue.pk)
        add_traces(queue=queue, trace_ids=wanted[:1], batch=batch_of(queue), actor=SYSTEM)
        other.start()
        wait_until_somebody_waits()
        add_traces(queue=queue, trace_ids=wanted[1:], batch=batch_of(queue), actor=SYSTEM)
    other.join()
    assert results == [2]


def wait_until_somebody_waits() -> None:
    """Until another connection of this database waits for a lock."""
    waiting = (
        "select 1 as waits from pg_locks where not granted and (database is null or database ="
    )
    while not sql.rows(
        waiting + " (select oid from pg_database where datname = current_database()))"
    ):
        time.sleep(0.01)
