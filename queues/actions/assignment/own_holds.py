"""What an annotator has already in hand here: live holds, parked ones, drafts without a hold."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from annotate_site import sql

from ...conditions import is_finished, is_live
from ...errors import NothingToClaim
from ..holds.hold import Hold
from . import candidates
from .taking import Asker, Candidate

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


class OwnHold(NamedTuple):
    """A reservation of the asker's that is not ended, or that ended and left a draft.

    `live`: it still has its slot, and time. `current`: of the item's present round.
    """

    id: int
    item_id: UUID
    round: int
    token: UUID
    slot_id: int
    parked_at: datetime | None
    ended_at: datetime | None
    opened_at: datetime
    draft_saved_at: datetime | None
    refused_at: datetime | None
    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime
    live: bool
    current: bool

    def resumed(self) -> Hold:
        return Hold(
            self.item_id,
            self.round,
            self.token,
            self.slot_id,
            self.expires_at,
            self.remaining,
            self.clock,
            resumed=True,
        )


class OwnHolds(list[OwnHold]):
    """What an annotator has in hand in one queue, oldest first."""

    @property
    def live(self) -> list[OwnHold]:
        return [hold for hold in self if hold.ended_at is None and hold.live]

    @property
    def unparked(self) -> OwnHold | None:
        return next((hold for hold in self.live if hold.parked_at is None), None)

    @property
    def oldest_parked(self) -> OwnHold | None:
        return next((hold for hold in self.live if hold.parked_at), None)

    def of_item(self, item_id: UUID) -> OwnHold | None:
        return next((hold for hold in self.live if hold.item_id == item_id), None)

    @property
    def drafted_items(self) -> list[UUID]:
        """Items of which only a draft of the present round is left, refused work first."""
        drafts = [hold for hold in self if hold.ended_at and hold.current]
        drafts.sort(key=lambda hold: (hold.refused_at is None, hold.draft_saved_at))
        return [hold.item_id for hold in drafts]


def own_holds(asker: Asker) -> OwnHolds:
    return read_own_holds(asker.queue, asker.user) if asker.has_own else OwnHolds()


def read_own_holds(queue_id: UUID, user_id: int) -> OwnHolds:
    """The same by ids; reads only."""
    return OwnHolds(sql.rows(MINE, {"queue": queue_id, "user": user_id}, into=OwnHold))


def unpark(asker: Asker, hold: OwnHold) -> Hold:
    """Takes up the asker's own live hold, parking the present one."""
    if hold.parked_at:
        park_unparked(asker)
        sql.run("update queues_reservation set parked_at = null where id = %s", [hold.id])
    return hold.resumed()


def park_unparked(asker: Asker) -> None:
    """Keeps the present hold for later, so that another item can be opened."""
    sql.run(
        "update queues_reservation set parked_at = clock_timestamp() where kind = 'annotate'"
        " and queue_id = %s and annotator_id = %s and ended_at is null and parked_at is null",
        [asker.queue, asker.user],
    )


def sent_back(asker: Asker) -> Candidate | None:
    """An item that a reviewer sent back to the asker, its row locked."""
    return candidates.sent_back_candidate(asker) if asker.has_bound else None


def drafted(asker: Asker, mine: OwnHolds) -> Candidate | None:
    """An item with a draft of the asker's and a free slot; its row locked."""
    return candidates.first_of(asker, mine.drafted_items)


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


def why_nothing(asker: Asker) -> NothingToClaim:
    """Others hold what is left (and until when at the earliest), or the asker's share is done."""
    left = sql.one(LEFT, {"queue": asker.queue, "user": asker.user})
    if left is not None and left.held:
        return NothingToClaim("others_hold", left.soonest)
    return NothingToClaim("share_done")
