"""How beat goes through queues: batch by batch, and never stopped by one that is busy."""

import logging
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.db import OperationalError

from annotate_site.projects.events import Actor

log = logging.getLogger(__name__)


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
