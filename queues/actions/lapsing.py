"""Expiry: a predicate on the database's clock at every claim; the sweep only tidies up."""

from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import BEAT, SYSTEM, Actor, record
from annotate_site.projects.models import User

from .. import locks
from ..conditions import has_lapsed
from ..models import Queue
from ..states import Ending
from .holding import end_holds, lock_items
from .reviewing import sweep_reviews
from .rounds import free_all_sent_back
from .sweeping import sweep_queues

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


def sweep() -> int:
    """What beat does each minute: lapsed holds of all queues, and what was kept too long.

    Fired twice it does nothing twice: items that another sweep has locked are passed over.
    """
    queues = [row.queue_id for row in sql.rows(QUEUES)]
    swept = sweep_queues(queues, reap, BEAT)
    return swept + sweep_reviews(BEAT) + free_all_sent_back(BEAT)
