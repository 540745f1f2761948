"""Adding a random sample of traces: the population is counted first, then walked and drawn from."""

from collections.abc import Mapping

from annotate_site.projects.events import Actor
from traces.sources import SourceKind

from ...models import Batch
from ...queries.populations import PAGE, Members, Population
from ...sampling import Design
from .adding import CHUNK, Added, add_some, added_by, drop_if_empty

Limits = Mapping[str, int]


def count_population(*, population: Population, batch: Batch) -> Design:
    """The batch's design, which keeps how many each stratum has. Raises TooManyStrata."""
    design = Design.read(batch.design).of(population.sizes())
    batch.design = design.stored()
    batch.save(update_fields=["design"])
    return design


def page_size(design: Design) -> int:
    """So many members that about a chunk of them is in the sample."""
    expected, of = sum(design.expected.values()), sum(design.population.values())
    return min(PAGE, max(CHUNK, CHUNK * of // max(expected, 1)))


def add_members(
    *, batch: Batch, members: Members, limits: Limits, actor: Actor, total: Added
) -> None:
    """Adds those of the page that are in the sample. Raises as `add_some`."""
    design = Design.read(batch.design)
    chosen = {key: part for part, key in members.pairs if design.takes(key, part, limits)}
    keys = list(chosen)
    for start in range(0, len(keys), CHUNK):
        add_some(
            queue=batch.queue, kind=SourceKind.TRACE, keys=keys[start : start + CHUNK],
            batch=batch, actor=actor, total=total, strata=chosen,
        )  # fmt: skip


def add_sample(*, population: Population, batch: Batch, actor: Actor) -> Added:
    """All at once, for a small population. Raises TooManyStrata and as `add_some`."""
    total = added_by(batch)
    try:
        design = count_population(population=population, batch=batch)
        limits = design.limits(population.members()) if design.needs_limits else {}
        for members in population.pages(size=page_size(design)):
            add_members(batch=batch, members=members, limits=limits, actor=actor, total=total)
    finally:
        drop_if_empty(batch)
    return total
