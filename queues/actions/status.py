"""Moves of a queue's status, each under the queue's exclusive lock."""

from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import SYSTEM, Actor, change, record

from .. import locks
from ..conditions import has_lapsed, has_open_item, is_fed
from ..errors import WrongState
from ..locks import lock_items
from ..models import Queue
from ..models.queues import Completer
from ..review_holds import end_reviews
from ..states import QUEUE_MOVES, Ending, QueueStatus
from .holds.ending import end_holds
from .holds.expiry import sweep_queues

PAUSE = """
update queues_slot set remaining = expires_at - clock_timestamp(), expires_at = null
 where queue_id = %s and state = 'held' and expires_at is not null
"""
RESUME = """
update queues_slot s
   set expires_at = case when s.state = 'held' then clock_timestamp() + s.remaining end,
       remaining = null,
       held_at = s.held_at + (clock_timestamp() - q.paused_at),
       bound_at = s.bound_at + (clock_timestamp() - q.paused_at)
  from queues_queue q
 where q.id = s.queue_id and s.queue_id = %s
   and (s.state = 'held' or (s.state = 'free' and s.bound_at is not null))
"""


def activate_queue(*, queue: Queue, actor: Actor) -> Queue:
    """Draft → active. Raises WrongState without a field."""
    with transaction.atomic():
        queue = _locked(queue, QueueStatus.ACTIVE, {QueueStatus.DRAFT})
        if not queue.queue_fields.filter(retired_at=None).exists():
            raise WrongState("Add at least one field before you activate this queue.")
        return _move(queue, QueueStatus.ACTIVE, actor, activated_at=sql.clock())


def pause_queue(*, queue: Queue, actor: Actor) -> Queue:
    """Nothing new is handed out; live holds keep their rest, and their holders may go on."""
    with transaction.atomic():
        queue = _locked(queue, QueueStatus.PAUSED)
        _end_all(queue, Ending.EXPIRED, actor, live=False)
        sql.run(PAUSE, [queue.pk])
        return _move(queue, QueueStatus.PAUSED, actor, paused_at=sql.clock())


def resume_queue(*, queue: Queue, actor: Actor) -> Queue:
    with transaction.atomic():
        queue = _locked(queue, QueueStatus.ACTIVE, {QueueStatus.PAUSED})
        sql.run(RESUME, [queue.pk])
        return _move(queue, QueueStatus.ACTIVE, actor, paused_at=None)


def close_queue(*, queue: Queue, actor: Actor) -> Queue:
    """Complete by hand: live holds end, drafts are kept, nothing more can be submitted."""
    with transaction.atomic():
        queue = _locked(queue, QueueStatus.COMPLETED)
        _end_all(queue, Ending.QUEUE_CLOSED, actor)
        return _complete(queue, actor, Completer.PERSON)


def reopen_queue(*, queue: Queue, actor: Actor) -> Queue:
    with transaction.atomic():
        queue = _locked(queue, QueueStatus.ACTIVE, {QueueStatus.COMPLETED})
        return _reopen(queue, actor)


def archive_queue(*, queue: Queue, actor: Actor) -> Queue:
    """Hidden, hands out nothing; live holds end. Restoring gives back the status."""
    with transaction.atomic():
        locks.exclude(queue.pk)
        queue = Queue.objects.get(pk=queue.pk)
        if queue.archived_at:
            raise WrongState("This queue is already archived.")
        _end_all(queue, Ending.QUEUE_CLOSED, actor)
        return _archive(queue, True, actor)


def restore_queue(*, queue: Queue, actor: Actor) -> Queue:
    with transaction.atomic():
        locks.exclude(queue.pk)
        queue = Queue.objects.get(pk=queue.pk)
        if not queue.archived_at:
            raise WrongState("This queue is not archived.")
        return _archive(queue, False, actor)


# The order makes it a look at the end of an index, whatever the planner believes of the table.
OPEN_ITEM = """
select (select id from queues_item where queue_id = %s and removed_at is null
           and kind = 'normal' and status <> 'completed' order by seq limit 1) is not null as found
"""
COMPLETED_SINCE = """
select exists (select 1 from queues_item where queue_id = %s and removed_at is null
                  and kind = 'normal' and completed_at >= %s) as found
"""

FED = f"select {is_fed('q')} as found from queues_queue q where q.id = %s"


def complete_if_done(*, queue_id: UUID, actor: Actor = SYSTEM) -> bool:
    """Completes the queue where nothing is open any more, and no rule can feed it; True if it did.

    An unlocked look first; only if that is empty, the exclusive lock and a second look.
    """
    if _found(OPEN_ITEM, queue_id) or _found(FED, queue_id):
        return False
    return _complete_if_done(queue_id, actor)


@atomic_retry
def _complete_if_done(queue_id: UUID, actor: Actor) -> bool:
    locks.exclude(queue_id)
    queue = Queue.objects.get(pk=queue_id)
    if not queue.is_working or queue.activated_at is None or _found(OPEN_ITEM, queue_id):
        return False
    if _found(FED, queue_id) or not _found(COMPLETED_SINCE, queue_id, queue.activated_at):
        return False
    _complete(queue, actor, Completer.ITSELF)
    return True


