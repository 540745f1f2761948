"""Opening an item for review: one reviewer at a time, never one who annotated it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import SYSTEM, Actor, record
from annotate_site.projects.models import User

from ... import locks
from ...conditions import is_due_for_renewal, is_lapsed_review, is_live_review, may_review
from ...errors import CannotReview, NotMember, WrongState
from ...locks import lock_item, lock_items
from ...models import Item, Queue, Reservation
from ...review_holds import end_reviews, reviewer_event
from ...states import Ending, ItemStatus
from ...visibility import annotated, note_opened
from .expiry import sweep_queues
from .keeping import MOST_RENEWALS

ATTEMPTS = 20
BATCH = 50


@dataclass(frozen=True)
class ReviewHold:
    """A hold of kind review. `expires_at` and `clock` are the database's."""

    item_id: UUID
    round: int
    token: UUID
    expires_at: datetime
    clock: datetime

    @property
    def seconds_left(self) -> int:
        return max(0, int((self.expires_at - self.clock).total_seconds()))


HELD = f"""
select r.item_id, r.round, r.token, r.expires_at, r.annotator_id, u.name, u.email,
       clock_timestamp() as clock
  from queues_reservation r join projects_user u on u.id = r.annotator_id
 where r.item_id = %(item)s and {is_live_review("r")}
"""
TAKE = """
insert into queues_reservation (kind, queue_id, item_id, round, annotator_id, token, opened_at,
                                expires_at, ending, reason)
select 'review', %(queue)s, %(item)s, %(round)s, %(user)s, %(token)s, clock.now,
       clock.now + %(timeout)s::interval, '', ''
  from (select clock_timestamp() as now) clock
returning item_id, round, token, expires_at, opened_at as clock
"""
OWN = f"""
select r.item_id as id
  from queues_reservation r join queues_item i on i.id = r.item_id
 where r.queue_id = %(queue)s and r.annotator_id = %(user)s and {is_live_review("r")}
   and i.status = 'pending_review' and i.removed_at is null
 order by r.opened_at limit 1
"""
OLDEST = f"""
select i.id
  from queues_item i
 where i.queue_id = %(queue)s and i.status = 'pending_review' and i.removed_at is null
   and i.kind = 'normal'
   and not exists (select 1 from queues_slot s
                    where s.item_id = i.id and s.annotator_id = %(user)s and s.state = 'done')
   and not exists (select 1 from queues_reservation r
                    where r.item_id = i.id and {is_live_review("r")})
 order by i.seq limit 1
"""


@atomic_retry
def open_review(*, queue: Queue, item_id: UUID, user: User) -> ReviewHold:
    """The reviewer's hold on an item that waits for review: a new one, or the one they have.

    Whoever opens it gets no slot of the item again. Raises CannotReview, WrongState, NotMember.
    """
    item = lock_item(queue, item_id)
    fresh = demand_reviewer(queue, user)
    demand_waiting(item)
    demand_apart(item, user)
    held = live_review(item)
    if held and held.annotator_id != user.pk:
        raise CannotReview(f"{held.name or held.email} is reviewing this item.")
    return _hold(held) if held else _take(fresh, item, user)


def next_review(*, queue: Queue, user: User) -> ReviewHold | None:
    """What the reviewer has open, or the oldest item that waits for them; None if there is none.

    Raises NotMember, WrongState.
    """
    demand_reviews(queue, user)
    params = {"queue": queue.pk, "user": user.pk}
    for _ in range(ATTEMPTS):
        found = sql.one(OWN, params) or sql.one(OLDEST, params)
        if found is None:
            return None
        try:
            return open_review(queue=queue, item_id=found.id, user=user)
        except CannotReview:
            continue
    return None


def own_review(item: Item, user: User) -> ReviewHold | None:
    """The reviewer's live hold on the item, read only."""
    held = live_review(item)
    return _hold(held) if held and held.annotator_id == user.pk else None


def live_review(item: Item) -> Any | None:
    """Whoever reviews the item at this moment: a row of HELD."""
    return sql.one(HELD, {"item": item.pk})


RENEW = f"""
update queues_reservation r
   set expires_at = least(clock_timestamp() + q.timeout, r.opened_at + q.timeout * %(most)s)
  from queues_queue q
 where q.id = r.queue_id and r.item_id = %(item)s and r.annotator_id = %(user)s
   and {is_live_review("r")} and (%(now)s::boolean or {is_due_for_renewal("r")})
   and {may_review("%(user)s", "q.id")}
returning r.item_id, r.round, r.token, r.expires_at, clock_timestamp() as clock
"""


