"""Items follow the number of annotations that a queue requires, by a job where they are many."""

import pytest

from annotate_site.jobs import run_job
from annotate_site.projects.events import SYSTEM, Actor
from queues.actions.items import required
from queues.actions.items.required import change_required
from queues.actions.status import close_queue
from queues.models import Queue

from ..conftest import Cast
from .requiring import change, make

pytestmark = pytest.mark.django_db


def test_beyond_a_batch_a_worker_follows_in_short_transactions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "BATCH", 2)
    queue = make(cast, 1, items=5)
    job = change_required(
        queue=queue, required=2, raise_completed=False, actor=Actor.person(cast.manager)
    )
    assert job is not None
    assert job.state == "waiting"
    assert Queue.objects.get(pk=queue.pk).annotations_required == 2
    assert {item.required for item in queue.items.all()} == {1}
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["items"]) == ("done", 5)
    assert {item.required for item in queue.items.all()} == {2}


def test_a_job_that_comes_late_follows_the_number_as_it_is_then(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "BATCH", 2)
    queue = make(cast, 1, items=5)
    late = change(queue, 3)
    now = change(queue, 2)
    assert late is not None
    assert now is not None
    for job in (now, late, now):
        run_job(str(job.pk))
    assert {item.required for item in queue.items.all()} == {2}


def test_a_job_follows_also_where_the_queue_was_closed_meanwhile_and_leaves_it_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "BATCH", 2)
    queue = make(cast, 1, items=5)
    job = change(queue, 2)
    close_queue(queue=queue, actor=SYSTEM)
    assert job is not None
    run_job(str(job.pk))
    assert {item.required for item in queue.items.all()} == {2}
    assert Queue.objects.get(pk=queue.pk).completed_by == "person"
