"""A sample of many traces, as a job: first the population is counted, then each step walks some."""

from django.http import QueryDict

from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Job
from traces.selecting import Selection
from traces.strata import Strata

from .actions.items.adding import added_by, drop_if_empty
from .actions.items.sampled import add_members, draw, page_size
from .errors import WrongState
from .models import Batch
from .queries.populations import Population
from .sampling import Design

ADD_SAMPLE = "add_sample"


@runs(ADD_SAMPLE)
def add_sample(job: Job) -> Steps:
    """`params`: {"batch": id, "selection": query string}. Draws from what was there when asked.

    Returns {"queue", "added", "duplicates", "not_found"}.
    """
    batch = _batch_of(job)
    actor = Actor.person(job.created_by) if job.created_by else SYSTEM
    population = _population(job, batch)
    place = job.cursor
    if place is None:
        design, limits = draw(population=population, batch=batch)
        place = {"after": None, "limits": limits, "seen": 0}
        yield Step(place, 0, sum(design.population.values()))
    total, limits = added_by(batch), place["limits"]
    for members in population.pages(place["after"], page_size(Design.read(batch.design))):
        try:
            add_members(batch=batch, members=members, limits=limits, actor=actor, total=total)
        except WrongState as error:
            if drop_if_empty(batch):
                yield Step(place, 0)  # what a failing step does is rolled back
            before = f" Before that, {total.added:,} were added." if total.added else ""
            raise JobFailed(f"{error}{before}") from None
        seen = place["seen"] + len(members.pairs)
        place = {"after": members.after, "limits": limits, "seen": seen}
        yield Step(place, seen)
    drop_if_empty(batch)
    counts = {"added": total.added, "duplicates": total.duplicates}
    return counts | {"queue": str(batch.queue_id), "not_found": len(total.not_found)}


def _batch_of(job: Job) -> Batch:
    batches = Batch.objects.select_related("queue__project").filter(queue__project=job.project)
    batch = batches.filter(pk=job.params["batch"]).first()
    if batch is None:
        raise JobFailed("Nothing was added: the queue took no more traces.")
    return batch


def _population(job: Job, batch: Batch) -> Population:
    selection = Selection.of(job.project, QueryDict(job.params["selection"]))
    strata = Strata.read(Design.read(batch.design).strata)
    return Population(selection, batch.queue, strata).before(job.created_at)
