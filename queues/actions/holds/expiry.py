"""Expiry: a predicate on the database's clock at every claim; the sweep only tidies up."""

import logging
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.db import OperationalError

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import SYSTEM, Actor, record
from annotate_site.projects.models import User

from ... import locks
from ...conditions import has_lapsed
from ...locks import lock_items
from ...models import Queue
from ...states import Ending
from .ending import end_holds

log = logging.getLogger(__name__)
BATCH = 50
LAPSED = f"""
select s.id, s.item_id from queues_slot s
 where s.queue_id = %(queue)s and {has_lapsed("s")}
 order by s.annotator_id = %(user)s desc, s.expires_at limit %(most)s
"""


@atomic_retry
def reap(
    *,
    queue_id: UUID,
    first: User | None = None,
    most: int = BATCH,
    actor: Actor = SYSTEM,
    wait: bool = False,
) -> int:
    """Frees lapsed holds, those of `first` before others; returns how many it looked at.

    Items that somebody else has locked are passed over, unless told to `wait`.
    """
    locks.share(queue_id)
    user = first.pk if first else None
    lapsed = sql.rows(LAPSED, {"queue": queue_id, "user": user, "most": most})
    locked = {i.pk for i in lock_items({row.item_id for row in lapsed}, skip_locked=not wait)}
    slots = [row.id for row in lapsed if row.item_id in locked]
    if slots:
        queue = Queue.objects.only("pk", "project_id").get(pk=queue_id)
        record(*end_holds(queue, slots, Ending.EXPIRED, actor, live=False))
    return len(slots)


QUEUES = f"""
select distinct s.queue_id from queues_slot s where {has_lapsed("s")}
"""


def queues_with_lapsed() -> list[UUID]:
    return [row.queue_id for row in sql.rows(QUEUES)]


class Act(Protocol):
    """Does a batch in a transaction of its own; returns how much, 0 where nothing is left."""

    def __call__(self, *, queue_id: UUID, actor: Actor) -> int: ...


def sweep_queues(queue_ids: Iterable[UUID], act: Act, actor: Actor) -> int:
    """All batches of all these queues; how much was done.

    A queue whose lock cannot be had in time is left to the next round.
    """
    done = 0
    for queue_id in queue_ids:
        try:
            while count := act(queue_id=queue_id, actor=actor):
                done += count
        except OperationalError as error:
            log.warning("queue %s is left to the next sweep: %s", queue_id, error)
    return done
