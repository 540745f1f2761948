"""Taking the content of items away: the hash stays, and a tombstone that says when."""

from collections.abc import Sequence
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event

from . import locks
from .actions.items.changing import remove_some
from .conditions import is_erased
from .models import Item, Queue
from .states import ItemStatus

ERASED_TITLE = "Erased content"
ERASED_TEXT = "(erased)"

# Of traces in every kind of source; a session has a row of traces_tracequeue for each of its own.
OF_TRACES = f"""
with made as materialized (
select i.id from queues_item i join queues_queue q on q.id = i.queue_id
 where q.project_id = %(project)s
   and ((i.source_kind = 'trace' and i.source_key = any(%(keys)s))
        or (i.source_kind = 'span' and split_part(i.source_key, '/', 1) = any(%(keys)s))
        or (i.source_kind = 'session' and i.source_key in (
            select t.session_id from traces_trace t
             where t.project_id = %(project)s and t.id = any(%(traces)s::uuid[])))
        or (i.source_kind = 'dataset_row' and i.source_key = any(%(rows)s))
        or i.id in (select w.item_id from traces_tracequeue w
                     where w.project_id = %(project)s and w.trace_id = any(%(traces)s::uuid[])))
)
select i.id from made join queues_item i on i.id = made.id
 where not {is_erased("i")}
"""
ERASE = """
update queues_item set snapshot = json_build_object('erased_at', %(at)s::text),
       title = %(title)s, preview = '', stratum = ''
 where id = any(%(items)s::uuid[])
"""
REASONS = """
update queues_reservation set reason = %(text)s where item_id = any(%(items)s::uuid[])
   and reason <> ''
"""


def items_of(project: UUID, traces: Sequence[UUID], rows: Sequence[int]) -> list[UUID]:
    """Items of all queues, also removed ones, made from these traces or dataset rows."""
    params = {
        "project": project, "traces": list(traces), "keys": [str(pk) for pk in traces],
        "rows": [str(pk) for pk in rows],
    }  # fmt: skip
    return sorted(row.id for row in sql.rows(OF_TRACES, params))


def erase_items(item_ids: Sequence[UUID], *, at: str, actor: Actor) -> None:
    """In the present transaction, which has `annotate.erasing` on.

    What is not completed leaves its queue: nobody can judge what is not there.
    """
    made = Item.objects.filter(pk__in=item_ids)
    for queue in Queue.objects.filter(pk__in=made.values("queue")).order_by("pk"):
        locks.share(queue.pk)
        items = locks.lock_items(set(made.filter(queue=queue).values_list("pk", flat=True)))
        open = [item.pk for item in items if item.status != ItemStatus.COMPLETED]
        remove_some(queue=queue, item_ids=open, confirmed=True, actor=actor)
        record(*(_event_of(item, queue, actor) for item in items))
    params = {"items": list(item_ids), "at": at, "title": ERASED_TITLE, "text": ERASED_TEXT}
    sql.run(ERASE, params)
    sql.run(REASONS, params)


def _event_of(item: Item, queue: Queue, actor: Actor) -> Event:
    return change(
        queue.project_id, actor, "item", item.pk, "content", "", "erased", queue=queue.pk,
        item=item.pk,
    )  # fmt: skip
