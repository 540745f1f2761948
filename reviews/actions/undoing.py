"""Undo: one's latest submit or skip in a queue, taken back within 30 seconds."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F

from annotate_site import sql
from annotate_site.errors import Refused, atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.idempotency import retire_key
from annotate_site.projects.models import Event, User
from queues import lifecycle, locks
from queues.actions.holds.ending import end_holds
from queues.actions.holds.expiry import reap
from queues.actions.items.changing import skip_cleared
from queues.actions.status import reopened_by_work
from queues.conditions import annotates, has_opened
from queues.errors import NotMember
from queues.locks import lock_items
from queues.models import Item, Queue
from queues.models.queues import Completer
from queues.states import Ending, QueueStatus, ReviewState, SlotState

from .. import scores
from ..answers import Draft
from ..models import Annotation, AnnotationState
from .submitting import annotation_key

UNDO_FOR = timedelta(seconds=30)


class CannotUndo(Refused):
    code = "cannot_undo"


@dataclass(frozen=True)
class Undoable:
    """What can be taken back: the hold's `token`, `ending` submitted or skipped, and how long.

    `annotation`: the id of the answers, None for a skip without any.
    """

    token: UUID
    ending: str
    title: str
    seconds: int
    annotation: int | None


@dataclass(frozen=True)
class Undone:
    """`held`: the item is open again; else its place was taken and only the skip is cleared."""

    item_id: UUID
    held: bool


# The latest of both kinds; a manager's accept is nobody's submit, it has no submission id.
LATEST = """
select r.id, r.item_id, r.slot_id, r.round, r.token, r.ending, r.cleared_at, i.title,
       a.id as annotation, a.submission_id, latest.at,
       extract(epoch from latest.at + %(within)s::interval - clock_timestamp()) as seconds
  from (
       (select a.item_id, a.round, null::bigint as reservation, a.submitted_at as at
          from reviews_annotation a
         where a.queue_id = %(queue)s and a.annotator_id = %(user)s and a.state = 'submitted'
           and a.submission_id is not null
         order by a.submitted_at desc limit 1)
       union all
       (select s.item_id, s.round, s.id, s.ended_at
          from queues_reservation s
         where s.queue_id = %(queue)s and s.annotator_id = %(user)s and s.kind = 'annotate'
           and s.ending = 'skipped'
         order by s.ended_at desc limit 1)
       order by at desc limit 1) latest
  join queues_reservation r
    on r.item_id = latest.item_id and r.round = latest.round and r.annotator_id = %(user)s
   and r.kind = 'annotate'
   and (r.id = latest.reservation or (latest.reservation is null and r.ending = 'submitted'))
  join queues_item i on i.id = r.item_id
  left join reviews_annotation a
    on a.item_id = r.item_id and a.round = r.round and a.annotator_id = r.annotator_id
