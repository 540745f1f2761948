"""What the workspace shows where there is no item: why, and what to do now."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User
from annotate_site.templatetags.ui import span_in_words
from queues.conditions import is_live, time_left_sql
from queues.models import Queue
from queues.models.queues import Completer
from queues.queries.drained import drained
from queues.states import QueueStatus

from ..queries.my_work import MyQueue, my_queues
from .desk import Position, position

MOST_OTHERS = 3


@dataclass(frozen=True)
class Parked:
    """An item kept for later, that one may go on with. `left`: in words, "" while paused."""

    pk: UUID
    title: str
    preview: str
    left: str


@dataclass(frozen=True)
class End:
    """A page instead of an item. `again`: asking once more makes sense.

    `others`: further queues where something waits for this person, `to_review` in this one.
    """

    reason: str
    title: str
    text: str
    again: bool
    position: Position
    retry_at: datetime | None = None
    parked: list[Parked] = field(default_factory=list)
    others: list[MyQueue] = field(default_factory=list)
    to_review: int = 0

    @property
    def first(self) -> str:
        """What the one button with weight does: parked, other, review or again; "" for none."""
        if self.parked:
            return "parked"
        if self.reason in ("others_hold", "held_for_colleagues") and not self.others:
            return "again"
        if self.to_review:
            return "review"
        return "other" if self.others else "again" if self.again else ""


# reason: (title, text, asking again makes sense)
ENDS = {
    "others_hold": (
        "Nothing for you right now",
        "Colleagues have open what is left. If one of them releases an item or runs out of time,"
        " it can come to you.",
        True,
    ),
    "share_done": (
        "You've done your share",
        "You've answered or skipped every item you can. Others may still be working on theirs.",
        True,
    ),
    "drained": (
        "Everything is done for now",
        "This queue fills automatically: new items come as traces arrive. Look again later.",
        True,
    ),
    "no_items": (
        "Nothing is in this queue yet",
        "No items have been added. As soon as there are some, they appear here.",
        True,
    ),
    "held_for_colleagues": (
        "Held for colleagues",
        "Few items are left, and they are kept for colleagues who asked for work and have less"
        " open than you. Continue with what you have parked, or look again in a while.",
        True,
    ),
    "paused": (
        "This queue is paused",
        "A manager has paused it: nothing new is handed out until it resumes. You can finish what"
        " you have open, and its timer is stopped.",
        True,
    ),
    "finished": (
        "This queue is finished",
        "Every item has its answers. Thank you for your work.",
        False,
    ),
    "closed": (
        "This queue is closed",
        "A manager has closed it. What you submitted counts; drafts are kept. Thank you for your"
        " work.",
        False,
    ),
    "not_open": (
        "This queue hasn't started yet",
        "A manager is still preparing it. Until it is active you can read the guidelines and look"
        " at its items.",
        True,
    ),
    "archived": (
        "This queue is archived",
        "It has been archived and hands out nothing. What you submitted is kept.",
        False,
    ),
}


def not_open(queue: Queue) -> str:
    """Why the queue hands out nothing to anybody; "" where it does."""
    if queue.archived_at:
        return "archived"
    closed = {QueueStatus.DRAFT: "not_open", QueueStatus.PAUSED: "paused"}
    if queue.status == QueueStatus.COMPLETED:
        return "closed" if queue.completed_by == Completer.PERSON else "finished"
    return closed.get(QueueStatus(queue.status), "")


def is_empty(queue: Queue) -> bool:
    return not queue.items.filter(removed_at=None).exists()


def sentence_of(reason: str) -> str:
    return ENDS[reason][1]


PARKED = f"""
select i.id, i.title, i.preview, case when s.remaining is null then {time_left_sql("s")} end as rest
  from queues_reservation r
  join queues_item i on i.id = r.item_id
  join queues_slot s on s.id = r.slot_id and s.token = r.token
 where r.queue_id = %(queue)s and r.annotator_id = %(user)s and r.kind = 'annotate'
   and r.ended_at is null and r.parked_at is not null and {is_live("s")}
 order by r.opened_at
"""


def end_of(queue: Queue, user: User, reason: str, retry_at: datetime | None = None) -> End:
    """Why there is no item, with what one may do instead. Six statements."""
    queue.refresh_from_db(fields=["status", "completed_by", "archived_at"])
    reason = not_open(queue) or ("drained" if drained([queue.pk]) else reason)
    if reason == "share_done" and is_empty(queue):
        reason = "no_items"
    title, text, again = ENDS[reason]
    parked = sql.rows(PARKED, {"queue": queue.pk, "user": user.pk})
    queues = my_queues(user)
    return End(
        reason, title, text, again, position(queue, user), retry_at,
        parked=[
            Parked(
                row.id,
                row.title,
                row.preview,
                span_in_words(row.rest.total_seconds()) if row.rest else "",
            )
            for row in parked
        ],
        others=[one for one in queues if one.pk != queue.pk and one.waits and not one.away][
            :MOST_OTHERS
        ],
        to_review=next((one.to_review for one in queues if one.pk == queue.pk), 0),
    )  # fmt: skip
