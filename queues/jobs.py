"""Long work of queues, as jobs. Loaded when the app is ready, so that a worker knows the kinds."""

from typing import Any
from uuid import UUID

from django.http import QueryDict

from annotate_site.errors import Refused
from annotate_site.jobs import JobFailed, progress, runs
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Job, User

from .actions.adding import add_traces
from .actions.binding import Bound, bind_items
from .actions.items import BATCH, Removed, change_priority, remove_items
from .actions.required import FOLLOW_REQUIRED, follow_required
from .errors import WrongState
from .models import Batch, Item, Queue
from .selecting import Selection

ADD_TO_QUEUE = "add_to_queue"
BIND_ITEMS = "bind_items"
CHANGE_PRIORITY = "change_priority"
REMOVE_ITEMS = "remove_items"
TOLD_EVERY = 50  # items of a bulk removal between two words about its progress


@runs(ADD_TO_QUEUE)
def add_to_queue(job: Job) -> dict[str, Any]:
    """`params`: {"batch": id, "selection": query string}. Adds what was there when asked.

    Returns {"queue", "added", "duplicates", "not_found"}; a second run counts the first's too.
    """
    batches = Batch.objects.select_related("queue__project").filter(queue__project=job.project)
    batch = batches.filter(pk=job.params["batch"]).first()
    if batch is None:
        raise JobFailed("Nothing was added: the queue took no more traces.")
    chosen = Selection.of(job.project, QueryDict(job.params["selection"]))
    selection = chosen.before(job.created_at)
    total = selection.count
    progress(job, 0, total)
    try:
        added = add_traces(
            queue=batch.queue,
            trace_ids=selection.all_ids(),
            batch=batch,
            actor=Actor.person(job.created_by) if job.created_by else SYSTEM,
            told=lambda seen: progress(job, min(seen, total)),
        )
    except WrongState as error:
        before = Item.objects.filter(batch=job.params["batch"]).count()
        more = f" Before that, {before:,} were added." if before else ""
        raise JobFailed(f"{error}{more}") from None
    counts = {"added": added.added, "duplicates": added.duplicates}
    return counts | {"queue": str(batch.queue_id), "not_found": len(added.not_found)}


@runs(FOLLOW_REQUIRED)
def follow_required_number(job: Job) -> dict[str, Any]:
    """`params`: {"queue": id, "raise_completed": bool}. The number is read as it is by then."""
    queue, seen = _queue_of(job), 0
    for seen in follow_required(
        queue=queue, raise_completed=job.params["raise_completed"], actor=_actor_of(job)
    ):
        progress(job, seen)
    return {"queue": str(queue.pk), "items": seen}


@runs(BIND_ITEMS)
def bind_chosen_items(job: Job) -> dict[str, Any]:
    """`params`: {"queue": id, "people": ids, "items": ids}; a second run binds what is left."""
    queue = Queue.objects.filter(project=job.project, pk=job.params["queue"]).first()
    if queue is None:
        raise JobFailed("The queue is no longer there.")
    actor = Actor.person(job.created_by) if job.created_by else SYSTEM
    items = [UUID(pk) for pk in job.params["items"]]
    people = list(User.objects.filter(pk__in=job.params["people"]))
    bound = Bound()
    try:
        for bound in bind_items(queue=queue, item_ids=items, users=people, actor=actor):
            progress(job, bound.items, len(items))
    except Refused as error:
        raise JobFailed(f"{error} {bound.slots:,} places had been bound before.") from None
    counts = {"bound": bound.slots, "passed_over": bound.passed_over}
    return counts | {"queue": str(queue.pk)}


@runs(CHANGE_PRIORITY)
def change_priorities(job: Job) -> dict[str, Any]:
    """`params`: {"queue": id, "items": ids, "priority": number}."""
    queue, items, actor = _queue_of(job), [UUID(pk) for pk in job.params["items"]], _actor_of(job)
    changed = 0
    for start in range(0, len(items), BATCH):
        some = items[start : start + BATCH]
        priority = job.params["priority"]
        changed += change_priority(queue=queue, item_ids=some, priority=priority, actor=actor)
        progress(job, start + len(some), len(items))
    return {"queue": str(queue.pk), "changed": changed}


@runs(REMOVE_ITEMS)
def remove_chosen_items(job: Job) -> dict[str, Any]:
    """`params`: {"queue": id, "items": ids, "confirmed": bool}."""
    queue, items, actor = _queue_of(job), [UUID(pk) for pk in job.params["items"]], _actor_of(job)
    told, confirmed = Removed(), job.params["confirmed"]
    for told in remove_items(queue=queue, item_ids=items, confirmed=confirmed, actor=actor):
        if told.seen % TOLD_EVERY == 0:
            progress(job, told.seen, len(items))
    progress(job, told.seen, len(items))
    return {"queue": str(queue.pk), "removed": told.removed, "held": told.held}


def _queue_of(job: Job) -> Queue:
    queues = Queue.objects.select_related("project").filter(project=job.project)
    queue = queues.filter(pk=job.params["queue"]).first()
    if queue is None:
        raise JobFailed("The queue is no longer there.")
    return queue


def _actor_of(job: Job) -> Actor:
    return Actor.person(job.created_by) if job.created_by else SYSTEM
