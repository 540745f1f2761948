"""What has become of one's hold on an item, in sentences: why it is shown again, why it is over."""

from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User
from queues.actions.claiming import Hold
from queues.models import Item, Queue
from queues.states import Ending


def over(item: UUID, round: int, token: UUID) -> Hold:
    """A hold of which nothing is left but what its form shows."""
    now = sql.clock()
    return Hold(item, round, token, 0, now, None, now)


IN_FORM = "What you typed stands in the form."
REFUSED_BEFORE = (
    "You answered this item before, and it had all its answers already. A place is free now:"
    " submit again to have your answers counted."
)
# Why a kept draft is offered again, by the way its hold ended.
AGAIN = {
    Ending.EXPIRED: f"Your time on this item ended before you submitted it. {IN_FORM}",
    Ending.RELEASED: f"A manager ended your reservation of this item; you may go on. {IN_FORM}",
    Ending.REVOKED: f"Your place on this item was gone, and one is free again. {IN_FORM}",
    Ending.QUEUE_CLOSED: f"The queue was closed while you worked on this item. {IN_FORM}",
}
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
    return REFUSED_BEFORE if row.refused else AGAIN.get(row.ending, "")


KEPT = "What you type is kept all the same."
STILL = "Submit still works while the item needs an answer."
# Of a hold that is over and was not taken up again.
OVER = {
    Ending.EXPIRED: (
        f"Your time on this item is over, and somebody else has the place now. {KEPT}"
        " If a place is free again, the next save takes it, and this page says so."
    ),
    Ending.RELEASED: f"A manager has ended your reservation of this item. {KEPT} {STILL}",
    Ending.REVOKED: f"This item needs fewer answers now, and your place is gone. {KEPT}",
    Ending.SUBMITTED: "You have submitted this item in another tab.",
    Ending.SKIPPED: f"You skipped this item in another tab. {KEPT} Submit takes the skip back.",
    Ending.QUEUE_CLOSED: f"This queue has been closed. {KEPT}",
    Ending.ITEM_REMOVED: f"This item has been taken out of the queue. {KEPT}",
}
NOT_HELD = f"You do not hold this item any more. {KEPT}"
STANDS_STILL = (
    f"Your time on this item is over, and the queue is paused. {KEPT} When it goes on, the next"
    " save takes a free place."
)


ANOTHER_OPEN = f"Your time on this item is over, and you have another one open. {KEPT} {STILL}"
ENDED = """
select ending, exists (select 1 from queues_slot s
                        where s.item_id = r.item_id and s.round = r.round and s.state = 'free'
                          and (s.assigned_to_id is null or s.assigned_to_id = %(user)s)) as free
  from queues_reservation r where token = %(token)s and annotator_id = %(user)s
"""


def why_over(queue: Queue, user: User, token: UUID) -> str:
    """Why a save found no hold any more, and what becomes of the text."""
    row = sql.one(ENDED, {"token": token, "user": user.pk})
    if row is None or not row.ending:
        return NOT_HELD
    if row.ending == Ending.EXPIRED and not queue.is_open:
        return STANDS_STILL
    if row.ending == Ending.EXPIRED and row.free:
        return ANOTHER_OPEN
    return OVER.get(row.ending, NOT_HELD)


LATEST = """
select ending from queues_reservation
 where item_id = %(item)s and annotator_id = %(user)s and kind = 'annotate'
 order by id desc limit 1
"""


def why_ended(queue: Queue, user: User, item: UUID) -> str:
    """Why one's hold on the item is over; "" where only its time has, and a save may go on."""
    row = sql.one(LATEST, {"item": item, "user": user.pk})
    if row is None:
        return NOT_HELD
    if row.ending in ("", Ending.EXPIRED):
        return "" if queue.is_open else STANDS_STILL
    return OVER.get(row.ending, NOT_HELD)
