"""Taking a free slot: what a claim knows of its asker, and the one statement that holds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID, uuid4

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import User

from .. import lifecycle, locks
from ..conditions import has_lapsed, time_left
from ..errors import NotMember
from ..models import Item
from ..states import SlotState, TakenWhy


class TimeLeft:
    """Of a live hold. Exactly one of `expires_at` and `remaining` (paused) is set.

    Both, and `clock`, the moment of reading, are the database's.
    """

    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime

    @property
    def left(self) -> timedelta:
        return time_left(self.expires_at, self.remaining, self.clock)

    @property
    def seconds_left(self) -> int:
        return max(0, int(self.left.total_seconds()))

    @property
    def minutes_left(self) -> int:
        """Rounded up, as the page counts down."""
        return ceil(self.seconds_left / 60)

    @property
    def paused(self) -> bool:
        return self.remaining is not None


@dataclass(frozen=True)
class Hold(TimeLeft):
    """A live hold on a slot."""

    item_id: UUID
    round: int
    token: UUID
    slot_id: int
    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime
    resumed: bool = False


class LostRace(Exception):
    """Somebody else took the slot between two statements."""


# Everything a claim must know of the queue and the asker, after the lock, in one statement. After
# an empty lap only what was added or has come back since can hold anything for this person; the
# two minutes here and in LAPPED are for transactions that were under way.
ASKER = f"""
select q.id as queue, q.project_id as project, q.status, q.archived_at, q.timeout, q.open_limit,
       q.strategy, q.help_others, %(user)s::bigint as user, m.id as member, m.away_at,
       m.place_rank, m.place_seq, m.place_returned_at, m.place_returned_slot,
       clock_timestamp() as clock,
       exists (select 1 from queues_slot s
                where s.queue_id = q.id and {has_lapsed("s")}) as has_lapsed,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.bound_why = 'sent_back'
                  and s.bound_at <= clock_timestamp() - interval '3 days') as has_stale,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.assigned_to_id = %(user)s) as has_bound,
       exists (select 1 from queues_reservation r where r.queue_id = q.id
                  and r.annotator_id = %(user)s
                  and (r.ended_at is null or r.draft_saved_at is not null)) as has_own,
       q.status in ('active', 'paused')
         and (select i.id from queues_item i
               where i.queue_id = q.id and i.removed_at is null and i.kind = 'normal'
                 and i.status <> 'completed' order by i.seq limit 1) is null as all_done,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.assigned_to_id is null and s.returned_at is not null) as has_returned,
       m.lapped_at, coalesce(m.lapped_seq, 0) as seen,
       coalesce(lap.newest, 0) > coalesce(m.lapped_seq, 0) as newer,
       m.lapped_at is not null and coalesce(lap.newest, 0) <= coalesce(m.lapped_seq, 0)
         and not lap.returned as lapped
  from queues_queue q join queues_queuemember m on m.queue_id = q.id
 cross join lateral (
       select exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                         and s.assigned_to_id is null and s.returned_at is not null
                         and s.returned_at > m.lapped_at - interval '2 minutes') as returned,
              (select seq from queues_item where queue_id = q.id order by seq desc limit 1)
                as newest
       ) lap
 where q.id = %(queue)s and m.user_id = %(user)s and m.can_annotate and m.removed_at is null
"""
# An empty lap is remembered: what it saw holds nothing for this person.
LAPPED = """
update queues_queuemember
   set lapped_at = %(clock)s, last_asked_at = %(clock)s,
       lapped_seq = (select seq from queues_item
                      where queue_id = %(queue)s
                        and created_at <= %(clock)s::timestamptz - interval '2 minutes'
                      order by seq desc limit 1)
 where id = %(member)s
"""
# One statement: the slot is held, its reservation written, the asker's place remembered, which
# follows the order that everybody is served in, and so not what was bound by hand or sent back.
HOLD = """
with clock as (select clock_timestamp() as now
), free as (
  select id, rank, seq, returned_at as was_returned_at, bound_why,
         %(moves)s and bound_why in ('', 'deal') as moves from queues_slot
   where item_id = %(item)s and round = %(round)s and state = 'free'
     and (assigned_to_id is null or assigned_to_id = %(user)s)
   order by (assigned_to_id = %(user)s) desc nulls last, id limit 1 for update skip locked
), held as (
  update queues_slot s set state = 'held', annotator_id = %(user)s, token = %(token)s,
         held_at = clock.now, expires_at = clock.now + %(timeout)s::interval,
         returned_at = null
    from free, clock where s.id = free.id
  returning s.id, s.held_at, s.expires_at, free.rank, free.seq, free.was_returned_at,
            free.moves, s.bound_why
), reserved as (
  insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id, token,
                                  opened_at, ending, reason)
  select 'annotate', %(queue)s, %(item)s, held.id, %(round)s, %(user)s, %(token)s,
         held.held_at, '', '' from held
), placed as (
  update queues_queuemember m set last_asked_at = held.held_at,
         place_rank = case when held.moves and held.was_returned_at is null
                           then held.rank else place_rank end,
         place_seq = case when held.moves and held.was_returned_at is null
                          then held.seq else place_seq end,
         place_returned_at = case when held.moves then coalesce(held.was_returned_at,
                                  place_returned_at) else place_returned_at end,
         place_returned_slot = case when held.moves and held.was_returned_at is not null
                                    then held.id else place_returned_slot end
    from held where m.id = %(member)s
)
select id, held_at, expires_at, bound_why from held
"""


def ask(queue_id: UUID, user: User) -> Any:
    """Takes the queue's shared lock and reads ASKER; raises NotMember."""
    locks.share(queue_id)
    asker = sql.one(ASKER, {"queue": queue_id, "user": user.pk})
    if asker is None:
        raise NotMember("You do not annotate in this queue.")
    return asker


def resumed(row: Any) -> Hold:
    """A hold from a row of `resuming.MINE`."""
    return Hold(
        row.item_id,
        row.round,
        row.token,
        row.slot_id,
        row.expires_at,
        row.remaining,
        row.clock,
        resumed=True,
    )


def take(asker: Any, user: User, found: Any, *, moves: bool, why: TakenWhy = TakenWhy.NEXT) -> Hold:
    """Holds a free slot of the item that `found` has locked; raises LostRace if there is none.

    `why` it went to the asker is told by the event, unless the slot was bound and says so itself.
    """
    token = uuid4()
    params = {"item": found.item, "round": found.round, "token": token, "moves": moves}
    held = sql.one(HOLD, {**asker._asdict(), **params})
    if held is None:
        raise LostRace
    actor = Actor.person(user)
    tell = partial(change, asker.project, actor, "slot", queue=asker.queue, item=found.item)
    reason = why if why == TakenWhy.HELP else held.bound_why or why
    events = [tell(held.id, "state", SlotState.FREE, SlotState.HELD, reason=reason)]
    item = Item(pk=found.item, queue_id=asker.queue, status=found.status, round=found.round)
    facts = lifecycle.Facts(1, 0, 1, 0, None, "")  # a slot was free, and is now held
    record(*events, *lifecycle.settle(item, asker.project, actor, facts))
    return Hold(found.item, found.round, token, held.id, held.expires_at, None, held.held_at)