"""


def latest_undoable(queue: Queue, user: User) -> Undoable | None:
    """What the page offers to take back; whether it still can is decided by `undo_latest`."""
    row = _latest(queue, user)
    if row is None or row.seconds <= 0 or row.cleared_at:
        return None
    return Undoable(row.token, row.ending, row.title, int(row.seconds), row.annotation)


def undo_latest(*, queue: Queue, user: User, token: UUID) -> Undone:
    """Takes back the submit or skip of the hold that had `token`.

    The item is held again, with a fresh token and the answers as a draft; what was opened since is
    released, or parked where it has a draft. Raises CannotUndo, NotMember.
    """
    reap(queue_id=queue.pk, first=user)
    return _take_back(queue, user, token)


@atomic_retry
def _take_back(queue: Queue, user: User, token: UUID) -> Undone:
    _retire(queue, user, token)
    locks.exclude(queue.pk)
    fresh = Queue.objects.get(pk=queue.pk)
    row = _latest(fresh, user)
    if row is None or row.token != token:
        raise CannotUndo("This is not your latest answer any more. Nothing was changed.")
    present = _present(fresh, user)
    items = lock_items({row.item_id} | ({present.item_id} if present else set()))
    item = next(item for item in items if item.pk == row.item_id)
    _demand_undoable(fresh, item, user, row)
    return _undo(fresh, item, user, row, present)


def _latest(queue: Queue, user: User) -> Any | None:
    return sql.one(LATEST, {"queue": queue.pk, "user": user.pk, "within": UNDO_FOR})


def _retire(queue: Queue, user: User, token: UUID) -> None:
    """The submission id is worth nothing from now on: its repeat is told `undone`.

    Its row comes first in the order of locks; it stays as it was where the undo is refused.
    """
    row = _latest(queue, user)
    if row and row.token == token and row.ending == Ending.SUBMITTED:
        retire_key(user, str(row.submission_id))


OPENED = f"""
select {annotates("%(user)s", "%(queue)s")} as member,
       exists (select 1 from queues_reservation where item_id = %(item)s and round = %(round)s
                  and kind = 'review')
       or exists (select 1 from reviews_review where item_id = %(item)s and round = %(round)s
                     and decided_at is not null) as reviewed,
       {has_opened("%(user)s")} as seen from queues_item i where i.id = %(item)s
"""


def answer_state(queue: Queue, item: Item, user: User) -> Any:
    """Of one's own answer: `member` still, `reviewed` or opened for it, others' answers `seen`."""
    return sql.one(
        OPENED, {"queue": queue.pk, "item": item.pk, "round": item.round, "user": user.pk}
    )


def _demand_undoable(queue: Queue, item: Item, user: User, row: Any) -> None:
    known = answer_state(queue, item, user)
    if not known.member:
        raise NotMember
    by_hand = queue.status == QueueStatus.COMPLETED and queue.completed_by == Completer.PERSON
    refusals = (
        (row.seconds <= 0, "More than 30 seconds have passed."),
        (queue.archived_at or by_hand, "This queue was closed."),
        (item.removed_at, "This item was taken out of the queue."),
        (row.round != item.round, "This item has begun a new round."),
        (known.reviewed, "A reviewer has opened this item."),
        (item.review_state == ReviewState.APPROVED, "This item is approved."),
        (known.seen, "You have seen others' answers of this item."),
        (row.cleared_at, "A manager has cleared this skip already."),
    )
    for refused, sentence in refusals:
        if refused:
            raise CannotUndo(f"{sentence} It can't be undone; nothing was changed.")


PRESENT = """
select r.id, r.item_id, r.round, r.slot_id, r.opened_at,
       exists (select 1 from queues_reservation d
                where d.item_id = r.item_id and d.round = r.round and d.kind = 'annotate'
                  and d.annotator_id = r.annotator_id and d.draft_saved_at is not null) as drafted
  from queues_reservation r
 where r.queue_id = %(queue)s and r.annotator_id = %(user)s and r.kind = 'annotate'
   and r.ended_at is null and r.parked_at is null
"""
PARK = "update queues_reservation set parked_at = clock_timestamp() where id = %(reservation)s"


def _present(queue: Queue, user: User) -> Any | None:
    """What one has open now, opened by the response to the submit or skip, or taken up since."""
    return sql.one(PRESENT, {"queue": queue.pk, "user": user.pk})


def _undo(queue: Queue, item: Item, user: User, row: Any, present: Any | None) -> Undone:
    actor = Actor.person(user)
    slot = _slot(item, user, row)
    if slot is None:
        events = _clear_skip(queue, item, row, actor)
    else:
        reopened_by_work(queue, actor)
        events = _put_aside(queue, present, row, actor) if present else []
        events += _hold_again(queue, item, user, slot, row)
    record(*events, *lifecycle.settle(item, queue.project_id, actor))
    return Undone(item.pk, slot is not None)


SLOT = """
select id from queues_slot
 where item_id = %(item)s and round = %(round)s
   and case when %(submitted)s then state = 'done' and annotator_id = %(user)s
            else state = 'free' and (assigned_to_id is null or assigned_to_id = %(user)s)
                 and not exists (select from queues_slot own
                                  where own.item_id = %(item)s and own.round = %(round)s
                                    and own.annotator_id = %(user)s and own.state = 'done') end
 order by (assigned_to_id = %(user)s) desc nulls last, id limit 1 for update
