"""Taking the content of rows away: places, ids and digests stay, so that versions still count."""

from collections.abc import Sequence
from uuid import UUID

from annotate_site import sql

# The trigger lets it pass in this transaction alone.
ERASE = """
update traces_datasetrow r
   set inputs = json_build_object('erased_at', %(at)s::text), outputs = '{}', expected = '{}',
       annotations = '{}', preview = %(title)s, erased_at = %(at)s::timestamptz
 where r.id = any(%(rows)s)
"""
OF = """
select r.id from traces_datasetrow r join traces_dataset d on d.id = r.dataset_id
 where d.project_id = %(project)s and r.erased_at is null
   and (r.trace = any(%(traces)s::uuid[]) or r.item = any(%(items)s::uuid[]))
"""


def rows_of(project: UUID, traces: Sequence[UUID], items: Sequence[UUID]) -> list[int]:
    """Rows of any version that were made from these."""
    params = {"project": project, "traces": list(traces), "items": list(items)}
    return [row.id for row in sql.rows(OF, params)]


def erase_rows(rows: Sequence[int], *, at: str, title: str) -> None:
    """In the present transaction, which has `annotate.erasing` on. `at`: ISO 8601."""
    sql.run(ERASE, {"rows": list(rows), "at": at, "title": title})
