"""What an export of 100,000 answers takes among a million traces, and how much memory."""

import time
from pathlib import Path

from annotate_site import sql
from queues.models import Queue
from queues.visibility import Reader, Whose
from reviews.results.export import Scope, export_rows
from tests import factories

from .telling import budget

TRACES = 1_000_000
MOST_SECONDS, MOST_MB = 10, 50
PAGE_BYTES = 4096
# The items' own, and others.
MAKE_TRACES = """
insert into traces_trace (id, project_id, trace_id, name, session_id, user_id, start, status, model,
       tags, attributes, input_preview, output_preview, span_count)
select id, %(project)s, 'many-' || id, 'Chat', '', '', now(), 'ok', '', '{}', '{}', '', '', 0
  from (select source_key::uuid as id from queues_item where queue_id = %(queue)s
        union all
        select gen_random_uuid() from generate_series(1, %(others)s)) made
"""
# One for each annotation of whoever has done all of the queue.
MAKE_SCORES = """
insert into reviews_score (project_id, item_id, round, annotation_id, field_id, annotator_id,
       source_kind, source_key, value, note, created_at)
select %(project)s, a.item_id, 1, a.id, %(field)s, a.annotator_id, 'human', '', '"Polite"', '',
       now()
  from reviews_annotation a where a.queue_id = %(queue)s and a.annotator_id = %(annotator)s
"""


def measure(queue: Queue, annotator: int) -> None:
    """Prints both shapes. `annotator` has done every item of the queue."""
    field = queue.queue_fields.get(field__kind="text").field_id
    known = {"project": queue.project_id, "queue": queue.pk, "field": field, "annotator": annotator}
    sql.run("set statement_timeout = 0")
    answers = sql.run(MAKE_SCORES, known)
    sql.run(MAKE_TRACES, {**known, "others": TRACES - queue.items.count()})
    sql.run("vacuum analyze")
    sql.run("reset statement_timeout")
    print(f"\nExport of {answers:,} answers among {TRACES:,} traces")
    scope = Scope(queue, Reader(factories.make_user("Exporter"), Whose.ALL))
    for shape, format in (("long", "jsonl"), ("wide", "csv")):
        before, most, began = _memory(), 0, time.perf_counter()
        for number, _ in enumerate(export_rows(scope, shape, format)):
            if number % 1000 == 0:
                most = max(most, _memory() - before)
        took = time.perf_counter() - began
        budget(f"{shape} {format}, s", f"{took:.1f}", f"below {MOST_SECONDS}", took < MOST_SECONDS)
        mb = most / 1e6
        budget("  memory above idle, MB", f"{mb:.0f}", f"below {MOST_MB}", mb < MOST_MB)


def _memory() -> int:
    """Bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES
