"""Finished items that were answered to an earlier version of a field are asked again.

Each begins a new round for those who annotated it, who find all their other answers in the form.
Which items these are is read from their annotations, so that asking twice asks nothing twice.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.jobs import open_job, run_now
from annotate_site.projects.events import Actor, record
from annotate_site.projects.models import Job, User
from fields.models import Field
from queues.actions.field_versions import move_to_version
from queues.actions.items.rounds import begin_again, last_round
from queues.actions.status import JustCompleted, demand_reopenable, lock_for_work, reopened_by_work
from queues.conditions import is_erased
from queues.locks import lock_items
from queues.models import Queue

ASK_AGAIN = "ask_again"
BATCH = 50
FROM_THE_FIRST = -1
MOST_COUNTED = 10_000
# Items whose annotations are all in, one of them at least judged by an earlier version of the field
# and not by this one.
OUTDATED = f"""
select i.id, i.seq from queues_item i
 where i.queue_id = %(queue)s and i.seq > %(after)s and i.removed_at is null and i.kind = 'normal'
   and i.status in ('completed', 'pending_review')
   and (%(only)s::uuid[] is null or i.id = any(%(only)s))
   and exists (select 1 from reviews_annotation a
                 join fields_field was on was.lineage = %(lineage)s and was.id <> %(field)s
                where a.item_id = i.id and a.round = i.round and a.state = 'submitted'
                  and a.field_set @> jsonb_build_array(jsonb_build_array(was.id::text))
                  and not a.field_set @> jsonb_build_array(jsonb_build_array(%(field)s::text)))
   and not {is_erased("i")}
 order by i.seq limit %(most)s
"""


class Outdated(NamedTuple):
    id: UUID
    seq: int


def count_outdated(queue: Queue, field: Field) -> int:
    """How many finished items were answered to an earlier version; at most MOST_COUNTED + 1."""
    return len(_outdated(queue, field, FROM_THE_FIRST, MOST_COUNTED + 1))


def move_and_ask(
    *, queue: Queue, field: Field, version: Field, again: bool, by: User
) -> Job | None:
    """The queue asks the version in the field's place. With `again`, so do finished items, by a
    job that is written along with it.

    Raises what `move_to_version` raises; WrongState where a closed queue cannot ask again.
    """
    actor = Actor.person(by)
    with transaction.atomic():
        move_to_version(queue=queue, field=field, version=version, actor=actor)
        job = _open_job(queue, version, actor) if again else None
    if job:
        run_now(job)
    return job


def ask_outdated(*, queue: Queue, field: Field, by: User) -> Job:
    """The same of a queue that has been moved before. Raises WrongState."""
    job = _open_job(queue, field, Actor.person(by))
    run_now(job)
    return job


def ask_some(*, queue: Queue, field: Field, after: int, actor: Actor) -> tuple[int | None, int]:
    """Asks one batch of outdated items, behind `after` in order of adding.

    Returns where the next one starts (None: there is none) and how many items began a new round.
    Raises WrongState for a queue that was archived or closed by hand.
    """
    try:
        return _ask_some(queue, field, after, actor)
    except JustCompleted:  # its lock is the exclusive one now
        return _ask_some(queue, field, after, actor)


def _open_job(queue: Queue, field: Field, actor: Actor) -> Job:
    queue = demand_reopenable(Queue.objects.select_related("project").get(pk=queue.pk))
    return open_job(
        project=queue.project, kind=ASK_AGAIN, title=f"Ask again: “{field.name}” in {queue.name}",
        actor=actor, params={"queue": str(queue.pk), "field": str(field.pk)}, at_once=True,
    )  # fmt: skip


def _ask_some(queue: Queue, field: Field, after: int, actor: Actor) -> tuple[int | None, int]:
    reason = f"New version of “{field.name}”"
    with transaction.atomic():
        queue = lock_for_work(queue)
        found = _outdated(queue, field, after, BATCH)
        locked = {item.pk: item for item in lock_items({row.id for row in found})}
        again = _outdated(queue, field, after, BATCH, only=list(locked)) if locked else []
        for row in again:
            item = locked[row.id]
            record(*begin_again(item, queue, reason, actor, people=last_round(item)))
        if again:
            reopened_by_work(queue, actor)
    return (found[-1].seq if len(found) == BATCH else None), len(again)


def _outdated(
    queue: Queue, field: Field, after: int, most: int, only: list[UUID] | None = None
) -> list[Outdated]:
    params = {
        "queue": queue.pk, "field": field.pk, "lineage": field.lineage, "after": after,
        "most": most, "only": only,
    }  # fmt: skip
    return sql.rows(OUTDATED, params, into=Outdated)
