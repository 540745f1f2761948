"""Erasing as a job: each step is a batch, of which nothing is left to be found by the next."""

from dataclasses import asdict

from annotate_site.jobs import Step, Steps, runs, start_job
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, Project, User
from traces.actions.changing import Bulk

from .of_sender import Erased, count_erasable, erase_some, erase_uploads, finish_erasure

ERASE_PERSON = "erase_person"
AT_ONCE = 200


def start_erasure(*, project: Project, user_id: str, reason: str, by: User) -> Job:
    """Small ones are done before returning."""
    small = count_erasable(project, user_id).traces <= AT_ONCE
    return start_job(
        project=project, kind=ERASE_PERSON, title="Erase a person's data", by=by,
        params={"user_id": user_id, "reason": reason}, at_once=small,
    )  # fmt: skip


@runs(ERASE_PERSON)
def erase_person(job: Job) -> Steps:
    """`params`: {"user_id", "reason"}, of which the id is forgotten at the end.

    Returns {"deleted": traces, "items", "rows", "uploads", "others"}.
    """
    user_id, project = job.params["user_id"], job.project
    actor = Actor.of_job(job)
    erased = Erased(**(job.cursor or {}))
    while some := _next(project, user_id, actor, Bulk(str(job.pk), erased.traces)):
        erased += some
        yield Step(asdict(erased), erased.traces)
    while files := erase_uploads(project=project):
        erased += Erased(uploads=files)
        yield Step(asdict(erased), erased.traces)
    finish_erasure(
        project=project, user_id=user_id, erasure=job.pk, erased=erased,
        reason=job.params["reason"], actor=actor,
    )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(params={"reason": job.params["reason"]})
    counts = asdict(erased)
    return {"deleted": counts.pop("traces"), **counts}


def _next(project: Project, user_id: str, actor: Actor, bulk: Bulk) -> Erased | None:
    some = erase_some(project=project, user_id=user_id, actor=actor, bulk=bulk)
    return some if some.traces else None
