"""Items whose source has got further spans since they were frozen."""

from collections.abc import Collection
from uuid import UUID

from annotate_site import sql

from .sources import TRACE_KEY

# A session has changed, too, where it has another trace; of what was deleted nobody can tell.
CHANGED = f"""
select i.id from queues_item i join queues_queue q on q.id = i.queue_id
 where i.id = any(%(items)s::uuid[]) and i.source_changes is not null
   and i.source_changes < case i.source_kind
       when 'session' then
            (select sum(t.changes + 1) from traces_trace t
              where t.project_id = q.project_id and t.session_id = i.source_key
                and t.session_id <> '')
       else (select t.changes from traces_trace t where t.id = {TRACE_KEY}) end
"""


def changed_since(items: Collection[UUID]) -> set[UUID]:
    """Of these items; reads counters alone, and no content."""
    return {row.id for row in sql.rows(CHANGED, {"items": list(items)})} if items else set()
