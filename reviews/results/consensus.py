"""What an item's annotators agree on, field by field. Pure.

The reviewer's final value where there is one. Else, by the kind's scale of measurement: a strict
majority of those who answered (nominal), or the median (ordinal and interval). A tie is a tie.
Texts have no consensus of their own.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cmp_to_key
from statistics import median
from typing import Any, TypeVar

from fields.kinds import ABSENT, KINDS, Scale

H = TypeVar("H", bound=Hashable)


class Basis(StrEnum):
    RESOLUTION = "resolution"
    MAJORITY = "majority"
    MEDIAN = "median"
    TIE = "tie"


@dataclass(frozen=True)
class Consensus:
    """`value` is None in a tie."""

    value: Any
    basis: Basis


TIE = Consensus(None, Basis.TIE)


def consensus(kind: str, answers: Sequence[Any], final: Any = ABSENT) -> Consensus | None:
    """`answers`: the valid values of those who answered; None where there is nothing to agree on.

    The median of an even number lies midway: 2 and 3 give 2.5, two dates the day between them, the
    earlier of two.
    """
    if final is not ABSENT:
        return Consensus(final, Basis.RESOLUTION)
    scale = KINDS[kind].scale
    if not answers or scale is None:
        return None
    if scale != Scale.NOMINAL:
        return Consensus(_median(answers), Basis.MEDIAN)
    if KINDS[kind].by_option:
        return _by_option(answers)
    agreed = majority([_hashable(answer) for answer in answers])
    if agreed is None:
        return TIE
    return Consensus(next(one for one in answers if _hashable(one) == agreed), Basis.MAJORITY)


def majority(answers: Sequence[H]) -> H | None:
    """What more than half of them answered."""
    if not answers:
        return None
    answer, count = Counter(answers).most_common(1)[0]
    return answer if 2 * count > len(answers) else None


def _by_option(answers: Sequence[list[str]]) -> Consensus:
    """The options that more than half chose, in the order of the field; a tie on one is a tie."""
    chosen = Counter(option for answer in answers for option in answer)
    if any(2 * count == len(answers) for count in chosen.values()):
        return TIE
    agreed = [option for option, count in chosen.items() if 2 * count > len(answers)]

    def order(one: str, other: str) -> int:
        # More than half chose each, so that one answer at least has both, in the field's order.
        both = next(answer for answer in answers if one in answer and other in answer)
        return both.index(one) - both.index(other)

    return Consensus(sorted(agreed, key=cmp_to_key(order)), Basis.MAJORITY)


def _median(answers: Sequence[Any]) -> Any:
    if isinstance(answers[0], str):
        days = sorted(date.fromisoformat(answer).toordinal() for answer in answers)
        return date.fromordinal(int(median(days))).isoformat()
    # As decimals, so that 0.1 and 0.2 give 0.15 and nothing beside it.
    middle = median(Decimal(str(answer)) for answer in answers)
    whole = all(isinstance(answer, int) for answer in answers) and middle == int(middle)
    return int(middle) if whole else float(middle)


def _hashable(answer: Any) -> Hashable:
    return tuple(answer) if isinstance(answer, list) else answer
