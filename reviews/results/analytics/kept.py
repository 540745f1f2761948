"""Figures that are kept for everyone who may read the same answers, until one of these changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import cache

from annotate_site import sql
from fields.models import Field
from queues.models import Queue
from queues.visibility import Reader

from .answers import mark_of, read_answers
from .figures import FieldFigures, FieldSummary, figures_of, summary_of

T = TypeVar("T")
KEPT_SECONDS = 24 * 3600
VERSION = 3
"""Of the figures' classes: one more wherever one of them changes."""


@dataclass(frozen=True)
class Kept(Generic[T]):
    """`at`: when they were made."""

    figures: T
    at: datetime


@dataclass(frozen=True)
class QueueFigures:
    """Of each field that the queue asks or has asked, in order; and of one of them, in full."""

    summaries: Kept[list[FieldSummary]]
    detail: Kept[FieldFigures]


def queue_figures(queue: Queue, reader: Reader, field: Field) -> QueueFigures:
    """The reader has opened the answers they are made of."""
    mark = mark_of(queue, reader)
    found = cache.get_many(_keys(queue, reader, mark, field))
    summaries, detail = (found.get(key) for key in _keys(queue, reader, mark, field))
    if summaries and detail:
        return QueueFigures(summaries, detail)
    now, answers = read_answers(queue, reader, field if summaries else None)
    if now != mark:  # an answer came in meanwhile
        if summaries:
            now, answers = read_answers(queue, reader)
        summaries = detail = None
    at = sql.clock()
    summaries = summaries or Kept([summary_of(one) for one in answers], at)
    detail = detail or Kept(figures_of(next(one for one in answers if one.field == field)), at)
    keys = _keys(queue, reader, now, field)
    cache.set_many(dict(zip(keys, (summaries, detail), strict=True)), KEPT_SECONDS)
    return QueueFigures(summaries, detail)


def _keys(queue: Queue, reader: Reader, mark: str, field: Field) -> tuple[str, str]:
    start = f"analytics:{VERSION}:{queue.pk}:{reader.whose}:{mark}"
    return f"{start}:all", f"{start}:{field.pk}"
