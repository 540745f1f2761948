"""Figures that are kept for everyone who may read the same answers, until one of these changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import cache

from annotate_site import sql
from fields.models import Field
from queues.models import Queue
from queues.visibility import Reader

from .answers import FieldAnswers, mark_of, read_answers
from .figures import FieldFigures, FieldSummary, figures_of, summary_of

T = TypeVar("T")
KEPT_SECONDS = 24 * 3600
VERSION = 1
"""Of the figures' classes: one more wherever one of them changes."""


@dataclass(frozen=True)
class Kept(Generic[T]):
    """`at`: when they were made."""

    figures: T
    at: datetime


def summaries(queue: Queue, reader: Reader) -> Kept[list[FieldSummary]]:
    """A FieldSummary of each field that the queue asks or has asked, in order."""

    def make(answers: list[FieldAnswers]) -> list[FieldSummary]:
        return [summary_of(one) for one in answers]

    return _kept(queue, reader, "all", None, make)


def field_figures(queue: Queue, reader: Reader, field: Field) -> Kept[FieldFigures]:
    """The FieldFigures of one that the queue asks or has asked."""

    def make(answers: list[FieldAnswers]) -> FieldFigures:
        return figures_of(next(one for one in answers if one.field.pk == field.pk))

    return _kept(queue, reader, str(field.pk), field, make)


def _kept(
    queue: Queue,
    reader: Reader,
    what: str,
    field: Field | None,
    make: Callable[[list[FieldAnswers]], T],
) -> Kept[T]:
    start = f"analytics:{VERSION}:{queue.pk}:{reader.whose}:{what}:"
    if (found := cache.get(start + mark_of(queue, reader))) is not None:
        kept: Kept[T] = found
        return kept
    mark, answers = read_answers(queue, reader, field)
    made = Kept(make(answers), sql.clock())
    cache.set(start + mark, made, KEPT_SECONDS)
    return made
