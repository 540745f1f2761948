"""Guidelines: what they were, and who has read which."""

from datetime import datetime

from annotate_site import sql
from annotate_site.projects.models import User

from ..models import GuidelinesVersion, Queue


def keep_version(queue: Queue, text: str) -> None:
    """What the guidelines said until `queue.guidelines_changed_at`; the caller stores the queue."""
    GuidelinesVersion.objects.create(
        queue=queue, text=text, replaced_at=queue.guidelines_changed_at
    )


# A page that shows what was changed in the meantime marks nothing as read.
READ = """
update queues_queuemember m
   set guidelines_open = coalesce(%(open)s::boolean, m.guidelines_open),
       guidelines_read_at = case when q.guidelines_changed_at = %(seen)s then clock_timestamp()
                                 else m.guidelines_read_at end
  from queues_queue q
 where q.id = m.queue_id and m.queue_id = %(queue)s and m.user_id = %(user)s
returning q.guidelines_changed_at > coalesce(m.guidelines_read_at, 'infinity') as changed
"""


def note_guidelines(
    *, queue: Queue, user: User, seen: datetime | None, is_open: bool | None
) -> bool:
    """Remembers that the member has the rail open or shut, and has read the guidelines.

    `seen`: when those on the page were written, None where they were not read; `is_open` None:
    leave the rail as it is. Tells whether they have changed since the member last read them.
    """
    row = sql.one(READ, {"queue": queue.pk, "user": user.pk, "seen": seen, "open": is_open})
    return bool(row and row.changed)