FINISHED = f"""
select q.id from queues_queue q
 where q.status in ('active', 'paused') and q.archived_at is null
   and not {has_open_item("q")} and not {is_fed("q")}
   and exists (select 1 from queues_item i where i.queue_id = q.id and i.removed_at is null
                  and i.kind = 'normal' and i.completed_at >= q.activated_at)
"""


def complete_all_done(actor: Actor) -> int:
    """What beat repeats, should a completion have been missed; returns how many it found."""
    return sweep_queues([row.id for row in sql.rows(FINISHED)], complete_if_done, actor)


def lock_for_work(queue: Queue) -> Queue:
    """The queue's fresh row under its lock, for what adds work to it.

    Raises WrongState where it is archived, was closed by hand, or has just been completed.
    """
    return demand_reopenable(lock_working(queue))


def lock_working(queue: Queue) -> Queue:
    """Shared while the queue works; exclusive from the start where work may make it active again.

    Raises JustCompleted where that came in between: asked again, it takes the exclusive lock.
    """
    was = Queue.objects.values_list("status", flat=True).get(pk=queue.pk)
    completed = was == QueueStatus.COMPLETED
    if completed:
        locks.exclude(queue.pk)
    else:
        locks.share(queue.pk)
    fresh = Queue.objects.select_related("project").get(pk=queue.pk)
    if fresh.status == QueueStatus.COMPLETED and not completed:
        raise JustCompleted("This queue has just been completed. Nothing was changed: try again.")
    return fresh


class JustCompleted(WrongState):
    """Between the first look at the queue and its lock."""


def demand_reopenable(queue: Queue) -> Queue:
    """Raises WrongState for a queue that new work does not open again by itself."""
    if queue.archived_at:
        raise WrongState("This queue is archived. Restore it first.")
    if queue.status == QueueStatus.COMPLETED and queue.completed_by == Completer.PERSON:
        raise WrongState("This queue was closed by hand. Reopen it first.")
    return queue


def reopened_by_work(queue: Queue, actor: Actor) -> None:
    """New work makes a queue that completed by itself active again; the lock is exclusive."""
    if queue.status == QueueStatus.COMPLETED and queue.completed_by == Completer.ITSELF:
        _reopen(queue, actor)


def _found(statement: str, *params: object) -> bool:
    row = sql.one(statement, params)
    return bool(row and row.found)


def _locked(queue: Queue, to: QueueStatus, only_from: set[QueueStatus] | None = None) -> Queue:
    """The queue's fresh row under its exclusive lock; raises WrongState if the move is not one."""
    locks.exclude(queue.pk)
    fresh = Queue.objects.get(pk=queue.pk)
    if fresh.archived_at:
        raise WrongState("This queue is archived. Restore it first.")
    allowed = to in QUEUE_MOVES[fresh.status] and (not only_from or fresh.status in only_from)
    if not allowed:
        now = QueueStatus(fresh.status).label.lower()
        raise WrongState(f"This queue is {now} now; nothing was changed. Reload the page.")
    return fresh


def _move(queue: Queue, to: QueueStatus, actor: Actor, **more: object) -> Queue:
    was, queue.status = queue.status, to
    for name, value in more.items():
        setattr(queue, name, value)
    queue.save(update_fields=["status", *more])
    record(change(queue.project_id, actor, "queue", queue.pk, "status", was, to, queue=queue.pk))
    return queue


def _complete(queue: Queue, actor: Actor, by: Completer) -> Queue:
    return _move(
        queue,
        QueueStatus.COMPLETED,
        actor,
        completed_by=by,
        completed_at=sql.clock(),
        paused_at=None,
    )


def _reopen(queue: Queue, actor: Actor) -> Queue:
    return _move(
        queue,
        QueueStatus.ACTIVE,
        actor,
        completed_by=Completer.NOBODY,
        completed_at=None,
        activated_at=sql.clock(),
    )


def _archive(queue: Queue, archived: bool, actor: Actor) -> Queue:
    queue.archived_at = sql.clock() if archived else None
    queue.save(update_fields=["archived_at"])
    was, now = ("", "archived") if archived else ("archived", "")
    record(change(queue.project_id, actor, "queue", queue.pk, "archived", was, now, queue=queue.pk))
    return queue


def _end_all(queue: Queue, ending: Ending, actor: Actor, *, live: bool = True) -> None:
    held = sql.rows(
        "select s.id, s.item_id from queues_slot s where s.queue_id = %s and s.state = 'held'"
        + ("" if live else f" and {has_lapsed('s')}"),
        [queue.pk],
    )
    lock_items({row.item_id for row in held})
    record(*end_holds(queue, [row.id for row in held], ending, actor, live=live))
    record(*end_reviews(queue.project_id, queue.pk, ending, actor, lapsed=not live))