"""


def _slot(item: Item, user: User, row: Any) -> int | None:
    """The slot of the submit; after a skip any free one, unless a manager has accepted what the
    person had sent before it.
    """
    submitted = row.ending == Ending.SUBMITTED
    params = {"item": item.pk, "round": item.round, "user": user.pk, "submitted": submitted}
    found = sql.one(SLOT, params)
    return found.id if found else None


def _clear_skip(queue: Queue, item: Item, row: Any, actor: Actor) -> list[Event]:
    sql.run("update queues_reservation set cleared_at = clock_timestamp() where id = %s", [row.id])
    return [skip_cleared(item, queue, row.id, actor)]


def _put_aside(queue: Queue, present: Any, row: Any, actor: Actor) -> list[Event]:
    """Makes room: what the response opened is released; with a draft, or opened before, parked."""
    if present.drafted or present.opened_at < row.at:
        sql.run(PARK, {"reservation": present.id})
        return []
    return end_holds(queue, [present.slot_id], Ending.RELEASED, actor)


# A paused queue's holds have a rest instead of an expiry.
HOLD = """
with clock as (select clock_timestamp() as now
), held as (
  update queues_slot s set state = 'held', annotator_id = %(user)s, token = %(token)s,
         held_at = clock.now, returned_at = null,
         expires_at = case when q.status <> 'paused' then clock.now + q.timeout end,
         remaining = case when q.status = 'paused' then q.timeout end
    from clock, queues_queue q where s.id = %(slot)s and q.id = s.queue_id
), ended as (
  update queues_reservation set ending = 'undone' where id = %(reservation)s
)
insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id, token,
                                opened_at, ending, reason, draft_saved_at)
select 'annotate', %(queue)s, %(item)s, %(slot)s, %(round)s, %(user)s, %(token)s, clock.now, '',
       '', case when %(drafted)s then clock.now end
  from clock
"""


def _hold_again(queue: Queue, item: Item, user: User, slot: int, row: Any) -> list[Event]:
    """Slot and reservation, then the answers, which are a draft again."""
    submitted = row.ending == Ending.SUBMITTED
    found = Annotation.objects.filter(item=item, round=item.round, annotator=user).first()
    draft = Draft.stored(found.draft) if found else Draft()
    if submitted and found:
        draft = scores.draft_of(found)
    sql.run(
        HOLD,
        {
            "queue": queue.pk,
            "item": item.pk,
            "slot": slot,
            "round": item.round,
            "user": user.pk,
            "token": uuid4(),
            "reservation": row.id,
            "drafted": not draft.is_empty,
        },
    )
    event_of = partial(change, queue.project_id, Actor.person(user), queue=queue.pk, item=item.pk)
    was = SlotState.DONE if submitted else SlotState.FREE
    events = [event_of("slot", slot, "state", was, SlotState.HELD, reason=Ending.UNDONE)]
    if submitted and found:
        _draft_again(found, draft)
        key = annotation_key(item, user)
        events.append(event_of("annotation", key, "state", found.state, "", reason=Ending.UNDONE))
    return events


def _draft_again(annotation: Annotation, draft: Draft) -> None:
    """The answers are a draft again; their scores stay as superseded."""
    Annotation.objects.filter(pk=annotation.pk).update(
        state=AnnotationState.DRAFT,
        draft=draft.as_json(),
        version=F("version") + 1,
        submission_id=None,
        submitted_at=None,
        field_set=[],
        saved_at=sql.clock(),
    )
    scores.withdraw(annotation)
