"""Long work of reviews, as jobs. Loaded when the app is ready, so that a worker knows the kinds."""

from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job
from fields.models import Field
from queues.errors import WrongState
from queues.models import Queue
from traces.datasets.actions import add_some_rows, finish_addition
from traces.datasets.jobs import addition_of, told

from .actions.asking_again import ASK_AGAIN, ask_some
from .actions.asking_again import FROM_THE_FIRST as FIRST_ITEM
from .results.dataset_rows import FROM_THE_FIRST, Chosen, read_rows

ADD_ITEMS_TO_DATASET = "add_items_to_dataset"


@runs(ADD_ITEMS_TO_DATASET)
def add_items_to_dataset(job: Job) -> Steps:
    """`params`: {"addition": id, "queue": id, "note", "total": completed items when asked}.

    Returns what `told` says.
    """
    addition = addition_of(job)
    queues = Queue.objects.select_related("project").filter(project=job.project)
    queue = queues.filter(pk=job.params["queue"]).first()
    if queue is None or job.created_by is None:
        raise JobFailed("Nothing was added: the queue is no longer there.")
    chosen, total = Chosen.of(addition.columns), job.params["total"]
    place = FROM_THE_FIRST if job.cursor is None else job.cursor
    while (chunk := read_rows(queue, job.created_by, chosen, place)).after is not None:
        add_some_rows(addition=addition, rows=chunk.rows)
        place = chunk.after
        yield Step(place, addition.found, max(total, addition.found))
    added = finish_addition(addition=addition, actor=Actor.of_job(job), note=job.params["note"])
    return told(addition, added)


@runs(ASK_AGAIN)
def ask_again(job: Job) -> Steps:
    """`params`: {"queue": id, "field": id of the version that the queue asks now}."""
    queue = Queue.objects.filter(project=job.project, pk=job.params["queue"]).first()
    field = Field.objects.filter(pk=job.params["field"]).first()
    if queue is None or field is None:
        raise JobFailed("The queue is no longer there.")
    place = job.cursor or {"after": FIRST_ITEM, "items": 0}
    after, items = place["after"], place["items"]
    while after is not None:
        try:
            after, some = ask_some(queue=queue, field=field, after=after, actor=Actor.of_job(job))
        except WrongState as error:
            raise JobFailed(f"{error} {items:,} items had been asked again before.") from None
        items += some
        yield Step({"after": after, "items": items}, items)
    return {"queue": str(queue.pk), "applied": items}
