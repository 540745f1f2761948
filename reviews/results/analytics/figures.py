"""The figures of a queue's answers: of each field in short, of one field in full. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations
from typing import Any
from uuid import UUID

from fields.describing import show_value
from fields.kinds import ABSENT, KINDS
from fields.models import Field

from ..consensus import Basis, consensus
from ..rated_fields import option_ratings, ratings_of
from ..statistics.agreement import Agreement, agreement, krippendorff_alpha, percent_agreement
from ..statistics.confusion import confusion, confusion_with
from ..statistics.disputed import most_disputed
from ..statistics.distribution import distribution
from ..statistics.figures import Coefficient
from ..statistics.pairs import Pair, pair_matrix
from ..statistics.ratings import Ratings
from .answers import FieldAnswers
from .distributions import AnswerCounts, answer_counts

MOST_DISPUTED = 20
MOST_PEOPLE = 16
"""Pairs are told of no more people than these: those who answered most."""

ONE_ANSWER, ALIKE = "one answer", "alike"


@dataclass(frozen=True)
class FieldSummary:
    """`items`: those with an answer to the field."""

    field: UUID
    answers: int
    items: int
    people: int
    agreement: Agreement


@dataclass(frozen=True)
class OptionAgreement:
    label: str
    percent: Coefficient
    alpha: Coefficient


@dataclass(frozen=True)
class Disputed:
    """`item`: its place in the queue. `answers`: (person, their answer in words)."""

    item: int
    answers: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class MetAnswers:
    """How often one answer met another on the same item; of two people alone, their answers as
    rows and columns, `one` and `other`; of more, every two people's, either way round. Where they
    met final values, these are the columns.
    """

    labels: Sequence[str]
    counts: Sequence[Sequence[int]]
    one: int | None = None
    other: int | None = None

    @property
    def most(self) -> int:
        return max((max(row) for row in self.counts), default=0)


@dataclass(frozen=True)
class FieldFigures:
    """`consensus`: items by how they are agreed. `people`: who answered, and who are left out of
    the pairs, by the number of their answers.
    """

    counts: AnswerCounts
    options: Sequence[OptionAgreement]
    consensus: Mapping[str, int]
    people: Sequence[int]
    left_out: int
    pairs: Sequence[Pair]
    met: MetAnswers | None
    against_final: MetAnswers | None
    disputed: Sequence[Disputed]


def summary_of(answers: FieldAnswers) -> FieldSummary:
    ratings = answers.ratings
    return FieldSummary(
        answers.field.pk,
        len(answers.values),
        len(ratings.items),
        len(ratings.raters),
        agreement(ratings),
    )


def figures_of(answers: FieldAnswers) -> FieldFigures:
    field, ratings = answers.field, answers.ratings
    often = Counter(answers.people)
    people = [person for person, _ in often.most_common(MOST_PEOPLE)]
    options = option_ratings(field.kind, field.settings, answers.given)
    told = _among(answers, set(people)) if len(people) < len(often) else ratings
    return FieldFigures(
        counts=answer_counts(field, distribution(ratings)),
        options=[
            OptionAgreement(
                show_value(field.kind, field.settings, [option]),
                percent_agreement(one),
                krippendorff_alpha(one),
            )
            for option, one in options.items()
        ],
        consensus=_consensus(answers),
        people=people,
        left_out=len(often) - len(people),
        pairs=pair_matrix(told) if ratings.scale is not None else [],
        met=_met(field, told),
        against_final=_against_final(answers),
        disputed=_disputed(answers, list(options.values()) or [ratings]),
    )


def _among(answers: FieldAnswers, people: set[int]) -> Ratings:
    kind, settings = answers.field.kind, answers.field.settings
    return ratings_of(kind, settings, [one for one in answers.given if one[1] in people])


def _consensus(answers: FieldAnswers) -> dict[str, int]:
    """Of fields whose answers can be compared: items by their basis, those that all answered alike
    apart, and those with one answer."""
    kind = answers.field.kind
    if KINDS[kind].scale is None:
        return {}
    found: Counter[str] = Counter()
    basis_of = cache(lambda key: _basis(kind, key))
    for item, given in _by_item(answers).items():
        if item in answers.final:
            found[Basis.RESOLUTION] += 1
        else:
            found[basis_of(tuple(_hashable(value) for _, value in given))] += 1
    found[Basis.RESOLUTION] += len(set(answers.final) - set(answers.items))
    return dict(found)


def _basis(kind: str, values: tuple[Any, ...]) -> str:
    if len(values) == 1:
        return ONE_ANSWER
    if len(set(values)) == 1:
        return ALIKE
    lists = KINDS[kind].by_option or isinstance(values[0], tuple)
    agreed = consensus(kind, [list(one) for one in values] if lists else values, ABSENT)
    assert agreed is not None  # the kind has a scale, and there are answers
    return agreed.basis


def _by_item(answers: FieldAnswers) -> dict[int, list[tuple[int, Any]]]:
    """(person, value) of each."""
    found: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for item, *answer in answers.given:
        found[item].append((answer[0], answer[1]))
    return found


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _met(field: Field, ratings: Ratings) -> MetAnswers | None:
    """Of fields with a fixed set of answers, once two people have answered."""
    people: list[Any] = list(ratings.raters)
    if not ratings.declared or len(people) < 2:
        return None
    pairs = [confusion(ratings, *two).counts for two in combinations(people, 2)]
    size = range(len(ratings.values))
    two = len(people) == 2
    counts = [
        [sum(one[i][j] + (0 if two else one[j][i]) for one in pairs) for j in size] for i in size
    ]
    one, other = people if two else (None, None)
    return MetAnswers(_labels(field, ratings.values), counts, one, other)


def _against_final(answers: FieldAnswers) -> MetAnswers | None:
    if not answers.ratings.declared or not answers.final:
        return None
    found = confusion_with(answers.ratings, answers.final)
    return MetAnswers(_labels(answers.field, found.values), found.counts) if found.total else None


def _labels(field: Field, values: Sequence[Any]) -> list[str]:
    return [show_value(field.kind, field.settings, value) for value in values]


def _disputed(answers: FieldAnswers, ratings: Sequence[Ratings]) -> list[Disputed]:
    if KINDS[answers.field.kind].scale is None:
        return []
    found: list[Any] = [one.item for one in most_disputed(*ratings, most=MOST_DISPUTED)]
    show = partial(show_value, answers.field.kind, answers.field.settings)
    of_item: dict[int, list[tuple[int, str]]] = {item: [] for item in found}
    for item, person, value in answers.given:
        if item in of_item:
            of_item[item].append((person, show(value)))
    return [Disputed(item, told) for item, told in of_item.items()]
