"""The tables of the page of figures, as files have them: people by e-mail. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..statistics.figures import Coefficient, Figure
from . import wording
from .figures import MetAnswers
from .page import Page

FIGURE = ["value", "low", "high", "items", "pairs", "remark"]


class Table(NamedTuple):
    headings: list[str]
    rows: list[list[Any]]


def _figure(one: Coefficient) -> list[Any]:
    found = [one.value, one.low, one.high] if isinstance(one, Figure) else [None] * 3
    return [*found, one.items, one.pairs, wording.reason(one)]


def _fields(page: Page) -> Table:
    headings = ["field", "kind", "answers", "items", "people"]
    return Table(
        [*headings, *(f"{name} {cell}" for name in ("same", "alpha") for cell in FIGURE)],
        [
            [
                row.field.name, row.field.kind, row.summary.answers, row.summary.items,
                row.summary.people, *_figure(row.summary.agreement.percent),
                *_figure(row.summary.agreement.alpha),
            ]
            for row in page.rows
        ],
    )  # fmt: skip


def _agreement(page: Page) -> Table:
    told = wording.coefficients_of(page.detail.agreement)
    return Table(["figure", *FIGURE], [[name, *_figure(one)] for name, one, _ in told])


def _options(page: Page) -> Table:
    return Table(
        ["option", *(f"{name} {cell}" for name in ("same", "alpha") for cell in FIGURE)],
        [
            [one.label, *_figure(one.percent), *_figure(one.alpha)]
            for one in page.detail.figures.options
        ],
    )


def _answers(page: Page) -> Table:
    counts, people = page.detail.figures.counts, page.detail.figures.people
    return Table(
        ["answer", "count", "of", "mean place", *map(page.detail.email, people)],
        [
            [
                row.label, row.count, counts.total, row.mean_place,
                *(row.counts.get(person, 0) for person in people),
            ]
            for row in counts.rows
        ],
    )  # fmt: skip


def _consensus(page: Page) -> Table:
    of = page.detail.agreed_on
    return Table(["items where", "items", "of"], [[*row, of] for row in page.detail.consensus])


def _pairs(page: Page) -> Table:
    email = page.detail.email
    return Table(
        ["one", "other", *(f"kappa {cell}" for cell in FIGURE)],
        [
            [email(one.one), email(one.other), *_figure(one.kappa)]
            for one in page.detail.figures.pairs
        ],
    )


def _met(page: Page) -> Table:
    return _matrix(page.detail.figures.met)


def _final(page: Page) -> Table:
    return _matrix(page.detail.figures.against_final)


def _matrix(met: MetAnswers | None) -> Table:
    """Rows by columns: whose they are says the page."""
    if met is None:
        return Table(["answer"], [])
    rows = zip(met.labels, met.counts, strict=True)
    return Table(["answer", *met.labels], [[label, *counts] for label, counts in rows])


def _disputed(page: Page) -> Table:
    rows = []
    for one in page.detail.figures.disputed:
        if item := page.detail.items.get(one.item):
            rows += [
                [str(item.pk), item.title, page.detail.email(person), words]
                for person, words in one.answers
            ]
    return Table(["item_id", "title", "annotator", "answer"], rows)


def _days(page: Page) -> Table:
    return Table(
        ["day", "annotations", "people", "median active ms"],
        [
            [one.day.isoformat(), one.annotations, one.people, one.active_ms]
            for one in page.work.days
        ],
    )


TABLES: Mapping[str, Callable[[Page], Table]] = {
    "fields": _fields,
    "agreement": _agreement,
    "options": _options,
    "answers": _answers,
    "consensus": _consensus,
    "pairs": _pairs,
    "met": _met,
    "final": _final,
    "disputed": _disputed,
    "days": _days,
}
