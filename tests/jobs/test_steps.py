"""A job runs in steps: it is stopped after any of them, and continues where it was."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import OperationalError

from annotate_site.jobs import JobFailed, running
from annotate_site.jobs.outbox import BACK_AFTER, FIRST_PAUSE, MOST_ATTEMPTS, drain
from annotate_site.projects.models import Event, Job

from ..conftest import Cast
from . import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each slice is over after its first step."""
    monkeypatch.setattr(running, "SLICE", timedelta())


def test_a_job_longer_than_its_time_finishes_in_slices(cast: Cast, no_time: None) -> None:
    with scenes.kind():
        job = scenes.start(cast)
        seen = []
        for _ in range(4):
            running.run_job(str(job.pk))
            now = scenes.fresh(job)
            seen.append((now.state, now.done, now.total, now.cursor))
    assert seen == [
        ("waiting", 1, 3, 1), ("waiting", 2, 3, 2), ("waiting", 3, 3, 3), ("done", 3, 3, 3),
    ]  # fmt: skip
    assert scenes.rows_written(job) == [0, 1, 2]
    assert scenes.fresh(job).result == {"rows": 3}


def test_a_drain_finishes_a_long_job_and_counts_no_attempts(cast: Cast, no_time: None) -> None:
    with scenes.kind():
        job = scenes.start(cast, rows=MOST_ATTEMPTS + 4)
        assert drain() == 1
    row = scenes.row_of(job)
    assert (scenes.fresh(job).state, row.attempts, row.last_error) == ("done", 1, "")
    assert row.done_at


def test_jobs_behind_a_long_one_have_their_turn_between_its_steps(
    cast: Cast, no_time: None
) -> None:
    order: list[tuple[str, int]] = []
    with scenes.kind(lambda job, row: order.append((job.title, row))):
        scenes.start(cast, title="long", rows=3)
        scenes.start(cast, title="short", rows=1)
        assert drain() == 2
    assert order == [("long", 0), ("short", 0), ("long", 1), ("long", 2)]
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_a_drain_ends_when_its_budget_does_and_another_goes_on(
    cast: Cast, no_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[bool] = []
    monkeypatch.setattr("annotate_site.jobs.outbox.BUDGET", timedelta())
    monkeypatch.setattr("annotate_site.jobs.outbox.wake", lambda: woken.append(True))
    with scenes.kind():
        job = scenes.start(cast, rows=1)
        assert (drain(), drain()) == (0, 1)
    assert scenes.fresh(job).state == "done"
    assert woken == [True, True]


@pytest.mark.parametrize("error", [SoftTimeLimitExceeded(), OperationalError("gone")])
def test_what_may_be_over_next_time_leaves_the_job_waiting(cast: Cast, error: Exception) -> None:
    """No job says that something went wrong when it was only slow."""
    hurt = [error]

    def fail_once(job: Job, row: int) -> None:
        if row == 1 and hurt:
            raise hurt.pop()

    with scenes.kind(fail_once):
        job = scenes.start(cast)
        if isinstance(error, SoftTimeLimitExceeded):
            with pytest.raises(SoftTimeLimitExceeded):  # the task ends, within its hard limit
                drain()
        else:
            drain()
        waiting = scenes.fresh(job)
        assert (waiting.state, waiting.failure, waiting.cursor) == ("waiting", "", 1)
        assert scenes.rows_written(job) == [0]
        assert drain() == 0
        scenes.let_pass(FIRST_PAUSE)
        assert drain() == 1
    assert scenes.fresh(job).result == {"rows": 3}
    assert scenes.rows_written(job) == [0, 1, 2]


def test_what_always_fails_is_given_up_with_a_sentence(cast: Cast) -> None:
    def fail(job: Job, row: int) -> None:
        raise OperationalError("gone")

    with scenes.kind(fail):
        job = scenes.start(cast)
        for _ in range(MOST_ATTEMPTS):
            assert drain() == 0
            assert scenes.fresh(job).state == "waiting"
            scenes.let_pass(timedelta(hours=1))
        assert drain() == 1
    assert (scenes.fresh(job).state, scenes.fresh(job).failure) == ("failed", running.GIVEN_UP)
    assert scenes.row_of(job).last_error == "OperationalError: gone"


def test_a_failure_ends_the_job_and_keeps_the_steps_before(cast: Cast) -> None:
    sentences = {"a": "", "b": ""}
    for name, error in (("a", JobFailed("The queue is gone.")), ("b", ZeroDivisionError())):

        def fail(job: Job, row: int, error: Exception = error) -> None:
            if row == 1:
                raise error

        with scenes.kind(fail):
            job = scenes.start(cast)
            assert drain() == 1
        assert (scenes.fresh(job).state, scenes.rows_written(job)) == ("failed", [0])
        sentences[name] = scenes.fresh(job).failure
    assert sentences == {"a": "The queue is gone.", "b": running.WRONG}


def test_a_job_begun_by_a_page_is_finished_by_a_worker(cast: Cast, no_time: None) -> None:
    with scenes.kind():
        job = scenes.start(cast, at_once=True)
        assert (job.state, job.done) == ("waiting", 1)
        assert drain() == 1
    assert scenes.fresh(job).state == "done"


def test_a_page_that_could_not_run_its_job_leaves_it_to_a_worker(cast: Cast) -> None:
    hurt = [OperationalError("a lock that somebody has")]

    def fail_once(job: Job, row: int) -> None:
        if hurt:
            raise hurt.pop()

    with scenes.kind(fail_once):
        job = scenes.start(cast, at_once=True)
        assert (job.state, job.done) == ("waiting", 0)
        assert drain() == 1
    assert scenes.fresh(job).state == "done"


def test_a_job_done_by_its_page_needs_no_worker(cast: Cast) -> None:
    with scenes.kind():
        job = scenes.start(cast, at_once=True)
        assert job.state == "done"
        assert drain() == 0
        scenes.let_pass(BACK_AFTER)
        assert drain() == 1
    told = Event.objects.filter(object_type="job", object_id=str(job.pk)).order_by("pk")
    assert list(told.values_list("to_value", flat=True)) == ["waiting", "done"]
