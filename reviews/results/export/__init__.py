"""Export of a queue's answers: `note_export` first, then the text of `export_rows`."""

from collections.abc import Iterator

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.access import Access
from annotate_site.projects.events import Actor, change, record

from .items import Scope
from .long import LONG_COLUMNS, long_rows
from .text import csv_lines, json_lines
from .wide import wide_records, wide_table

__all__ = ["FORMATS", "SHAPES", "Scope", "export_rows", "note_export"]

SHAPES = ("long", "wide")
FORMATS = ("jsonl", "csv")

OPENED = """
insert into queues_itemopened (item_id, user_id, at)
select i.id, %(user)s, clock_timestamp() from queues_item i
 where i.queue_id = %(queue)s and i.removed_at is null
   and (not %(completed)s or i.status = 'completed')
   and exists (select 1 from reviews_annotation a where a.item_id = i.id
                  and a.state = 'submitted' and a.annotator_id <> %(user)s)
on conflict do nothing
"""


def note_export(scope: Scope, access: Access, shape: str, format: str) -> None:
    """The event, and who has seen which answers; written before the first row leaves."""
    queue = scope.queue
    with transaction.atomic():
        sql.run(OPENED, {
            "user": access.user.pk, "queue": queue.pk, "completed": scope.completed_only,
        })  # fmt: skip
        name = f"{shape} {format}"
        record(change(queue.project_id, Actor.person(access.user), "queue", queue.pk,
                      f"export {name}", "", "", queue=queue.pk))  # fmt: skip


def export_rows(scope: Scope, shape: str, format: str) -> Iterator[str]:
    """The file's text, piece by piece."""
    if format == "jsonl":
        return json_lines(long_rows(scope) if shape == "long" else wide_records(scope))
    if shape == "long":
        rows = ([row[name] for name in LONG_COLUMNS] for row in long_rows(scope))
        return csv_lines(LONG_COLUMNS, rows)
    return csv_lines(*wide_table(scope))
