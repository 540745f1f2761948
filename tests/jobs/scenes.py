"""A kind of job that tests steer: it writes one row a step, and does more where it is told to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F

from annotate_site.jobs import Step, Steps, start_job
from annotate_site.jobs.kinds import KINDS
from annotate_site.projects.models import Job, JobError, Outbox

from ..conftest import Cast

KIND = "a_test"
Act = Callable[[Job, int], None]


def nothing(job: Job, row: int) -> None:
    """A step that does no more than write its row."""


@contextmanager
def kind(act: Act = nothing, *, before: Act = nothing) -> Iterator[None]:
    """`act` is called within each step after it has written its row, `before` before that."""

    def work(job: Job) -> Steps:
        rows = job.params["rows"]
        for row in range(job.cursor or 0, rows):
            before(job, row)
            JobError.objects.create(job=job, row=row, message="done")
            act(job, row)
            yield Step(row + 1, row + 1, rows)
        return {"rows": job.errors.count()}

    KINDS[KIND] = work
    try:
        yield
    finally:
        del KINDS[KIND]


def start(cast: Cast, *, rows: int = 3, title: str = "Test", at_once: bool = False) -> Job:
    params = {"rows": rows}
    return start_job(
        project=cast.project, kind=KIND, title=title, by=cast.manager, params=params,
        at_once=at_once,
    )  # fmt: skip


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def rows_written(job: Job) -> list[int]:
    """In the order of writing."""
    return list(job.errors.order_by("pk").values_list("row", flat=True))


def row_of(job: Job) -> Outbox:
    return Outbox.objects.get(key=str(job.pk))


def let_pass(time: timedelta) -> None:
    """Everything that waits for the clock has waited for so much longer."""
    Job.objects.update(heartbeat_at=F("heartbeat_at") - time, started_at=F("started_at") - time)
    Outbox.objects.update(due_at=F("due_at") - time)
