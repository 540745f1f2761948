"""Taking a free slot: what a claim knows of its asker, and the one statement that holds it."""

from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import User

from ... import lifecycle, locks
from ...conditions import has_lapsed
from ...errors import NotMember
from ...models import Item
from ...states import QueueStatus, SlotState, TakenWhy
from ..holds.hold import Hold


class LostRace(Exception):
    """Somebody else took the slot between two statements."""


class Asker(NamedTuple):
    """The queue and the one who asks it for work, as ASKER reads them.

    `exhausted_at`: they have looked through the whole order and found nothing; `has_newer_items`:
    items were added since. `is_exhausted`: nothing was added and nothing came back since.
    """

    queue: UUID
    project: UUID
    status: str
    archived_at: datetime | None
    timeout: timedelta
    open_limit: int
    strategy: str
    help_others: bool
    user: int
    member: int
    away_at: datetime | None
    place_rank: int | None
    place_seq: int | None
    place_returned_at: datetime | None
    place_returned_slot: int | None
    clock: datetime
    has_lapsed: bool
    has_stale_bindings: bool
    has_bound: bool
    has_own: bool
    all_done: bool
    has_returned: bool
    exhausted_at: datetime | None
    exhausted_seq: int
    has_newer_items: bool
    is_exhausted: bool

    @property
    def is_open(self) -> bool:
        """The queue hands out work."""
        return self.status == QueueStatus.ACTIVE and self.archived_at is None


class Candidate(NamedTuple):
    """An item with a free slot for the asker, its row locked. `slot`: what was found free."""

    item: UUID
    round: int
    status: str
    slot: int
    bound_to: int | None


class HeldSlot(NamedTuple):
    """A slot that HOLD has taken; `bound_why`: why it was bound to its annotator, or ""."""

    id: int
    held_at: datetime
    expires_at: datetime
    bound_why: str


# Everything a claim must know of the queue and the asker, after the lock, in one statement. Once
# the order is exhausted only what was added or has come back since can hold anything for this
# person; the two minutes here and in EXHAUST are for transactions that were under way.
ASKER = f"""
select q.id as queue, q.project_id as project, q.status, q.archived_at, q.timeout, q.open_limit,
       q.strategy, q.help_others, %(user)s::bigint as user, m.id as member, m.away_at,
       m.place_rank, m.place_seq, m.place_returned_at, m.place_returned_slot,
       clock_timestamp() as clock,
       exists (select 1 from queues_slot s
                where s.queue_id = q.id and {has_lapsed("s")}) as has_lapsed,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.bound_why = 'sent_back'
                  and s.bound_at <= clock_timestamp() - interval '3 days') as has_stale_bindings,
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
       m.exhausted_at, coalesce(m.exhausted_seq, 0) as exhausted_seq,
       coalesce(since.newest, 0) > coalesce(m.exhausted_seq, 0) as has_newer_items,
       m.exhausted_at is not null and coalesce(since.newest, 0) <= coalesce(m.exhausted_seq, 0)
         and not since.returned as is_exhausted
  from queues_queue q join queues_queuemember m on m.queue_id = q.id
 cross join lateral (
       select exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                         and s.assigned_to_id is null and s.returned_at is not null
                         and s.returned_at > m.exhausted_at - interval '2 minutes') as returned,
              (select seq from queues_item where queue_id = q.id order by seq desc limit 1)
                as newest
       ) since
 where q.id = %(queue)s and m.user_id = %(user)s and m.can_annotate and m.removed_at is null
"""
# A look through the whole order that found nothing is remembered, so that it is not repeated.
EXHAUST = """
update queues_queuemember
   set exhausted_at = %(clock)s, last_asked_at = %(clock)s,
       exhausted_seq = (select seq from queues_item
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
         %(advances)s and bound_why in ('', 'deal') as advances from queues_slot
   where item_id = %(item)s and round = %(round)s and state = 'free'
     and (assigned_to_id is null or assigned_to_id = %(user)s)
   order by (assigned_to_id = %(user)s) desc nulls last, id limit 1 for update skip locked
), held as (
  update queues_slot s set state = 'held', annotator_id = %(user)s, token = %(token)s,
         held_at = clock.now, expires_at = clock.now + %(timeout)s::interval,
         returned_at = null
    from free, clock where s.id = free.id
  returning s.id, s.held_at, s.expires_at, free.rank, free.seq, free.was_returned_at,
            free.advances, s.bound_why
), reserved as (
  insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id, token,
                                  opened_at, ending, reason)
  select 'annotate', %(queue)s, %(item)s, held.id, %(round)s, %(user)s, %(token)s,
         held.held_at, '', '' from held
), placed as (
  update queues_queuemember m set last_asked_at = held.held_at,
         place_rank = case when held.advances and held.was_returned_at is null
                           then held.rank else place_rank end,
         place_seq = case when held.advances and held.was_returned_at is null
                          then held.seq else place_seq end,
         place_returned_at = case when held.advances then coalesce(held.was_returned_at,
                                  place_returned_at) else place_returned_at end,
         place_returned_slot = case when held.advances and held.was_returned_at is not null
                                    then held.id else place_returned_slot end
    from held where m.id = %(member)s
)
select id, held_at, expires_at, bound_why from held
"""


def read_asker(queue_id: UUID, user: User) -> Asker:
    """Takes the queue's shared lock and reads ASKER; raises NotMember."""
    locks.share(queue_id)
    asker = sql.one(ASKER, {"queue": queue_id, "user": user.pk}, into=Asker)
    if asker is None:
        raise NotMember
    return asker


def exhaust(asker: Asker, clock: datetime) -> None:
    """Remembers that nothing in the whole order was for the asker, as it was at `clock`."""
    sql.run(EXHAUST, {"queue": asker.queue, "member": asker.member, "clock": clock})


def take(
    asker: Asker,
    user: User,
    found: Candidate,
    *,
    advances_place: bool,
    why: TakenWhy = TakenWhy.NEXT,
) -> Hold:
    """Holds a free slot of the item that `found` has locked; raises LostRace if there is none.

    `why` it went to the asker is told by the event, unless the slot was bound and says so itself.
    """
    token = uuid4()
    params = {"token": token, "item": found.item, "round": found.round, "advances": advances_place}
    held = sql.one(HOLD, {**asker._asdict(), **params}, into=HeldSlot)
    if held is None:
        raise LostRace
    actor = Actor.person(user)
    event_of = partial(change, asker.project, actor, "slot", queue=asker.queue, item=found.item)
    reason = why if why == TakenWhy.HELP else held.bound_why or why
    events = [event_of(held.id, "state", SlotState.FREE, SlotState.HELD, reason=reason)]
    item = Item(pk=found.item, queue_id=asker.queue, status=found.status, round=found.round)
    facts = lifecycle.Facts(1, 0, 1, 0, None, "")  # a slot was free, and is now held
    record(*events, *lifecycle.settle(item, asker.project, actor, facts))
    return Hold(found.item, found.round, token, held.id, held.expires_at, None, held.held_at)
