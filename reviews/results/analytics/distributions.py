"""What a field's answers are counted as, and how often each was given: overall and by person. Pure.

A row for each answer where these are few; for each option where an answer names several, or puts
them in order; for each range where they are many numbers or days. None for texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Any

from fields.describing import show_value
from fields.kinds import KINDS
from fields.models import Field

from ..statistics.distribution import Distribution

MOST_VALUES = 15
RANGES = 10


@dataclass(frozen=True)
class AnswerRow:
    """`counts`: how often it was given, by person. `mean_place`: of an option in a ranking."""

    label: str
    counts: Mapping[int, int]
    mean_place: float | None = None

    @property
    def count(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class AnswerCounts:
    """`answered`: how many answers each person gave; `counted`: what of an answer a row counts, ""
    where it counts the answer itself.
    """

    rows: Sequence[AnswerRow]
    answered: Mapping[int, int]
    counted: str = ""

    @property
    def total(self) -> int:
        return sum(self.answered.values())

    @property
    def by_place(self) -> bool:
        return any(row.mean_place is not None for row in self.rows)


def answer_counts(field: Field, given: Distribution) -> AnswerCounts:
    """`given`: of the values as the kind stores them."""
    answered = {person: sum(counts) for person, counts in _people(given)}
    kind = KINDS[field.kind]
    if kind.scale is None:
        return AnswerCounts([], answered)
    if kind.by_place:
        return AnswerCounts(_by_place(field, given), answered, "put first")
    if kind.by_option:
        return AnswerCounts(_by_option(field, given), answered, "chosen")
    if len(given.values) > max(MOST_VALUES, len(_declared(field))):
        return AnswerCounts(_in_ranges(field, given), answered)
    rows = [
        AnswerRow(_show(field, value), _counts(given, [number]))
        for number, value in enumerate(given.values)
    ]
    return AnswerCounts(rows, answered)


def _declared(field: Field) -> Sequence[Any]:
    return KINDS[field.kind].possible_answers(field.settings) or ()


def _people(given: Distribution) -> list[tuple[Any, Sequence[int]]]:
    return list(given.by_rater.items())


def _counts(given: Distribution, numbers: Sequence[int]) -> dict[int, int]:
    """By person: how often they gave one of the values with these numbers."""
    return {person: sum(counts[n] for n in numbers) for person, counts in _people(given)}


def _show(field: Field, value: Any) -> str:
    return show_value(field.kind, field.settings, value)


def _by_option(field: Field, given: Distribution) -> list[AnswerRow]:
    chosen = [tuple(value) if isinstance(value, (list, tuple)) else () for value in given.values]
    rows = [
        AnswerRow(_show(field, [option]), _counts(given, _having(chosen, option)))
        for option in _declared(field)
    ]
    if none := [number for number, options in enumerate(chosen) if not options]:
        rows.append(AnswerRow(_show(field, []), _counts(given, none)))
    return rows


def _having(chosen: Sequence[tuple[str, ...]], option: str) -> list[int]:
    return [number for number, options in enumerate(chosen) if option in options]


def _by_place(field: Field, given: Distribution) -> list[AnswerRow]:
    """In the order of their mean places."""
    rows, orders = [], list[Any](given.values)
    for option in field.settings["options"]:
        value = option["value"]
        places = [order.index(value) + 1 for order in orders]
        first = [number for number, place in enumerate(places) if place == 1]
        total = sum(place * given.counts[number] for number, place in enumerate(places))
        mean = total / given.total if given.total else None
        rows.append(AnswerRow(option["label"], _counts(given, first), mean))
    return sorted(rows, key=lambda row: row.mean_place or 0)


def _in_ranges(field: Field, given: Distribution) -> list[AnswerRow]:
    """Of equal width, on round numbers; a value on an edge is in the range that it begins."""
    kind, numbers = KINDS[field.kind], [_number(value) for value in given.values]
    least, step = min(numbers), _step(max(numbers) - min(numbers), whole=kind.whole)
    start = floor(least / step)
    places = [floor(number / step + 1e-9) - start for number in numbers]
    return [
        AnswerRow(
            kind.show_range((start + place) * step, (start + place + 1) * step),
            _counts(given, [n for n, other in enumerate(places) if other == place]),
        )
        for place in range(max(places) + 1)
    ]


def _number(value: Any) -> float:
    return float(date.fromisoformat(value).toordinal() if isinstance(value, str) else value)


def _step(width: float, *, whole: bool) -> float:
    """A round number of which about RANGES fill the width."""
    rough = width / RANGES
    tens = 10.0 ** floor(log10(rough))
    step = next(tens * one for one in (1, 2, 5, 10) if tens * one >= rough * (1 - 1e-9))
    return max(1.0, float(ceil(step))) if whole else step
