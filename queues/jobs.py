"""Long work of queues, as jobs. Loaded when the app is ready, so that a worker knows the kinds.

Each step is one batch; the cursor is where the next one begins, with the counts until then.
"""

from collections.abc import Iterator
from uuid import UUID

from django.http import QueryDict

from annotate_site.errors import Refused
from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, User
from traces.sources.selecting import read_selection

from .actions.assignment.binding import Bound, bind_items
from .actions.items.adding import Added, add_some, added_by, drop_if_empty
from .actions.items.changing import BATCH, change_priority, remove_some
from .actions.items.many import COMMANDS, Outcome
from .actions.items.required import FOLLOW_REQUIRED, FROM_THE_FIRST, follow_some
from .actions.status import complete_if_done
from .errors import WrongState
from .models import Batch, Queue

ADD_TO_QUEUE = "add_to_queue"
BIND_ITEMS = "bind_items"
CHANGE_ITEMS = "change_items"
CHANGE_PRIORITY = "change_priority"
REMOVE_ITEMS = "remove_items"


@runs(ADD_TO_QUEUE)
def add_to_queue(job: Job) -> Steps:
    """`params`: {"batch": id, "selection": query string, "words": what they are called}. Adds what
    was there when asked.

    Returns {"queue", "added", "duplicates", "not_found"}. The counts until now are the batch's.
    """
    batch = batch_of(job)
    chosen = read_selection(job.project, QueryDict(job.params["selection"]))
    selection, place, total = chosen.before(job.created_at), job.cursor, job.total
    if total is None:
        total = selection.count
        yield Step(place, 0, total)
    added = added_by(batch)
    for page in selection.pages(place):
        try:
            add_some(
                queue=batch.queue, kind=selection.kind, keys=page.keys, batch=batch,
                actor=Actor.of_job(job), total=added,
            )  # fmt: skip
        except WrongState as error:
            if drop_if_empty(batch):
                yield Step(place, 0)  # what a failing step does is rolled back
            raise JobFailed(closed(error, added)) from None
        place = page.after
        yield Step(place, min(added.seen, total))
    counts = {"added": added.added, "duplicates": added.duplicates}
    return counts | {"queue": str(batch.queue_id), "not_found": len(added.not_found)}


def batch_of(job: Job) -> Batch:
    """Raises JobFailed where it was dropped, since nothing could be added."""
    batches = Batch.objects.select_related("queue__project").filter(queue__project=job.project)
    batch = batches.filter(pk=job.params["batch"]).first()
    if batch is None:
        raise JobFailed("Nothing was added: the queue took nothing more.")
    return batch


def closed(error: WrongState, added: Added) -> str:
    """Why a job that adds ends, and what it had added until then."""
    before = f" Before that, {added.added:,} were added." if added.added else ""
    return f"{error}{before}"


@runs(FOLLOW_REQUIRED)
def follow_required_number(job: Job) -> Steps:
    """`params`: {"queue": id, "raise_completed": bool}. The number is read as it is by then."""
    queue, actor = _queue_of(job), Actor.of_job(job)
    raise_completed = job.params["raise_completed"]
    place = job.cursor or {"after": FROM_THE_FIRST, "items": 0}
    after, seen = place["after"], place["items"]
    while after is not None:
        after, count = follow_some(
            queue=queue, after=after, raise_completed=raise_completed, actor=actor
        )
        seen += count
        yield Step({"after": after, "items": seen}, seen)
    complete_if_done(queue_id=queue.pk)
    return {"queue": str(queue.pk), "items": seen}


@runs(BIND_ITEMS)
def bind_chosen_items(job: Job) -> Steps:
    """`params`: {"queue": id, "people": ids, "items": ids}."""
    queue, actor = _queue_of(job), Actor.of_job(job)
    people = list(User.objects.filter(pk__in=job.params["people"]))
    place = job.cursor or {"at": 0, "slots": 0, "items": 0, "passed_over": 0, "counts": []}
    bound = Bound(place["slots"], place["items"], place["passed_over"], dict(place["counts"]))
    for at, items in _batches(job):
        try:
            bound = bind_items(queue=queue, item_ids=items, users=people, actor=actor, before=bound)
        except Refused as error:
            raise JobFailed(f"{error} {bound.slots:,} places had been assigned before.") from None
        place = {"slots": bound.slots, "items": bound.items, "passed_over": bound.passed_over}
        counts = list(bound.counts.items())  # pairs: keys of JSON are texts
        yield Step({"at": at, "counts": counts, **place}, at, len(job.params["items"]))
    return {"queue": str(queue.pk), "bound": bound.slots, "passed_over": bound.passed_over}


@runs(CHANGE_PRIORITY)
def change_priorities(job: Job) -> Steps:
    """`params`: {"queue": id, "items": ids, "priority": number}."""
    queue, actor, priority = _queue_of(job), Actor.of_job(job), job.params["priority"]
    changed = (job.cursor or {}).get("changed", 0)
    for at, items in _batches(job):
        changed += change_priority(queue=queue, item_ids=items, priority=priority, actor=actor)
        yield Step({"at": at, "changed": changed}, at, len(job.params["items"]))
    return {"queue": str(queue.pk), "changed": changed}


@runs(REMOVE_ITEMS)
def remove_chosen_items(job: Job) -> Steps:
    """`params`: {"queue": id, "items": ids, "confirmed": bool}."""
    queue, actor, confirmed = _queue_of(job), Actor.of_job(job), job.params["confirmed"]
    place = job.cursor or {"removed": 0, "held": 0}
    removed, held = place["removed"], place["held"]
    for at, items in _batches(job):
        some = remove_some(queue=queue, item_ids=items, confirmed=confirmed, actor=actor)
        removed, held = removed + some.removed, held + some.held
        place = {"at": at, "removed": removed, "held": held}
        yield Step(place, at, len(job.params["items"]))
    complete_if_done(queue_id=queue.pk)
    return {"queue": str(queue.pk), "removed": removed, "held": held}


@runs(CHANGE_ITEMS)
def change_items(job: Job) -> Steps:
    """`params`: {"queue": id, "items": ids, "command": one of COMMANDS, "given": what it needs}."""
    queue, command = _queue_of(job), COMMANDS[job.params["command"]]
    place = job.cursor or {"items": 0, "passed_over": 0}
    done = Outcome(place["items"], place["passed_over"])
    for at, items in _batches(job, command.batch):
        given = job.params["given"]
        try:
            done += command.act(queue=queue, item_ids=items, actor=Actor.of_job(job), **given)
        except WrongState as error:
            raise JobFailed(f"{error} {done.items:,} items had been changed before.") from None
        counts = {"items": done.items, "passed_over": done.passed_over}
        yield Step({"at": at, **counts}, at, len(job.params["items"]))
    return {"queue": str(queue.pk), "applied": done.items, "passed_over": done.passed_over}


def _batches(job: Job, size: int | None = None) -> Iterator[tuple[int, list[UUID]]]:
    """What is left of the job's items, in batches, each with the place behind it."""
    items, size = job.params["items"], size or BATCH
    for start in range((job.cursor or {}).get("at", 0), len(items), size):
        some = items[start : start + size]
        yield start + len(some), [UUID(pk) for pk in some]


def _queue_of(job: Job) -> Queue:
    queues = Queue.objects.select_related("project").filter(project=job.project)
    queue = queues.filter(pk=job.params["queue"]).first()
    if queue is None:
        raise JobFailed("The queue is no longer there.")
    return queue
