"""A sample of many traces, as a job: the population is counted, then walked for the marks of a
sample by count, then walked again and drawn from. Each step is a page of one of these walks.
"""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job
from traces.selecting import Selection
from traces.strata import Strata

from .actions.items.adding import Added, added_by, drop_if_empty
from .actions.items.sampled import add_members, count_population, page_size
from .errors import WrongState
from .jobs import batch_of, closed
from .models import Batch
from .queries.populations import Population
from .sampling import Design, Least

ADD_SAMPLE = "add_sample"
MARKED = 50_000  # members of a step that only looks at their marks
Place = dict[str, Any]


@runs(ADD_SAMPLE)
def add_sample(job: Job) -> Steps:
    """`params`: {"batch": id, "selection": query string}. Draws from what was there when asked.

    The cursor is {"after": place, "least": marks} in the first walk, {"after", "limits", "seen"}
    in the second. Returns {"queue", "added", "duplicates", "not_found"}.
    """
    batch = batch_of(job)
    population, place = _population(job, batch), job.cursor
    if place is None:
        design = count_population(population=population, batch=batch)
        place = {"after": None, "least": {}} if design.needs_limits else _begin({})
        yield Step(place, 0, sum(design.population.values()))
    design = Design.read(batch.design)
    if "least" in place:
        marked = place
        for marked in _marks(population, design, place):
            yield Step(marked, 0)
        place = _begin(Least(design, marked["least"]).limits)
        yield Step(place, 0)
    total = added_by(batch)
    for drawn in _draw(job, batch, population, place, total):
        yield Step(drawn, drawn["seen"])
    drop_if_empty(batch)
    counts = {"added": total.added, "duplicates": total.duplicates}
    return counts | {"queue": str(batch.queue_id), "not_found": len(total.not_found)}


def _begin(limits: dict[str, int]) -> Place:
    return {"after": None, "limits": limits, "seen": 0}


def _marks(population: Population, design: Design, place: Place) -> Iterator[Place]:
    least = Least(design, place["least"])
    for members in population.pages(place["after"], MARKED):
        least.meet(members.pairs)
        yield {"after": members.after, "least": least.kept}


def _draw(
    job: Job, batch: Batch, population: Population, place: Place, total: Added
) -> Iterator[Place]:
    """Adds to `total`. Raises JobFailed where the queue takes no more."""
    actor = Actor.of_job(job)
    size, limits, seen = page_size(Design.read(batch.design)), place["limits"], place["seen"]
    for members in population.pages(place["after"], size):
        try:
            add_members(batch=batch, members=members, limits=limits, actor=actor, total=total)
        except WrongState as error:
            if drop_if_empty(batch):
                yield place  # what a failing step does is rolled back
            raise JobFailed(closed(error, total)) from None
        seen += len(members.pairs)
        place = {"after": members.after, "limits": limits, "seen": seen}
        yield place


def _population(job: Job, batch: Batch) -> Population:
    selection = Selection.of(job.project, QueryDict(job.params["selection"]))
    strata = Strata.read(Design.read(batch.design).strata)
    return Population(selection, batch.queue, strata).before(job.created_at)
