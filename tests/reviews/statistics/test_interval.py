"""How often the interval holds the figure of the population, which docs/statistics.md tells."""

from collections.abc import Iterator

import numpy as np
import pytest

from fields.scales import Scale
from reviews.results.statistics.agreement import agreement
from reviews.results.statistics.figures import Figure
from reviews.results.statistics.ratings import Ratings, collect

PEOPLE = 3
SHARES = {Scale.NOMINAL: [0.6, 0.4], Scale.ORDINAL: [0.1, 0.15, 0.25, 0.3, 0.2]}


def drawn(scale: Scale, items: int, times: int) -> Iterator[Ratings]:
    """Seven answers in ten are true to their item, the others drawn by chance."""
    draw = np.random.default_rng(1)
    shares = SHARES[scale]
    values = len(shares)
    for _ in range(times):
        truth = draw.choice(values, (items, 1), p=shares)
        chance = draw.choice(values, (items, PEOPLE), p=shares)
        table = np.where(draw.random((items, PEOPLE)) < 0.7, truth, chance)
        given = ((*place, int(value)) for place, value in np.ndenumerate(table))
        yield collect(
            ((item, person, value) for item, person, value in given),
            scale=scale, values=range(values),
        )  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize(("scale", "name"), [
    (Scale.NOMINAL, "alpha"), (Scale.NOMINAL, "gwet"), (Scale.NOMINAL, "percent"),
    (Scale.NOMINAL, "fleiss"), (Scale.ORDINAL, "alpha"), (Scale.ORDINAL, "percent"),
])  # fmt: skip
def test_of_fifty_items_it_holds_the_truth_as_often_as_it_says(scale: Scale, name: str) -> None:
    """The seed is fixed; of 400 samples with a true 95 %, few runs in ten thousand show less."""
    [whole] = drawn(scale, 50_000, 1)
    population = getattr(agreement(whole), name)
    assert isinstance(population, Figure)
    found = [getattr(agreement(one), name) for one in drawn(scale, 50, 400)]
    held = [one.low <= population.value <= one.high for one in found if isinstance(one, Figure)]
    assert len(held) == 400
    assert np.mean(held) >= 0.91
