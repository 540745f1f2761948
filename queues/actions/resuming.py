"""What an annotator has already in hand here: live holds, parked ones, drafts without a hold."""

from typing import Any
from uuid import UUID

from annotate_site import sql

from ..conditions import is_finished, is_live
from ..errors import NothingToClaim
from . import candidates

MINE = f"""
select r.id, r.item_id, r.round, r.token, r.slot_id, r.parked_at, r.ended_at, r.opened_at,
       r.draft_saved_at, r.refused_at, s.expires_at, s.remaining, clock_timestamp() as clock,
       coalesce({is_live("s")}, false) as live,
       r.round = i.round and i.removed_at is null as current
  from queues_reservation r
  join queues_item i on i.id = r.item_id
  left join queues_slot s on s.id = r.slot_id and s.token = r.token
 where r.queue_id = %(queue)s and r.annotator_id = %(user)s and r.kind = 'annotate'
   and (r.ended_at is null or r.draft_saved_at is not null)
 order by r.opened_at
"""


def reservations(asker: Any) -> list[Any]:
    """The asker's unended holds and ended ones with a draft, oldest first."""
    return reservations_of(asker.queue, asker.user) if asker.has_own else []


def reservations_of(queue_id: UUID, user_id: int) -> list[Any]:
    """The same by ids; reads only."""
    return sql.rows(MINE, {"queue": queue_id, "user": user_id})


def live(mine: list[Any]) -> list[Any]:
    return [row for row in mine if row.ended_at is None and row.live]


def unparked(mine: list[Any]) -> Any | None:
    return next((row for row in live(mine) if row.parked_at is None), None)


def oldest_parked(mine: list[Any]) -> Any | None:
    return next((row for row in live(mine) if row.parked_at), None)


def unpark(asker: Any, mine: list[Any], item_id: UUID) -> Any | None:
    """Takes up the asker's own hold on the item, parking the present one; None if none is held."""
    held = next((row for row in live(mine) if row.item_id == item_id), None)
    if held and held.parked_at:
        park_unparked(asker)
        sql.run("update queues_reservation set parked_at = null where id = %s", [held.id])
    return held


def park_unparked(asker: Any) -> None:
    """Keeps the present hold for later, so that another item can be opened."""
    sql.run(
        "update queues_reservation set parked_at = clock_timestamp() where kind = 'annotate'"
        " and queue_id = %s and annotator_id = %s and ended_at is null and parked_at is null",
        [asker.queue, asker.user],
    )


def sent_back(asker: Any) -> Any | None:
    """An item that a reviewer sent back to the asker, its row locked."""
    return candidates.sent_back_candidate(asker) if asker.has_bound else None


def drafted(asker: Any, mine: list[Any]) -> Any | None:
    """An item with a draft of the asker's and a free slot, refused work first; its row locked."""
    waiting = [row for row in mine if row.ended_at and row.current]
    waiting.sort(key=lambda row: (row.refused_at is None, row.draft_saved_at))
    return candidates.first_of(asker, [row.item_id for row in waiting])


LEFT = f"""
select min(s.expires_at) as soonest, count(*) as held
  from queues_slot s join queues_item i on i.id = s.item_id
 where s.queue_id = %(queue)s and s.state = 'held' and s.annotator_id <> %(user)s
   and i.removed_at is null
   and not exists (select 1 from queues_reservation r
                    where r.item_id = s.item_id and r.round = s.round
                      and r.kind = 'annotate' and r.annotator_id = %(user)s
                      and {is_finished("r")})
"""


def why_nothing(asker: Any) -> NothingToClaim:
    """Others hold what is left (and until when at the earliest), or the asker's share is done."""
    left = sql.one(LEFT, {"queue": asker.queue, "user": asker.user})
    if left is not None and left.held:
        return NothingToClaim("others_hold", left.soonest)
    return NothingToClaim("share_done")
