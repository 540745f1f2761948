"""The items on which people differ most. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from .ratings import Floats, Ratings, totals


@dataclass(frozen=True)
class DisputedItem:
    """`dispute`: 0 where all are equal, 1 where no two could be further apart. `answers`: how many
    people answered.
    """

    item: Hashable
    dispute: float
    answers: int


def most_disputed(*ratings: Ratings, most: int = 20) -> Sequence[DisputedItem]:
    """The worst first, then those with more answers; an item that nobody disputes is not listed.

    On a nominal scale the dispute is the share of the item's pairs of answers that differ; on an
    ordered one the mean squared distance of its pairs, as a share of the squared range of the
    answers. Several ratings are the options of one field, and count alike. Texts have none.
    """
    sums: dict[Hashable, float] = {}
    given: dict[Hashable, int] = {}
    for one in ratings:
        for item, dispute, count in zip(
            one.items, disputes(one).tolist(), one.answers_per_item.tolist(), strict=True
        ):
            sums[item] = sums.get(item, 0.0) + dispute / len(ratings)
            given[item] = max(given.get(item, 0), count)
    found = [DisputedItem(item, sums[item], given[item]) for item in sums if sums[item] > 0]
    return sorted(found, key=lambda one: (-one.dispute, -one.answers))[:most]


def disputes(ratings: Ratings) -> Floats:
    """Of each item, in the order of `ratings.items`."""
    items, size = len(ratings.items), len(ratings.values)
    m = ratings.answers_per_item.astype(np.float64)
    pairs = np.maximum(m * (m - 1), 1)
    if ratings.scale is None or not size:
        return np.zeros(items)
    if ratings.is_ordered:
        x = ratings.numbers[ratings.code_of]
        sums = totals(ratings.item_of, x, items)
        squares = totals(ratings.item_of, x**2, items)
        widest = float(ratings.numbers.max()) ** 2 or 1.0
        apart = np.maximum(2 * (m * squares - sums**2), 0) / pairs / widest
        return np.where(apart > 1e-12, apart, 0.0)
    cells, often = np.unique(ratings.item_of * size + ratings.code_of, return_counts=True)
    alike = totals(cells // size, often * (often - 1.0), items)
    return np.where(m > 1, 1 - alike / pairs, 0.0)
