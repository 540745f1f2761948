"""Queues in which everything is done and that do not complete, since a rule can still feed them."""

from collections.abc import Sequence
from uuid import UUID

from annotate_site import sql

from ..conditions import has_open_item, is_fed

DRAINED = f"""
select q.id from queues_queue q
 where q.id = any(%(queues)s) and q.status in ('active', 'paused') and q.archived_at is null
   and {is_fed("q")} and not {has_open_item("q")}
   and exists (select 1 from queues_item i where i.queue_id = q.id and i.removed_at is null
                  and i.kind = 'normal')
"""


def drained(queue_ids: Sequence[UUID]) -> set[UUID]:
    """Those of them that are; one statement, quick for all that no rule feeds."""
    return {row.id for row in sql.rows(DRAINED, {"queues": list(queue_ids)})}
