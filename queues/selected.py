"""What somebody selected goes into a queue: a small selection at once, a larger one by a job."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from annotate_site.jobs import start_job
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, User
from traces.sources import KINDS, counted
from traces.sources.selecting import Selected

from .actions.items.adding import CHUNK, Added, add_sources, start_batch
from .jobs import ADD_TO_QUEUE
from .models import Queue
from .sampling import BY_HAND, EVERYTHING

AT_ONCE = CHUNK
MOST_CHUNKS = 5  # of one request


def add_selected(
    *, selection: Selected, queue: Queue, display: Mapping[str, Any], by: User, actor: Actor
) -> Added | Job:
    """`display` as `queues.snapshots` reads it. Raises WrongState."""
    kind = selection.kind
    batch = start_batch(
        queue=queue, by=by, display=display, filter=selection.as_filter,
        design=BY_HAND if selection.names_keys else EVERYTHING,
    )  # fmt: skip
    if selection.count > min(AT_ONCE, MOST_CHUNKS * KINDS[kind].chunk):
        return start_job(
            project=selection.project,
            kind=ADD_TO_QUEUE,
            title=f"Add {counted(kind, selection.count)} to {queue.name}",
            by=by,
            params={
                "batch": batch.pk,
                "selection": urlencode(selection.pairs),
                "words": KINDS[kind].words,
            },
            at_once=False,
        )
    keys = (key for page in selection.pages() for key in page.keys)
    added = add_sources(queue=queue, kind=kind, keys=keys, batch=batch, actor=actor)
    added.not_found += selection.strange
    return added
