"""What has become of one's hold on an item, in sentences: why it is shown again, why it is over."""

from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User
from queues import endings
from queues.actions.holds.hold import Hold
from queues.conditions import is_for
from queues.models import Item, Queue
from queues.states import Ending


def over(item: UUID, round: int, token: UUID) -> Hold:
    """A hold of which nothing is left but what its form shows."""
    now = sql.clock()
    return Hold(item, round, token, 0, now, None, now)


BEFORE = """
select ending, refused_at is not null as refused
  from queues_reservation
 where item_id = %(item)s and round = %(round)s and annotator_id = %(user)s and kind = 'annotate'
   and token <> %(token)s and ended_at is not null and draft_saved_at is not null
 order by refused_at is null, id desc limit 1
"""


def why_again(hold: Hold, item: Item, user: User) -> str:
    """Of an item with a draft: why it is shown once more; "" where it was never away."""
    row = sql.one(
        BEFORE, {"item": item.pk, "round": hold.round, "user": user.pk, "token": hold.token}
    )
    if row is None:
        return ""
    return endings.REFUSED_BEFORE if row.refused else endings.of(row.ending).offered_again


ENDED = f"""
select ending, exists (select 1 from queues_slot s
                        where s.item_id = r.item_id and s.round = r.round
                          and {is_for("%(user)s")}) as free
  from queues_reservation r where token = %(token)s and annotator_id = %(user)s
"""


def why_over(queue: Queue, user: User, token: UUID) -> str:
    """Why a save found no hold any more, and what becomes of the text."""
    row = sql.one(ENDED, {"token": token, "user": user.pk})
    if row is None or not row.ending:
        return endings.NOT_HELD
    if row.ending == Ending.EXPIRED and not queue.is_open:
        return endings.LAPSED_WHILE_PAUSED
    if row.ending == Ending.EXPIRED and row.free:
        return endings.LAPSED_ANOTHER_OPEN
    return endings.of(row.ending).still_open or endings.NOT_HELD


LATEST = """
select ending from queues_reservation
 where item_id = %(item)s and annotator_id = %(user)s and kind = 'annotate'
 order by id desc limit 1
"""


def why_ended(queue: Queue, user: User, item: UUID) -> str:
    """Why one's hold on the item is over; "" where only its time has, and a save may go on."""
    row = sql.one(LATEST, {"item": item, "user": user.pk})
    if row is None:
        return endings.NOT_HELD
    if row.ending in ("", Ending.EXPIRED):
        return "" if queue.is_open else endings.LAPSED_WHILE_PAUSED
    return endings.of(row.ending).still_open or endings.NOT_HELD
