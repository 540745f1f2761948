"""Long work with progress: a row first, then a worker, or at once where the work is small."""

import logging
from contextlib import closing
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction

from annotate_site.errors import Refused
from annotate_site.projects.events import SYSTEM, Actor, change
from annotate_site.projects.models import Job, Project, User
from annotate_site.projects.models.records import JOB_LEASE, JobState

from . import lease, outbox
from .kinds import KINDS
from .lease import Lease, LeaseLost
from .outbox import NotYet, Unfinished

log = logging.getLogger(__name__)
TOPIC = "job"
SLICE = timedelta(seconds=10)  # then others have their turn
WRONG = "Something went wrong on our side. Nothing is lost."
GIVEN_UP = (
    "This did not finish, although it was tried several times. What was done until then is kept."
)


def start_job(
    *, project: Project, kind: str, title: str, by: User, params: dict[str, Any], at_once: bool
) -> Job:
    """Writes the job and its event; small work is done before returning, else a worker is woken."""
    actor = Actor.person(by)
    job = open_job(
        project=project, kind=kind, title=title, actor=actor, params=params, at_once=at_once
    )
    if at_once:
        run_now(job)
    return job


def open_job(
    *, project: Project, kind: str, title: str, actor: Actor, params: dict[str, Any], at_once: bool
) -> Job:
    """The job's row and event alone, for an action that writes them with its own change.

    With `at_once` the caller calls `run_now` after the commit; should it die, a worker does.
    """
    with transaction.atomic():
        job = Job.objects.create(
            project=project, kind=kind, title=title, created_by=actor.user, params=params
        )
        event = change(project, actor, "job", job.pk, "state", "", JobState.WAITING)
        event.save()
        outbox.post(TOPIC, str(job.pk), event, wait=JOB_LEASE if at_once else None)
    return job


def run_now(job: Job) -> None:
    """Runs the job before a page answers; what is not done in a slice is left to a worker."""
    try:
        outcome = run_job(str(job.pk))
    except OperationalError as error:  # a lock that was not to be had; the job waits
        log.warning("job %s is left to a worker: %s", job.pk, error)
        outcome = Unfinished()
    if isinstance(outcome, Unfinished):
        outbox.hasten(TOPIC, str(job.pk))
    job.refresh_from_db()


def run_job(key: str) -> Unfinished | NotYet | None:
    """Runs a waiting job, or one whose worker died, for a slice of time: at least one step.

    NotYet where somebody else is at it; None where it has ended, now or before. Raises what may
    be over when it is tried again: a database or a time limit that stopped it.
    """
    held = lease.take(UUID(key))
    if held is None:
        return _not_mine(key)
    job = Job.objects.select_related("project", "created_by").get(pk=held.job_id)
    try:
        return _attempt(job, held)
    except LeaseLost:
        return _not_mine(key)


def _attempt(job: Job, held: Lease) -> Unfinished | None:
    try:
        return _run_slice(job, held)
    except LeaseLost:
        raise
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        held.give_back()
        raise
    except Refused as refused:
        _finish(job, held, JobState.FAILED, failure=refused.sentence)
    except Exception:
        log.exception("job %s failed", job.pk)
        _finish(job, held, JobState.FAILED, failure=WRONG)
    return None


def _not_mine(key: str) -> NotYet | None:
    until = lease.ends_at(UUID(key))
    return NotYet(until) if until else None


def _run_slice(job: Job, held: Lease) -> Unfinished | None:
    over = monotonic() + SLICE.total_seconds()
    with closing(KINDS[job.kind](job)) as steps:
        while True:
            with transaction.atomic():
                try:
                    held.renew(next(steps))
                except StopIteration as end:
                    _finish(job, held, JobState.DONE, result=end.value)
                    return None
            if monotonic() >= over:
                held.give_back()
                return Unfinished()


def _give_up(key: str) -> NotYet | None:
    """Whoever tried it failed without a word, each time: killed, or out of time."""
    held = lease.take(UUID(key))
    if held is None:
        return _not_mine(key)
    job = Job.objects.select_related("project").get(pk=held.job_id)
    log.error("job %s given up", job.pk)
    _finish(job, held, JobState.FAILED, failure=GIVEN_UP)
    return None


def _finish(
    job: Job,
    held: Lease,
    state: JobState,
    *,
    result: dict[str, Any] | None = None,
    failure: str = "",
) -> None:
    with transaction.atomic():
        held.finish(state, result or {}, failure)
        change(job.project, SYSTEM, "job", job.pk, "state", JobState.WAITING, state).save()


outbox.handles(TOPIC, work=run_job, give_up=_give_up)
