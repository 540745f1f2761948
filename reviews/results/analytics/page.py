"""What the page of figures shows: of all fields in short, of one in full, and by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotate_site.projects.models import User
from fields.describing import summary
from fields.models import Field
from queues.models import Item, Queue
from queues.visibility import Reader

from ..statistics.agreement import Agreement
from ..statistics.figures import Coefficient
from ..statistics.pairs import Pair
from . import charts, wording
from .answers import fields_of
from .distributions import AnswerCounts
from .figures import Disputed, FieldFigures, FieldSummary, MetAnswers
from .kept import queue_figures
from .throughput import Work, submitted_work


@dataclass(frozen=True)
class Shown:
    """A coefficient: its figure with the interval in words, or the reason why there is none."""

    name: str
    words: str
    reason: str
    drawn: charts.Interval | None
    says: str = ""
    is_share: bool = False


@dataclass(frozen=True)
class FieldRow:
    field: Field
    summary: FieldSummary
    percent: Shown
    alpha: Shown


@dataclass(frozen=True)
class CountRow:
    """`share`: of all answers, in percent; `by_person`: (name, count, shade of the cell)."""

    label: str
    count: int
    share: float
    mean_place: float | None
    by_person: Sequence[tuple[str, int, int]]


@dataclass(frozen=True)
class DisputedRow:
    item: Item
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Matrix:
    """Rows: (answer, cells: the answer of the column, count, shade, whether they are the same).
    `people`: whose answers are rows and columns, where it is of two.
    """

    labels: Sequence[str]
    rows: Sequence[tuple[str, Sequence[tuple[str, int, int, bool]]]]
    people: tuple[str, str] | None


def chosen(fields: Sequence[Field], pk: str) -> Field | None:
    """The field with this id, the first for any other text."""
    return next((one for one in fields if str(one.pk) == pk), fields[0] if fields else None)


@dataclass(frozen=True)
class Page:
    """`about`: the chosen field in a line. `as_of`: when the figures were made."""

    chosen: Field
    about: str
    rows: Sequence[FieldRow]
    as_of: datetime
    detail: "FieldDetail"
    work: Work

    @property
    def chart(self) -> charts.DayChart | None:
        return charts.day_chart(self.work.days)


def page_of(queue: Queue, reader: Reader, pk: str) -> Page | None:
    """`pk`: of the field that is shown in full. None of a queue that asks nothing."""
    fields = fields_of(queue)
    if (field := chosen(fields, pk)) is None:
        return None
    found = queue_figures(queue, reader, field)
    return Page(
        field,
        summary(field.kind, field.settings),
        field_rows(fields, found.summaries.figures),
        found.summaries.at,
        FieldDetail(queue, _agreement(found.summaries.figures, field), found.detail.figures),
        submitted_work(queue),
    )


def _agreement(summaries: Sequence[FieldSummary], field: Field) -> Agreement:
    return next(one.agreement for one in summaries if one.field == field.pk)


def field_rows(fields: Sequence[Field], summaries: Sequence[FieldSummary]) -> list[FieldRow]:
    of_field = {one.field: one for one in summaries}
    found = [of_field[one.pk] for one in fields if one.pk in of_field]
    start = charts.axis_start([one.agreement.alpha for one in found])
    by_id = {one.pk: one for one in fields}
    return [
        FieldRow(
            by_id[one.field],
            one,
            shown("", one.agreement.percent, share=True),
            shown("", one.agreement.alpha, start),
        )
        for one in found
    ]


def shown(
    name: str, one: Coefficient, start: float = 0, *, share: bool = False, says: str = ""
) -> Shown:
    words = wording.with_interval(one, share=share)
    return Shown(name, words, wording.reason(one), charts.interval(one, start), says, share)


def count_rows(counts: AnswerCounts, people: Mapping[int, str] | None = None) -> list[CountRow]:
    """`people`: those with a cell of their own, by name."""
    total = counts.total or 1
    return [
        CountRow(
            row.label, row.count, 100 * row.count / total, row.mean_place,
            [
                (name, given, charts.shade(given / of if of else 0))
                for pk, name in (people or {}).items()
                for given, of in [(row.counts.get(pk, 0), counts.answered.get(pk, 0))]
            ],
        )
        for row in counts.rows
    ]  # fmt: skip


class FieldDetail:
    """One field in full, with the names of people and items."""

    def __init__(self, queue: Queue, agreement: Agreement, figures: FieldFigures) -> None:
        self.agreement, self.figures = agreement, figures
        self.people = people_of(figures)
        self.items = items_of(queue, figures.disputed)

    @property
    def coefficients(self) -> list[Shown]:
        told = wording.coefficients_of(self.agreement)
        start = charts.axis_start([one for _, one, _ in told])
        return [
            shown(name, one, start, share=number == 0, says=says)
            for number, (name, one, says) in enumerate(told)
        ]

    @property
    def options(self) -> list[tuple[str, Shown, Shown]]:
        start = charts.axis_start([one.alpha for one in self.figures.options])
        return [
            (one.label, shown("", one.percent, share=True), shown("", one.alpha, start))
            for one in self.figures.options
        ]

    @property
    def answered(self) -> list[tuple[str, int]]:
        of_person = self.figures.counts.answered
        return [(self._name(pk), of_person.get(pk, 0)) for pk in self.figures.people]

    @property
    def counts(self) -> list[CountRow]:
        names = {pk: self._name(pk) for pk in self.figures.people}
        return count_rows(self.figures.counts, names)

    @property
    def consensus(self) -> list[tuple[str, int]]:
        found = self.figures.consensus
        return [(words, found[key]) for key, words in wording.CONSENSUS.items() if found.get(key)]

    @property
    def agreed_on(self) -> int:
        return sum(self.figures.consensus.values())

    @property
    def pairs(self) -> list[tuple[str, str, Pair, Shown]]:
        start = charts.axis_start([one.kappa for one in self.figures.pairs])
        return [
            (self._name(one.one), self._name(one.other), one, shown("", one.kappa, start))
            for one in self.figures.pairs
        ]

    @property
    def met(self) -> Matrix | None:
        return self._matrix(self.figures.met)

    @property
    def against_final(self) -> Matrix | None:
        return self._matrix(self.figures.against_final)

    def _matrix(self, met: MetAnswers | None) -> Matrix | None:
        if met is None:
            return None
        rows = [
            (
                label,
                [
                    (met.labels[j], n, charts.shade(n / (met.most or 1)), i == j)
                    for j, n in enumerate(row)
                ],
            )
            for i, (label, row) in enumerate(zip(met.labels, met.counts, strict=True))
        ]
        people = (self._name(met.one), self._name(met.other)) if met.one else None
        return Matrix(met.labels, rows, people)

    @property
    def disputed(self) -> list[DisputedRow]:
        return [
            DisputedRow(
                self.items[one.item], [(self._name(pk), words) for pk, words in one.answers]
            )
            for one in self.figures.disputed
            if one.item in self.items
        ]

    def email(self, pk: Any) -> str:
        return self.people[pk].email

    def _name(self, pk: Any) -> str:
        return str(self.people[pk])


def people_of(figures: FieldFigures) -> Mapping[int, User]:
    answered = set(figures.counts.answered) | {
        person for one in figures.disputed for person, _ in one.answers
    }
    return User.objects.in_bulk(answered)


def items_of(queue: Queue, disputed: Sequence[Disputed]) -> dict[int, Item]:
    """By place in the queue."""
    places = [one.item for one in disputed]
    return {one.seq: one for one in queue.items.filter(seq__in=places).defer("snapshot")}
