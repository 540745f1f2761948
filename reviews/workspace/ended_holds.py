"""What has become of one's hold on an item, in sentences: why it is shown again, why it is over."""

from typing import Any, NamedTuple
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User
from queues import endings
from queues.actions.holds.hold import Hold
from queues.conditions import is_for
from queues.models import Item, Queue
from queues.states import Ending, QueueStatus


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
    text = endings.of(row.ending)
    return text.after_refusal if row.refused else text.offered_again


ENDED = f"""
select ending, exists (select 1 from queues_slot s
                        where s.item_id = r.item_id and s.round = r.round
                          and {is_for("%(user)s")}) as free
  from queues_reservation r where token = %(token)s and annotator_id = %(user)s
"""


class Over(NamedTuple):
    """Why a hold is over: a sentence, "" where only its time is, and a save may take it up again;
    the word for the bar; whether the queue may have another item.
    """

    sentence: str
    word: str
    goes_on: bool

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


def _over(queue: Queue, ending: str, sentence: str = "") -> Over:
    text = endings.of(ending)
    said = sentence or text.still_open or endings.NOT_HELD
    return Over(said, text.bar, not queue.archived_at and queue.status != QueueStatus.COMPLETED)


def why_over(queue: Queue, user: User, token: UUID) -> Over:
    """Why a save found no hold any more, and what becomes of the text."""
    row = sql.one(ENDED, {"token": token, "user": user.pk})
    if row is None or not row.ending:
        return _over(queue, "")
    if row.ending == Ending.EXPIRED and not queue.is_open:
        return _over(queue, row.ending, endings.LAPSED_WHILE_PAUSED)
    if row.ending == Ending.EXPIRED and row.free:
        return _over(queue, row.ending, endings.LAPSED_ANOTHER_OPEN)
    return _over(queue, row.ending)


LATEST = """
select ending from queues_reservation
 where item_id = %(item)s and annotator_id = %(user)s and kind = 'annotate'
 order by id desc limit 1
"""


def why_ended(queue: Queue, user: User, item: UUID) -> Over:
    """Why one's hold on the item is over, as a page that only looks at its clock is told."""
    row = sql.one(LATEST, {"item": item, "user": user.pk})
    if row is None:
        return _over(queue, "")
    if row.ending not in ("", Ending.EXPIRED):
        return _over(queue, row.ending)
    if not queue.is_open:
        return _over(queue, Ending.EXPIRED, endings.LAPSED_WHILE_PAUSED)
    return _over(queue, Ending.EXPIRED)._replace(sentence="")
