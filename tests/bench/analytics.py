"""What the figures of 100,000 answers take: made anew, and kept."""

import json
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate_site import sql
from annotate_site.projects.models import Project
from queues.models import Queue
from queues.visibility import Reader, Whose
from reviews.results.analytics.page import page_of
from tests import factories

from .bulk import REQUIRED, grown_queue
from .telling import budget

ANSWERS, MOST_SECONDS = 100_000, 1
VALUES: dict[str, list[str] | list[int]] = {
    "category": ["good", "bad", "unclear"],
    "rating": [1, 2, 3, 4, 5],
}
# Three people in four answer what the item suggests.
MAKE_SCORES = """
insert into reviews_score (project_id, item_id, round, annotation_id, field_id, annotator_id,
       source_kind, source_key, value, note, created_at)
select %(project)s, a.item_id, 1, a.id, %(field)s, a.annotator_id, 'human', '',
       %(values)s::jsonb -> (case when random() < 0.75 then hashtext(a.item_id::text) & 65535
                             else (random() * 65535)::int end %% %(count)s), '', now()
  from reviews_annotation a where a.queue_id = %(queue)s
"""


def measure() -> None:
    queue = answered_queue(factories.make_project("Figures", slug="figures"))
    field = str(queue.queue_fields.all()[0].field_id)
    print(f"\nFigures of {ANSWERS:,} answers, {REQUIRED} people, {len(VALUES)} fields")
    reader = Reader(factories.make_user("Reader"), Whose.ALL)
    for told in ("first look, s", "made anew, s", "kept, s"):
        if told.startswith("made"):
            sql.run("delete from annotate_cache")
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as asked:
            page_of(queue, reader, field)
        took = time.perf_counter() - began
        budget(told, f"{took:.2f}", f"below {MOST_SECONDS}", took < MOST_SECONDS)
        print(f"  {'statements':28}{len(asked):10}")


def answered_queue(project: Project) -> Queue:
    people = [factories.make_user(f"Judge {number}") for number in range(REQUIRED)]
    for person in people:
        factories.join(project, person)
    fields = [factories.make_field(project, kind, name=kind) for kind in VALUES]
    items = ANSWERS // len(VALUES) // REQUIRED
    queue = grown_queue(project, fields, items, dict.fromkeys(people, items))
    for field in fields:
        values = VALUES[field.kind]
        sql.run(MAKE_SCORES, {
            "project": project.pk, "queue": queue.pk, "field": field.pk, "count": len(values),
            "values": json.dumps(values),
        })  # fmt: skip
    sql.run("vacuum analyze")
    return queue
