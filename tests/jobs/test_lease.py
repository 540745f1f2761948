"""One worker has a job at a time, and when it dies another has it soon."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse

from annotate_site import sql
from annotate_site.jobs import JobFailed, run_job
from annotate_site.jobs.outbox import BACK_AFTER, MOST_ATTEMPTS, NotYet, drain
from annotate_site.jobs.running import GIVEN_UP
from annotate_site.projects.models import Job, User
from annotate_site.projects.models.records import JOB_LEASE

from ..conftest import Cast
from ..forked import forget_inherited_connection
from . import scenes

pytestmark = pytest.mark.django_db(transaction=True)
FORK = multiprocessing.get_context("fork")


def drain_in_a_process() -> None:
    forget_inherited_connection()
    drain()


@contextmanager
def worker_within(reached: Any) -> Iterator[BaseProcess]:
    """A real process that drains, once it is in the step that tells so."""
    connections.close_all()
    process = FORK.Process(target=drain_in_a_process)
    process.start()
    assert reached.wait(timeout=60)
    reached.clear()
    yield process
    process.join(timeout=60)


def kill(process: BaseProcess) -> None:
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join(timeout=60)


def stay_in(row: int, reached: Any, leave: Any = None) -> scenes.Act:
    """Workers in processes of their own wait in this step: to be let go, or to be killed."""
    parent = os.getpid()

    def act(job: Job, present: int) -> None:
        if present == row and os.getpid() != parent:
            reached.set()
            leave.wait(timeout=60) if leave else signal.pause()

    return act


def test_a_job_whose_worker_is_killed_runs_again(cast: Cast) -> None:
    """In the midst of its second step: the first one is kept, the second leaves no trace."""
    reached = FORK.Event()
    with scenes.kind(stay_in(1, reached)):
        job = scenes.start(cast)
        with worker_within(reached) as worker:
            kill(worker)
        assert (scenes.fresh(job).state, scenes.rows_written(job)) == ("running", [0])
        assert drain() == 0
        scenes.let_pass(BACK_AFTER)
        assert drain() == 1
    assert (scenes.fresh(job).state, scenes.fresh(job).result) == ("done", {"rows": 3})
    assert scenes.rows_written(job) == [0, 1, 2]


def test_a_job_that_another_worker_has_is_not_taken_and_its_row_stays_due(cast: Cast) -> None:
    reached, leave = FORK.Event(), FORK.Event()
    with scenes.kind(stay_in(1, reached, leave)):
        job = scenes.start(cast)
        with worker_within(reached):
            heartbeat = scenes.fresh(job).heartbeat_at
            assert heartbeat
            due = heartbeat + JOB_LEASE
            assert run_job(str(job.pk)) == NotYet(due)
            row = scenes.row_of(job)
            row.due_at = sql.clock()  # the row has come back, the lease has not ended
            row.save(update_fields=["due_at"])
            assert drain() == 0
            row.refresh_from_db()
            assert (row.done_at, row.due_at, row.attempts) == (None, due, 1)
            leave.set()
    row.refresh_from_db()
    assert row.done_at
    assert scenes.rows_written(job) == [0, 1, 2]


@pytest.mark.parametrize("ends_with", [None, JobFailed("Too late."), OperationalError("gone")])
def test_a_worker_slower_than_its_lease_changes_nothing(
    cast: Cast, ends_with: Exception | None
) -> None:
    """It is stopped within a step until another has done the job; its step is rolled back."""
    reached, leave, parent = FORK.Event(), FORK.Event(), os.getpid()
    stay = stay_in(1, reached, leave)

    def act(job: Job, row: int) -> None:
        stay(job, row)
        if row == 1 and ends_with and os.getpid() != parent:
            raise ends_with

    with scenes.kind(before=act):
        job = scenes.start(cast)
        with worker_within(reached):
            scenes.let_pass(JOB_LEASE)
            assert drain() == 1
            before = scenes.fresh(job)
            assert before.state == "done"
            leave.set()
    after, row = scenes.fresh(job), scenes.row_of(job)
    assert (after.state, after.heartbeat_at) == ("done", before.heartbeat_at)
    assert (row.done_at is None, row.attempts) == (False, 2)
    assert scenes.rows_written(job) == [0, 1, 2]


def take_part(start: Any) -> None:
    forget_inherited_connection()
    start.wait(timeout=60)
    drain()


def test_two_workers_never_run_one_job_at_once(cast: Cast) -> None:
    """A step that finds another in the midst of the same job fails the test's job."""
    inside, start = FORK.Value("i", 0), FORK.Barrier(4)

    def alone(job: Job, row: int) -> None:
        with inside.get_lock():
            inside.value += 1
            assert inside.value == 1
        sql.rows("select pg_sleep(0.01)")  # long enough for others to come in
        with inside.get_lock():
            inside.value -= 1

    with scenes.kind(alone):
        job = scenes.start(cast, rows=20)
        connections.close_all()
        workers = [FORK.Process(target=take_part, args=(start,)) for _ in range(4)]
        for one in workers:
            one.start()
        for one in workers:
            one.join(timeout=120)
        assert [one.exitcode for one in workers] == [0, 0, 0, 0]
    assert (scenes.fresh(job).state, scenes.rows_written(job)) == ("done", list(range(20)))


def test_a_job_that_kills_every_worker_is_given_up(cast: Cast) -> None:
    reached = FORK.Event()
    with scenes.kind(stay_in(0, reached)):
        job = scenes.start(cast)
        for _ in range(MOST_ATTEMPTS):
            with worker_within(reached) as worker:
                kill(worker)
            scenes.let_pass(JOB_LEASE + BACK_AFTER)
        assert drain() == 1
    assert (scenes.fresh(job).state, scenes.fresh(job).failure) == ("failed", GIVEN_UP)


def test_the_page_of_a_job_whose_worker_died_says_that_it_waits(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    with scenes.kind():
        job = scenes.start(cast)
    client = browser_of(cast.manager)
    address = reverse("projects:job-detail", args=[cast.project.slug, job.pk])
    begins, continues = "It begins as soon as", "It continues as soon as"
    assert begins in client.get(address).content.decode()
    now = sql.clock()
    Job.objects.update(state="running", started_at=now, heartbeat_at=now, done=7, total=9)
    page = client.get(address).content.decode()
    assert "waiting for a worker" not in page
    assert "7 of 9" in page
    scenes.let_pass(JOB_LEASE + timedelta(seconds=1))
    page = client.get(address).content.decode()
    assert continues in page
    assert "7 of 9" in page
    assert 'data-state="waiting"' in page
