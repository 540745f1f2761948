"""Claiming: Start and Next, and picking one item (DESIGN 7.3 to 7.5).

Each attempt is a short transaction of its own that locks one item. A lost race is tried again;
before "nothing", once without SKIP LOCKED, so that a racer's rollback makes no false "empty".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import User

from .. import lifecycle, locks
from ..errors import CannotPick, NothingToClaim, NotMember
from ..models import Item
from ..states import QueueStatus, SlotState
from . import candidates, resuming
from .lapsing import reap
from .rounds import free_sent_back

ATTEMPTS = 6


@dataclass(frozen=True)
class Hold:
    """A live hold on a slot. Exactly one of `expires_at` and `remaining` (paused) is set."""

    item_id: UUID
    round: int
    token: UUID
    slot_id: int
    expires_at: datetime | None
    remaining: timedelta | None
    clock: datetime
    resumed: bool = False

    @property
    def left(self) -> timedelta:
        """Time left by the database's clock at the moment of reading."""
        return self.remaining or (self.expires_at - self.clock if self.expires_at else timedelta())


class LostRace(Exception):
    """Somebody else took the slot between two statements."""


# Everything a claim must know of the queue and the asker, after the lock, in one statement.
ASKER = """
select q.id as queue, q.project_id as project, q.status, q.archived_at, q.timeout, q.open_limit,
       %(user)s::bigint as user, m.id as member, m.place_rank, m.place_seq,
       m.place_returned_at, m.place_returned_slot, clock_timestamp() as clock,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'held'
                  and s.expires_at <= clock_timestamp()) as has_lapsed,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.assigned_to_id is not null and s.bound_why = 'sent_back'
                  and s.bound_at <= clock_timestamp() - interval '3 days') as has_stale,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.assigned_to_id = %(user)s) as has_bound,
       exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                  and s.returned_at is not null) as has_returned,
       m.lapped_at is not null
       and not exists (select 1 from queues_slot s where s.queue_id = q.id and s.state = 'free'
                          and s.returned_at > m.lapped_at - interval '2 minutes')
       and not exists (select 1 from (select created_at from queues_item
                                       where queue_id = q.id order by seq desc limit 1) newest
                        where newest.created_at > m.lapped_at - interval '2 minutes') as lapped
  from queues_queue q join queues_queuemember m on m.queue_id = q.id
 where q.id = %(queue)s and m.user_id = %(user)s and m.can_annotate and m.removed_at is null
"""
# One statement: the slot is held, its reservation written, the asker's place remembered.
HOLD = """
with clock as (select clock_timestamp() as now
), free as (
  select id, rank, seq, returned_at as was_returned_at from queues_slot
   where item_id = %(item)s and round = %(round)s and state = 'free'
     and (assigned_to_id is null or assigned_to_id = %(user)s)
   order by (assigned_to_id = %(user)s) desc nulls last, id limit 1 for update skip locked
), held as (
  update queues_slot s set state = 'held', annotator_id = %(user)s, token = %(token)s,
         held_at = clock.now, expires_at = clock.now + %(timeout)s::interval,
         returned_at = null
    from free, clock where s.id = free.id
  returning s.id, s.held_at, s.expires_at, free.rank, free.seq, free.was_returned_at
), reserved as (
  insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id, token,
                                  opened_at, ending, reason)
  select 'annotate', %(queue)s, %(item)s, held.id, %(round)s, %(user)s, %(token)s,
         held.held_at, '', '' from held
), placed as (
  update queues_queuemember m set last_asked_at = held.held_at, lapped_at = null,
         place_rank = case when %(moves)s and held.was_returned_at is null
                           then held.rank else place_rank end,
         place_seq = case when %(moves)s and held.was_returned_at is null
                          then held.seq else place_seq end,
         place_returned_at = case when %(moves)s then coalesce(held.was_returned_at,
                                  place_returned_at) else place_returned_at end,
         place_returned_slot = case when %(moves)s and held.was_returned_at is not null
                                    then held.id else place_returned_slot end
    from held where m.id = %(member)s
)
select id, held_at, expires_at from held
"""


def current_hold(*, queue_id: UUID, user: User) -> Hold | None:
    """The annotator's unparked live hold, read only: what the workspace shows on a GET."""
    held = resuming.unparked(resuming.reservations_of(queue_id, user.pk))
    return resumed(held) if held else None


def claim_next(*, queue_id: UUID, user: User) -> Hold:
    """What the annotator works on now: a hold resumed, or a new one.

    Raises NothingToClaim with the reason, NotMember for one who does not annotate here.
    """
    return _attempts(queue_id, user, _next)


def pick_item(*, queue_id: UUID, item_id: UUID, user: User) -> Hold:
    """Opens the chosen item; the item held before is parked. Raises CannotPick."""

    def one_item(asker: Any, user: User, last: bool) -> Hold:
        return _pick(asker, user, item_id)

    return _attempts(queue_id, user, one_item)


