"""How long traces are kept: a project's setting, and what beat does about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.jobs import open_job
from annotate_site.projects.actions import lock_project
from annotate_site.projects.events import BEAT, Actor, change, record
from annotate_site.projects.models import Job, Project
from annotate_site.projects.models.records import JobState

from ..models import Trace, TraceQueue, Upload

LONGEST = 3650  # days
EXPIRE_TRACES = "expire_traces"
ENDED = (JobState.DONE, JobState.FAILED)


class NoSuchTime(Refused):
    """The number of days cannot be."""

    code = "no_such_time"
    status = 422


@dataclass(frozen=True)
class Expired:
    """What is older than a project keeps it. `open`: traces of items that are not completed."""

    traces: int
    open: int
    uploads: int

    @property
    def any(self) -> bool:
        return bool(self.traces or self.uploads)


def keep_traces(*, project: Project, days: int | None, actor: Actor) -> None:
    """Sets after how many days traces are deleted; None for never. Raises NoSuchTime."""
    if days is not None and not 1 <= days <= LONGEST:
        raise NoSuchTime(f"Traces are kept for 1 to {LONGEST:,} days, or indefinitely.")
    with transaction.atomic():
        fresh = lock_project(project)
        if fresh.keep_traces != days:
            told = change(project, actor, "project", project.pk, "days traces are kept",
                          fresh.keep_traces, days)  # fmt: skip
            record(told)
            Project.objects.filter(pk=project.pk).update(keep_traces=days)
    project.keep_traces = days


def arrived_before(project: Project, days: int) -> datetime:
    return sql.clock() - timedelta(days=days)


def expired_traces(project: Project, days: int) -> QuerySet[Trace]:
    """By their arrival: what somebody uploads today is kept, however old it is."""
    return project.traces.filter(created_at__lt=arrived_before(project, days))


def expired_uploads(project: Project, days: int) -> QuerySet[Upload]:
    """Files that traces came from, unless one is still being imported."""
    old = project.uploads.filter(created_at__lt=arrived_before(project, days))
    return old.exclude(job__isnull=False, job__state__in=(JobState.WAITING, JobState.RUNNING))


def count_expired(project: Project, days: int) -> Expired:
    """What a setting would delete at once."""
    traces = expired_traces(project, days)
    unfinished = TraceQueue.objects.exclude(state=TraceQueue.State.COMPLETED)
    open = traces.filter(pk__in=unfinished.filter(project=project).values("trace"))
    return Expired(traces.count(), open.count(), expired_uploads(project, days).count())


def delete_uploads(*, project: Project, days: int, most: int) -> int:
    """Some expired uploads with their files and what was wrong with their rows; how many."""
    with transaction.atomic():
        some = list(expired_uploads(project, days).select_related("job").order_by("pk")[:most])
        for upload in some:
            upload.delete_with_file()
    return len(some)


def start_due() -> int:
    """Starts a job for each project that has something older than it keeps; how many."""
    started = 0
    for project in Project.objects.exclude(keep_traces=None):
        with transaction.atomic():
            fresh = lock_project(project)
            if fresh.keep_traces is None or not _is_due(fresh, fresh.keep_traces):
                continue
            open_job(
                project=fresh, kind=EXPIRE_TRACES, actor=BEAT, params={"days": fresh.keep_traces},
                title=f"Delete traces older than {fresh.keep_traces:,} days", at_once=False,
            )  # fmt: skip
            started += 1
    return started


def _is_due(project: Project, days: int) -> bool:
    running = Job.objects.filter(project=project, kind=EXPIRE_TRACES).exclude(state__in=ENDED)
    if running.exists():
        return False
    return expired_traces(project, days).exists() or expired_uploads(project, days).exists()
