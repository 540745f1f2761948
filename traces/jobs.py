"""Changes of more traces than a page waits for, as jobs; the cursor is the place in the list."""

from collections.abc import Callable
from uuid import UUID

from django.http import QueryDict

from annotate_site.jobs import Step, Steps, runs
from annotate_site.projects.events import BEAT, Actor
from annotate_site.projects.models import Job, Project

from .actions.changing import Bulk, delete_traces, tag_traces
from .actions.keeping import EXPIRE_TRACES, delete_uploads, expired_traces
from .selecting import Selection

TAG_TRACES = "tag_traces"
DELETE_TRACES = "delete_traces"
EXPIRED_AT_ONCE = 200  # with their spans in a few seconds
UPLOADS_AT_ONCE = 20


@runs(TAG_TRACES)
def tag_chosen_traces(job: Job) -> Steps:
    """`params`: {"selection": query string, "add": tags, "remove": tags}."""

    def tag(ids: list[UUID], bulk: Bulk) -> int:
        return tag_traces(
            project=job.project, ids=ids, add=job.params["add"], remove=job.params["remove"],
            actor=Actor.of_job(job), bulk=bulk,
        )  # fmt: skip

    return (yield from _all_chosen(job, tag))


@runs(DELETE_TRACES)
def delete_chosen_traces(job: Job) -> Steps:
    """`params`: {"selection": query string}."""

    def delete(ids: list[UUID], bulk: Bulk) -> int:
        return delete_traces(project=job.project, ids=ids, actor=Actor.of_job(job), bulk=bulk)

    return (yield from _all_chosen(job, delete))


@runs(EXPIRE_TRACES)
def delete_expired_traces(job: Job) -> Steps:
    """`params`: {"days"}. Ends early where the project keeps traces longer by now.

    Returns {"deleted", "uploads"}.
    """
    days = job.params["days"]
    place = job.cursor or {"deleted": 0, "uploads": 0}
    deleted, uploads = place["deleted"], place["uploads"]
    while _keeps(job.project) == days and (ids := _oldest(job.project, days)):
        deleted += delete_traces(
            project=job.project, ids=ids, actor=BEAT, bulk=Bulk(str(job.pk), deleted),
            reason=f"older than {days:,} days",
        )  # fmt: skip
        yield Step({"deleted": deleted, "uploads": uploads}, deleted)
    while _keeps(job.project) == days and (
        some := delete_uploads(project=job.project, days=days, most=UPLOADS_AT_ONCE)
    ):
        uploads += some
        yield Step({"deleted": deleted, "uploads": uploads}, deleted)
    return {"deleted": deleted, "uploads": uploads}


def _keeps(project: Project) -> int | None:
    return Project.objects.values_list("keep_traces", flat=True).get(pk=project.pk)


def _oldest(project: Project, days: int) -> list[UUID]:
    found = expired_traces(project, days).order_by("created_at")
    return list(found.values_list("pk", flat=True)[:EXPIRED_AT_ONCE])


def _all_chosen(job: Job, change: Callable[[list[UUID], Bulk], int]) -> Steps:
    """Every trace that matched when the job was asked for; {"changed": how many}.

    A page of the list is found by the key of the one before it, which need not be there any more.
    """
    selection = Selection.of(job.project, QueryDict(job.params["selection"]))
    selection = selection.before(job.created_at)
    place = job.cursor or {"after": None, "seen": 0, "changed": 0}
    if job.total is None:
        yield Step(place, 0, selection.count)
    seen, changed = place["seen"], place["changed"]
    for page in selection.pages(place["after"]):
        changed += change(page.ids, Bulk(str(job.pk), changed))
        seen += len(page.ids)
        yield Step({"after": page.after, "seen": seen, "changed": changed}, seen)
    return {"changed": changed}