def _attempts(
    queue_id: UUID, user: User, attempt: Callable[[Any, User, bool], Hold | NothingToClaim]
) -> Hold:
    for turn in range(ATTEMPTS):
        try:
            with transaction.atomic():
                asker = ask(queue_id, user)
                reaping = (asker.has_lapsed or asker.has_stale) and turn < 2
                outcome = None if reaping else attempt(asker, user, turn >= 2)
        except (LostRace, IntegrityError):
            continue
        if isinstance(outcome, Hold):
            return outcome
        if outcome:
            raise outcome
        reap(queue_id=queue_id, first=user)
        if asker.has_stale:
            free_sent_back(queue_id=queue_id)
    raise NothingToClaim("others_hold")


def ask(queue_id: UUID, user: User) -> Any:
    """Takes the queue's shared lock and reads ASKER; raises NotMember."""
    locks.share(queue_id)
    asker = sql.one(ASKER, {"queue": queue_id, "user": user.pk})
    if asker is None:
        raise NotMember("You do not annotate in this queue.")
    return asker


def _next(asker: Any, user: User, last: bool) -> Hold | NothingToClaim:
    mine = resuming.reservations(asker)
    if held := resuming.unparked(mine):
        return resumed(held)
    full = len(resuming.live(mine)) >= asker.open_limit
    if parked := resuming.oldest_parked(mine) if full or not _is_open(asker) else None:
        return resumed(resuming.unpark(asker, mine, parked.item_id))
    _demand_open(asker)
    if found := resuming.sent_back(asker) or resuming.drafted(asker, mine):
        return take(asker, user, found, moves=False)
    if not asker.lapped:
        if found := candidates.next_candidate(asker, skip_locked=not last):
            return take(asker, user, found, moves=True)
        if not last:
            raise LostRace
        sql.run(LAPPED, [asker.clock, asker.clock, asker.member])
    return resuming.why_nothing(asker)


LAPPED = "update queues_queuemember set lapped_at = %s, last_asked_at = %s where id = %s"


def _is_open(asker: Any) -> bool:
    return asker.status == QueueStatus.ACTIVE and asker.archived_at is None


def _demand_open(asker: Any) -> None:
    if asker.archived_at or asker.status == QueueStatus.COMPLETED:
        raise NothingToClaim("finished")
    if asker.status != QueueStatus.ACTIVE:
        raise NothingToClaim("paused" if asker.status == QueueStatus.PAUSED else "not_open")


def _pick(asker: Any, user: User, item_id: UUID) -> Hold:
    """One item by choice; see pick_item."""
    mine = resuming.reservations(asker)
    if held := resuming.unpark(asker, mine, item_id):
        return resumed(held)
    _demand_open(asker)
    if len(resuming.live(mine)) >= asker.open_limit:
        raise CannotPick(
            f"You have {asker.open_limit} items open, the most this queue allows."
            " Submit or skip one of them first."
        )
    found = candidates.this_candidate(asker, item_id)
    if found is None:
        raise CannotPick("This item has no free place for you. Pick another one.")
    resuming.park_unparked(asker)
    return take(asker, user, found, moves=False)


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


def take(asker: Any, user: User, found: Any, *, moves: bool) -> Hold:
    """Holds a free slot of the item that `found` has locked; raises LostRace if there is none."""
    token = uuid4()
    params = {"item": found.item, "round": found.round, "token": token, "moves": moves}
    held = sql.one(HOLD, {**asker._asdict(), **params})
    if held is None:
        raise LostRace
    actor = Actor.person(user)
    events = [
        change(
            asker.project,
            actor,
            "slot",
            held.id,
            "state",
            SlotState.FREE,
            SlotState.HELD,
            queue=asker.queue,
            item=found.item,
        )
    ]
    item = Item(pk=found.item, queue_id=asker.queue, status=found.status, round=found.round)
    facts = lifecycle.Facts(1, 0, 1, 0, None, "")  # a slot was free, and is now held
    record(*events, *lifecycle.settle(item, asker.project, actor, facts))
    return Hold(found.item, found.round, token, held.id, held.expires_at, None, held.held_at)


def retake(*, queue: Any, item_id: UUID, user: User, token: UUID) -> Hold | None:
    """After a lapse: a slot of the same item again, if one is free and the queue is active.

    None where the hold ended in any other way, or nothing is free.
    """
    reap(queue_id=queue.pk, first=user)
    with transaction.atomic():
        asker = ask(queue.pk, user)
        lapsed = sql.one(
            "select true as found from queues_reservation where token = %s and annotator_id = %s"
            " and item_id = %s and ending = 'expired'",
            [token, user.pk, item_id],
        )
        if not lapsed or not _is_open(asker):
            return None
        mine = resuming.reservations(asker)
        if held := next((row for row in resuming.live(mine) if row.item_id == item_id), None):
            return resumed(held)
        found = candidates.this_candidate(asker, item_id)
        if found is None or resuming.unparked(mine):
            return None
        try:
            return take(asker, user, found, moves=False)
        except LostRace:
            return None
