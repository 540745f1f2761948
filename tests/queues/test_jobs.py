"""Each kind of a queue's jobs, stopped after each of its steps, does what it does in one go."""

from datetime import timedelta
from typing import Any

import pytest

from annotate_site.jobs import run_job, running, start_job
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job
from queues import jobs
from queues.actions.items import required
from queues.actions.items.adding import start_batch
from queues.actions.status import archive_queue
from queues.models import Queue, Slot
from traces import selecting

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_small_step_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SLICE", timedelta())
    for module, name in ((jobs, "BATCH"), (required, "BATCH"), (selecting, "CHUNK")):
        monkeypatch.setattr(module, name, 2)


def start(cast: Cast, kind: str, **params: Any) -> Job:
    return start_job(
        project=cast.project, kind=kind, title="Test", by=cast.manager, params=params, at_once=False
    )


def run(job: Job) -> list[int]:
    """How many were done after each slice."""
    done = []
    while run_job(str(job.pk)):
        job.refresh_from_db()
        done.append(job.done)
    job.refresh_from_db()
    return done


def items_of(queue: Queue) -> list[str]:
    return [str(item.pk) for item in queue.items.order_by("seq")]


def adding(cast: Cast, queue: Queue, selection: str) -> Job:
    display = {"inputs": ["messages"], "outputs": ["messages"]}
    batch = start_batch(queue=queue, by=cast.manager, display=display, filter={})
    return start(cast, jobs.ADD_TO_QUEUE, batch=batch.pk, selection=selection)


@pytest.mark.parametrize("by_filter", [True, False])
def test_adding(cast: Cast, by_filter: bool) -> None:
    queue = factories.make_queue(cast.project)
    traces = [factories.make_trace(cast.project) for _ in range(5)]
    factories.add_items(queue, traces[:1])
    ids = "&".join(f"trace={trace.pk}" for trace in traces)
    job = adding(cast, queue, "all=1" if by_filter else ids)
    assert run(job) == [0, 2, 4, 5]
    assert (job.state, job.total) == ("done", 5)
    expected = {"queue": str(queue.pk), "added": 4, "duplicates": 1, "not_found": 0}
    assert job.result == expected
    assert queue.items.count() == 5


def test_adding_to_a_queue_that_is_archived_before(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    factories.make_trace(cast.project)
    job = adding(cast, queue, "all=1")
    archive_queue(queue=queue, actor=SYSTEM)
    run(job)
    assert job.state == "failed"
    assert job.failure.startswith("Nothing was added")
    assert not queue.batches.exists()


def test_adding_to_a_queue_that_is_archived_in_between(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    for _ in range(5):
        factories.make_trace(cast.project)
    job = adding(cast, queue, "all=1")
    run_job(str(job.pk))
    run_job(str(job.pk))
    archive_queue(queue=queue, actor=SYSTEM)
    run(job)
    assert job.state == "failed"
    assert job.failure.startswith("This queue is archived.")
    assert job.failure.endswith("Before that, 2 were added.")
    assert queue.items.count() == 2


def test_binding_is_even_over_all_slices(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=5)
    ids = [person.pk for person in people]
    job = start(
        cast, jobs.BIND_ITEMS, queue=str(queue.pk), people=ids, items=items_of(queue)
    )  # fmt: skip
    assert run(job) == [2, 4, 5]
    assert job.result == {"queue": str(queue.pk), "bound": 5, "passed_over": 0}
    bound = [Slot.objects.filter(queue=queue, assigned_to=person).count() for person in people]
    assert sorted(bound) == [2, 3]


def test_changing_priorities(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=5)
    items = items_of(queue)
    job = start(cast, jobs.CHANGE_PRIORITY, queue=str(queue.pk), items=items, priority=7)
    assert run(job) == [2, 4, 5]
    assert job.result == {"queue": str(queue.pk), "changed": 5}
    assert queue.items.filter(priority=7).count() == 5


def test_following_the_number_of_annotations(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=5)
    required.change_required(queue=queue, required=3, raise_completed=False, actor=SYSTEM)
    job = Job.objects.get()
    assert run(job) == [2, 4, 5]
    assert job.result == {"queue": str(queue.pk), "items": 5}
    assert queue.items.filter(required=3).count() == 5
