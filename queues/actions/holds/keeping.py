"""One's own hold: found by its token, parked, renewed by activity."""

from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.models import User

from ...conditions import annotates, is_due_for_renewal, is_live
from ...errors import NotMember, StaleHold
from .hold import HoldTime

MOST_RENEWALS = 8  # a hold lasts this many timeouts at the most, however active its holder

OWN = f"""
select s.id, s.state = 'held' and s.token = r.token as holds, r.ending,
       {annotates("r.annotator_id", "q.id")} as annotates
  from queues_reservation r
  join queues_queue q on q.id = r.queue_id
  left join queues_slot s on s.id = r.slot_id and s.token = r.token
 where r.token = %(token)s and r.annotator_id = %(user)s and r.item_id = %(item)s
   and r.kind = 'annotate'
"""


def own_hold(user: User, item_id: UUID, token: UUID) -> Any:
    """The asker's own hold by its token, live or not.

    Raises StaleHold where it has ended, NotMember.
    """
    row = sql.one(OWN, {"token": token, "user": user.pk, "item": item_id})
    if row is None:
        raise StaleHold("This page is out of date: reload it to see what you hold now.")
    if not row.annotates:
        raise NotMember
    if not row.holds:
        raise StaleHold("Your reservation of this item has ended.", row.ending)
    return row


@atomic_retry
def park_hold(*, user: User, item_id: UUID, token: UUID) -> None:
    """Keeps the hold for later and makes room for another item. Raises StaleHold, NotMember."""
    own_hold(user, item_id, token)
    sql.run(
        "update queues_reservation set parked_at = clock_timestamp()"
        " where token = %s and ended_at is null and parked_at is null",
        [token],
    )


RENEW = f"""
update queues_slot s
   set expires_at = least(clock_timestamp() + q.timeout, s.held_at + q.timeout * %(most)s)
  from queues_queue q
 where q.id = s.queue_id and s.token = %(token)s and s.annotator_id = %(user)s
   and {is_live("s")} and s.remaining is null
   and (%(now)s or {is_due_for_renewal("s")}) and {annotates("%(user)s", "q.id")}
returning s.expires_at, clock_timestamp() as clock
"""


def renew(*, user: User, token: UUID, now: bool) -> HoldTime | None:
    """Own activity pushes the expiry to clock + timeout: one statement, no lock but its row.

    Written at most once a minute unless `now`. None: nothing was due, the hold has lapsed, or its
    holder does not annotate in the queue any more.
    """
    row = sql.one(RENEW, {"token": token, "user": user.pk, "now": now, "most": MOST_RENEWALS})
    return HoldTime(row.expires_at, None, row.clock) if row else None


OWN_TIME = f"""
select s.expires_at, s.remaining, clock_timestamp() as clock from queues_slot s
 where s.item_id = %(item)s and s.annotator_id = %(user)s and {is_live("s")}
"""


def own_hold_time(*, user: User, item_id: UUID) -> HoldTime | None:
    """The time of the asker's live hold on the item, read only; None where there is none."""
    row = sql.one(OWN_TIME, {"item": item_id, "user": user.pk})
    return HoldTime(*row) if row else None