def renew_review(*, item: Item, user: User, now: bool) -> ReviewHold | None:
    """Own activity pushes the expiry to clock + timeout; written once a minute unless `now`.

    None: nothing was due, the hold has lapsed, or its holder does not review here any more.
    """
    row = sql.one(RENEW, {"item": item.pk, "user": user.pk, "now": now, "most": MOST_RENEWALS})
    return _hold(row) if row else None


@atomic_retry
def release_review(*, queue: Queue, item_id: UUID, user: User) -> bool:
    """The reviewer gives the item back, undecided; the draft is kept. False: there was no hold.

    Raises NotMember.
    """
    item = lock_item(queue, item_id)
    demand_reviews(queue, user)
    events = end_reviews(
        queue.project_id, queue.pk, Ending.RELEASED, Actor.person(user), item_id=item.pk,
        user=user,
    )  # fmt: skip
    record(*events)
    return bool(events)


def demand_reviewer(queue: Queue, user: User) -> Queue:
    """The queue's fresh row, under a lock; raises NotMember, and WrongState where it is closed."""
    demand_reviews(queue, user)
    fresh = Queue.objects.defer("guidelines", "guidelines_html").get(pk=queue.pk)
    if not fresh.is_working:
        raise WrongState("This queue is closed; nothing more can be reviewed. Your draft is kept.")
    return fresh


def demand_reviews(queue: Queue, user: User) -> None:
    """Raises NotMember for one who does not review in the queue."""
    if not queue.members.filter(user=user, can_review=True, removed_at=None).exists():
        raise NotMember("You do not review in this queue.")


def demand_waiting(item: Item) -> None:
    if item.removed_at:
        raise WrongState("This item was taken out of the queue.")
    if item.status != ItemStatus.PENDING_REVIEW:
        raise WrongState("This item is no longer waiting for review.")


def demand_apart(item: Item, user: User) -> None:
    """Nobody reviews what they annotated, in any round."""
    if annotated(item, user):
        raise CannotReview("You annotated this item: somebody else reviews it.")


def has_opened(item: Item, user: User, round: int) -> bool:
    """Whether the reviewer has ever held the round's review, live or not."""
    holds = Reservation.objects.filter(item=item, round=round, annotator=user)
    return holds.filter(kind=Reservation.Kind.REVIEW).exists()


LAPSED = f"""
select r.item_id from queues_reservation r
 where r.queue_id = %(queue)s and {is_lapsed_review("r")}
 order by r.expires_at limit %(most)s
"""
QUEUES = f"""
select distinct r.queue_id from queues_reservation r where {is_lapsed_review("r")}
"""


def reap_reviews(*, queue_id: UUID, actor: Actor = SYSTEM) -> int:
    """Ends lapsed review holds; items that somebody else has locked are passed over."""
    with transaction.atomic():
        locks.share(queue_id)
        lapsed = sql.rows(LAPSED, {"queue": queue_id, "most": BATCH})
        items = lock_items({row.item_id for row in lapsed}, skip_locked=True)
        queue = Queue.objects.only("pk", "project_id").get(pk=queue_id)
        for item in items:
            record(
                *end_reviews(
                    queue.project_id, queue_id, Ending.EXPIRED, actor, item_id=item.pk, lapsed=True
                )
            )
    return len(items)


def sweep_reviews(actor: Actor) -> int:
    """Lapsed review holds of all queues, batch by batch."""
    return sweep_queues([row.queue_id for row in sql.rows(QUEUES)], reap_reviews, actor)


def _take(queue: Queue, item: Item, user: User) -> ReviewHold:
    ended = end_reviews(
        queue.project_id, queue.pk, Ending.EXPIRED, SYSTEM, item_id=item.pk, lapsed=True
    )
    note_opened(user, [item.pk])
    row = sql.one(TAKE, {
        "queue": queue.pk, "item": item.pk, "round": item.round, "user": user.pk,
        "token": uuid4(), "timeout": queue.timeout,
    })  # fmt: skip
    assert row is not None
    actor = Actor.person(user)
    record(*ended, reviewer_event(queue.project_id, queue.pk, item.pk, actor, "", user.pk))
    return _hold(row)


def _hold(row: Any) -> ReviewHold:
    return ReviewHold(row.item_id, row.round, row.token, row.expires_at, row.clock)
