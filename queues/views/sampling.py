"""The part of adding that draws a sample: what it would be in figures, and adding it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from annotate_site.jobs import start_job
from annotate_site.projects.access import ProjectRequest
from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from traces.selecting import Selection
from traces.strata import Strata

from ..actions.items.adding import CHUNK, Added, start_batch
from ..actions.items.sampled import add_sample
from ..forms.adding import AddForm
from ..forms.sampling import SampleForm
from ..models import Queue
from ..queries.populations import PAGE, Population, TooManyStrata
from ..sample_jobs import ADD_SAMPLE
from ..sampling import Design, Way, percent


@dataclass(frozen=True)
class Drawn:
    """A sample in figures: `parts` are (stratum, of how many, in the sample), `by` what they are
    strata of.
    """

    design: Design
    chosen: int
    of: int
    words: str
    by: str
    parts: list[tuple[str, int, int]]
    left_out: int


def sample_form(selection: Selection | None, user: User, data: QueryDict) -> SampleForm | None:
    """None where the traces were chosen by hand: a sample of these would speak for nothing."""
    if selection is None or selection.filter is None:
        return None
    return SampleForm(selection.project, user, data if "how" in data else None)


def drawn(
    selection: Selection | None, form: SampleForm | None, queue: Queue | None
) -> Drawn | None:
    """None where no sample is asked for; a refusal becomes the form's error."""
    if selection is None or form is None or not form.is_bound or not form.is_valid():
        return None
    if form.design.way is not Way.RANDOM:
        return None
    population = population_of(selection, queue, form.design)
    try:
        design = form.design.of(population.sizes())
    except TooManyStrata as error:
        form.add_error("by", error.sentence)
        return None
    expected, sizes = design.expected, design.population
    parts = [(name, size, expected[name]) for name, size in sizes.items()]
    chosen, of = sum(expected.values()), sum(sizes.values())
    words = size_words(design, population.strata)
    left_out = selection.count - of if queue else 0
    return Drawn(design, chosen, of, words, population.strata.words, parts, left_out)


def population_of(selection: Selection, queue: Queue | None, design: Design) -> Population:
    return Population(selection, queue, Strata.read(design.strata))


def size_words(design: Design, strata: Strata) -> str:
    """ "40 of each status", "10% of each view"; "" without strata."""
    if not strata.words:
        return ""
    if design.rate is not None:
        return f"{percent(design.rate)} of each {strata.words}"
    short = any(size < (design.count or 0) for size in design.population.values())
    return f"{'up to ' if short else ''}{design.count:,} of each {strata.words}"


def add_drawn(
    request: ProjectRequest, selection: Selection, form: AddForm, sample: Drawn
) -> HttpResponse:
    """Small samples at once, others by a job. Raises WrongState."""
    queue: Queue = form.cleaned_data["into"]
    batch = start_batch(
        queue=queue, by=request.user, display=form.display, filter=selection.as_filter,
        design=sample.design,
    )  # fmt: skip
    project = request.access.project
    if sample.of > PAGE or sample.chosen > CHUNK:
        job = start_job(
            project=project,
            kind=ADD_SAMPLE,
            title=f"Add {sample.chosen:,} of {sample.of:,} traces to {queue.name}",
            by=request.user,
            params={"batch": batch.pk, "selection": urlencode(selection.pairs)},
            at_once=False,
        )
        return redirect("projects:job-detail", project=project.slug, job=job.pk)
    population = population_of(selection, queue, sample.design)
    added = add_sample(population=population, batch=batch, actor=Actor.person(request.user))
    messages.success(request, notice(added, sample, queue))
    return redirect("queues:queue-detail", project=project.slug, queue=queue.pk)


def notice(added: Added, sample: Drawn, queue: Queue) -> str:
    plural = "" if added.added == 1 else "s"
    return f"{added.added:,} of {sample.of:,} trace{plural} added to {queue.name}, at random."
