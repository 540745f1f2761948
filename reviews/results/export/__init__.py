"""Export of a queue's answers: `note_export` first, then the text of `export_rows`."""

from collections.abc import Iterator

from django.db import transaction

from annotate_site.export_text import csv_lines, json_lines, marked
from annotate_site.projects.events import Actor, change, record

from .items import Extra, Scope
from .long import LONG_COLUMNS, long_rows
from .wide import wide_records, wide_table

__all__ = ["FORMATS", "SHAPES", "Extra", "Scope", "export_rows", "note_export"]

SHAPES = ("long", "wide")
FORMATS = ("jsonl", "csv")


def note_export(scope: Scope, shape: str, format: str) -> None:
    """The event that says who exports. Which answers they saw is noted as these are read."""
    queue, actor = scope.queue, Actor.person(scope.reader.user)
    with transaction.atomic():
        what = f"export {shape} {format}"
        record(change(queue.project_id, actor, "queue", queue.pk, what, "", "", queue=queue.pk))


def export_rows(scope: Scope, shape: str, format: str) -> Iterator[str]:
    """The file's text, piece by piece."""
    if format == "jsonl":
        return json_lines(long_rows(scope) if shape == "long" else wide_records(scope))
    if shape == "long":
        rows = ([row[name] for name in LONG_COLUMNS] for row in long_rows(scope))
        return marked(csv_lines(LONG_COLUMNS, rows))
    return marked(csv_lines(*wide_table(scope)))
