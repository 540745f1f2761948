"""Adding many traces to a dataset, as a job: rows wait in steps, and become one version."""

from django.http import QueryDict

from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job
from traces.selecting import Selection

from .actions import Added, add_some_traces, finish_addition
from .models import DatasetAddition

ADD_TO_DATASET = "add_to_dataset"


@runs(ADD_TO_DATASET)
def add_to_dataset(job: Job) -> Steps:
    """`params`: {"addition": id, "selection": query string, "note"}.

    Adds what was there when asked. Returns what `told` says.
    """
    addition = addition_of(job)
    chosen = Selection.of(job.project, QueryDict(job.params["selection"]))
    selection, place, total = chosen.before(job.created_at), job.cursor, job.total
    if total is None:
        total = selection.count
        yield Step(place, 0, total)
    for page in selection.pages(place):
        add_some_traces(addition=addition, trace_ids=page.ids, chosen=addition.columns)
        place = page.after
        yield Step(place, min(addition.found + addition.not_found, total))
    added = finish_addition(addition=addition, actor=Actor.of_job(job), note=job.params["note"])
    return told(addition, added)


def addition_of(job: Job) -> DatasetAddition:
    additions = DatasetAddition.objects.select_related("dataset__project")
    found = additions.filter(dataset__project=job.project, pk=job.params["addition"]).first()
    if found is None:
        raise JobFailed("Nothing was added: the dataset is no longer there.")
    return found


def told(addition: DatasetAddition, added: Added) -> dict[str, object]:
    """A job's result: {"dataset", "version", "added", "changed", "already_there", "not_found"}."""
    return {"dataset": str(addition.dataset_id), **added.counts}
