"""Long work with progress: a row first, then a worker, or at once where the work is small."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotate_site.projects.events import SYSTEM, Actor, change
from annotate_site.projects.models import Job, JobError, Project, User
from annotate_site.projects.models.records import JobState

from . import outbox

log = logging.getLogger(__name__)
KINDS: dict[str, Callable[[Job], dict[str, Any]]] = {}
TOPIC = "job"
STALE = timedelta(minutes=20)  # longer than any task may run


class JobFailed(Exception):
    """The whole job cannot be done; the sentence is shown to the person who asked."""


def runs(kind: str) -> Callable[[Callable[[Job], dict[str, Any]]], Callable[[Job], dict[str, Any]]]:
    """Registers the function that does jobs of this kind: job → result (counts, ids)."""

    def register(work: Callable[[Job], dict[str, Any]]) -> Callable[[Job], dict[str, Any]]:
        KINDS[kind] = work
        return work

    return register


def start_job(
    *, project: Project, kind: str, title: str, by: User, params: dict[str, Any], at_once: bool
) -> Job:
    """Writes the job and its event; small work is done before returning, else a worker is woken."""
    actor = Actor.person(by)
    job = open_job(
        project=project, kind=kind, title=title, actor=actor, params=params, at_once=at_once
    )
    if at_once:
        run_job(str(job.pk))
        job.refresh_from_db()
    return job


def open_job(
    *, project: Project, kind: str, title: str, actor: Actor, params: dict[str, Any], at_once: bool
) -> Job:
    """The job's row and event alone, for an action that writes them with its own change.

    With `at_once` the caller runs it after the commit; should it die, a worker does.
    """
    with transaction.atomic():
        job = Job.objects.create(
            project=project, kind=kind, title=title, created_by=actor.user, params=params
        )
        event = change(project, actor, "job", job.pk, "state", "", JobState.WAITING)
        event.save()
        outbox.post(TOPIC, str(job.pk), event, wait=STALE if at_once else None)
    return job


@outbox.handles(TOPIC)
def run_job(key: str) -> None:
    """Runs a waiting job (or one whose worker died) to its end; a second call does nothing."""
    waiting = Q(state=JobState.WAITING)
    stale = Q(state=JobState.RUNNING, started_at__lt=timezone.now() - STALE)
    taken = Job.objects.filter(waiting | stale, pk=UUID(key)).update(
        state=JobState.RUNNING, started_at=timezone.now(), done=0
    )
    if not taken:
        return
    job = Job.objects.select_related("project", "created_by").get(pk=UUID(key))
    JobError.objects.filter(job=job).delete()
    try:
        result = KINDS[job.kind](job)
    except JobFailed as failure:
        _finish(job, JobState.FAILED, {}, str(failure))
    except Exception:
        log.exception("job %s failed", job.pk)
        _finish(job, JobState.FAILED, {}, "Something went wrong on our side. Nothing is lost.")
    else:
        _finish(job, JobState.DONE, result, "")


def progress(job: Job, done: int, total: int | None = None) -> None:
    """Shows how far the job is; its own statement, so that pages see it at once."""
    job.done, job.total = done, total if total is not None else job.total
    Job.objects.filter(pk=job.pk).update(done=job.done, total=job.total)


def _finish(job: Job, state: str, result: dict[str, Any], failure: str) -> None:
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(
            state=state, result=result, failure=failure[:500], finished_at=timezone.now()
        )
        change(job.project, SYSTEM, "job", job.pk, "state", JobState.WAITING, state).save()
