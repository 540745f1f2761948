"""What beat does each minute: safe when fired twice, late or never, and stopped by nobody."""

import multiprocessing
from collections import Counter
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues import locks
from queues.actions.assignment.claiming import claim_next
from queues.actions.status import close_queue
from queues.models import Queue, Reservation, Slot
from queues.tasks import sweep

from .. import factories
from ..conftest import Cast
from ..forked import forget_inherited_connection
from ..reviews.working import Worker

pytestmark = pytest.mark.django_db(transaction=True)


def lapsed_queue(cast: Cast, people: list[User]) -> Queue:
    """Each of them let one item lapse."""
    queue = factories.make_queue(cast.project, annotators=people, items=len(people))
    holds = [claim_next(queue_id=queue.pk, user=user) for user in people]
    for hold in holds:  # afterwards: a claim ends what has lapsed
        factories.lapse(hold.slot_id)
    return queue


def make_people(cast: Cast, number: int) -> list[User]:
    people = [factories.make_user() for _ in range(number)]
    for user in people:
        factories.join(cast.project, user)
    return people


def sweep_in_a_process(start: Any) -> None:
    forget_inherited_connection()
    start.wait(timeout=60)
    sweep()
    connections.close_all()


def test_four_sweeps_at_once_end_each_hold_once(cast: Cast) -> None:
    people = make_people(cast, 60)  # more than one batch
    queues = [lapsed_queue(cast, people) for _ in range(2)]
    context = multiprocessing.get_context("fork")
    connections.close_all()
    start = context.Barrier(4)
    sweeps = [context.Process(target=sweep_in_a_process, args=(start,)) for _ in range(4)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join(timeout=120)
    assert [one.exitcode for one in sweeps] == [0, 0, 0, 0]
    told = Event.objects.filter(object_type="slot", to_value="free", reason="expired")
    per_slot = Counter(told.values_list("object_id", flat=True))
    assert len(per_slot) == 120
    assert set(per_slot.values()) == {1}
    assert set(told.values_list("actor_kind", flat=True)) == {"beat"}
    assert Slot.objects.filter(queue__in=queues, state="free").count() == 120


class Busy(Thread):
    """Holds the exclusive lock of a queue, or an item, as long as it is told to."""

    def __init__(self, queue: Queue, item: UUID | None = None) -> None:
        super().__init__()
        self.queue, self.item, self.gate = queue, item, Barrier(2, timeout=60)

    def run(self) -> None:
        with transaction.atomic():
            if self.item:
                list(self.queue.items.select_for_update(no_key=True).filter(pk=self.item))
            else:
                locks.exclude(self.queue.pk)
            self.gate.wait()
            self.gate.wait()
        connection.close()

    def __enter__(self) -> None:
        self.start()
        self.gate.wait()

    def __exit__(self, *_: object) -> None:
        self.gate.wait()
        self.join()


def endings(queue: Queue) -> list[str]:
    return sorted(Reservation.objects.filter(queue=queue).values_list("ending", flat=True))


def test_a_queue_that_is_busy_is_left_to_the_next_minute(cast: Cast) -> None:
    busy, other = (lapsed_queue(cast, [cast.annotator]) for _ in range(2))
    sql.run("set lock_timeout = '200ms'")
    try:
        with Busy(busy):
            sweep()
            assert (endings(busy), endings(other)) == ([""], ["expired"])
    finally:
        sql.run("reset lock_timeout")
    sweep()
    assert endings(busy) == ["expired"]


def test_an_item_that_somebody_works_on_is_passed_over(cast: Cast) -> None:
    queue = lapsed_queue(cast, [cast.annotator, cast.second])
    item = Slot.objects.filter(annotator=cast.annotator).get().item_id
    with Busy(queue, item):
        sweep()
        assert endings(queue) == ["", "expired"]
    sweep()
    assert endings(queue) == ["expired", "expired"]


def test_without_any_sweep_lapsed_places_are_taken_and_the_queue_completes(cast: Cast) -> None:
    queue = lapsed_queue(cast, [cast.annotator])
    queue.members.create(user=cast.second, can_annotate=True)
    worker = Worker(queue, cast.second)
    worker.submit(worker.claim(), "true")
    assert endings(queue) == ["expired", "submitted"]
    queue.refresh_from_db()
    assert (queue.status, queue.completed_by) == ("completed", "itself")


def test_a_sweep_changes_nothing_where_nothing_is_due(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    worker.claim()
    closed = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    close_queue(queue=closed, actor=SYSTEM)
    before = Event.objects.count()
    for _ in range(2):
        sweep()
    assert Event.objects.count() == before
    assert endings(queue) == ["", "submitted"]
