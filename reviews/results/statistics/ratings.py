"""What people answered to one question, as arrays. Pure."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fields.scales import Scale

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Answer = tuple[Hashable, Hashable, Any]
"""Item, rater, value."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """Answer i: `raters[rater_of[i]]` gave `values[code_of[i]]` to `items[item_of[i]]`.

    `values`: where `declared`, every answer that can be given, in the field's order; else those
    that were given, sorted. `scale` is None of texts. Nobody has answered an item twice.
    """

    scale: Scale | None
    declared: bool
    items: Sequence[Hashable]
    raters: Sequence[Hashable]
    values: Sequence[Hashable]
    item_of: Ints
    rater_of: Ints
    code_of: Ints

    @property
    def is_ordered(self) -> bool:
        return self.scale in (Scale.ORDINAL, Scale.INTERVAL)

    @cached_property
    def numbers(self) -> Floats:
        """Of each value, if ordered: itself, days of a date; counted from the lowest. Else 0."""
        if not self.is_ordered:
            return np.zeros(len(self.values))
        numbers = np.array([number_of(value) for value in self.values], np.float64)
        return numbers - (numbers.min() if len(numbers) else 0)

    @cached_property
    def answers_per_item(self) -> Ints:
        return np.bincount(self.item_of, minlength=len(self.items))


def collect(
    answers: Iterable[Answer], *, scale: Scale | None, values: Sequence[Any] | None = None
) -> Ratings:
    """`values`: every answer that can be given, None where these are not fixed. Raises ValueError
    if somebody answered an item twice, or what cannot be answered.
    """
    items: dict[Hashable, int] = {}
    raters: dict[Hashable, int] = {}
    codes: dict[Hashable, int] = {value: code for code, value in enumerate(values or ())}
    rows: list[tuple[int, int, int]] = []
    for item, rater, value in answers:
        key = tuple(value) if isinstance(value, list) else value
        code = codes.setdefault(key, len(codes))
        place = items.setdefault(item, len(items)), raters.setdefault(rater, len(raters))
        rows.append((*place, code))
    if values is not None and len(codes) > len(values):
        raise ValueError(f"{list(codes)[len(values)]!r} is not among the answers of the field.")
    given = np.array(rows, np.int64).reshape(-1, 3)
    if len(np.unique(given[:, 0] * len(raters) + given[:, 1])) < len(given):
        raise ValueError("Somebody answered an item twice.")
    kept, code_of = _sorted(list(codes), given[:, 2], scale, values is not None)
    names = list(items), list(raters)
    return Ratings(scale, values is not None, *names, kept, given[:, 0], given[:, 1], code_of)


def number_of(value: Any) -> float:
    """On an ordered scale: a date's is its day, the difference of two their days apart."""
    return float(date.fromisoformat(value).toordinal() if isinstance(value, str) else value)


def totals(where: Ints, what: Floats, size: int) -> Floats:
    """Of `what`, by its place in `where`: 0 to size."""
    return np.bincount(where, what, size).astype(np.float64)


def _sorted(
    values: list[Any], code_of: Ints, scale: Scale | None, declared: bool
) -> tuple[list[Any], Ints]:
    """Declared values keep their order."""
    if declared or not values:
        return values, code_of
    by = str if scale in (None, Scale.NOMINAL) else number_of
    order = sorted(range(len(values)), key=lambda code: by(values[code]))
    place = np.empty(len(values), np.int64)
    place[order] = np.arange(len(values))
    return [values[code] for code in order], place[code_of]
