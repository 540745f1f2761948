"""A new round of an item: sent back by a reviewer, reopened by a manager, or asked again."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor, change, record
from annotate_site.projects.models import Event

from ... import lifecycle, locks
from ...conditions import has_opened
from ...errors import ERASED, WrongState
from ...locks import lock_items
from ...models import Item, Queue
from ...review_holds import end_reviews
from ...states import BoundWhy, Ending, ItemStatus, ReviewState, SlotState
from ..holds.expiry import sweep_queues
from ..status import lock_for_work, reopened_by_work

BATCH = 50
# Whom the last round's slots go back to: they still annotate here, are not away, and have seen
# nobody else's answers of the item.
LAST_ROUND = f"""
select s.annotator_id
  from queues_slot s
  join queues_item i on i.id = s.item_id
  join queues_queuemember m on m.queue_id = s.queue_id and m.user_id = s.annotator_id
  join projects_user u on u.id = s.annotator_id
 where i.id = %(item)s and s.round = %(round)s and s.state = 'done'
   and m.can_annotate and m.removed_at is null and m.away_at is null and u.is_active
   and not {has_opened("s.annotator_id")}
 order by s.id
"""
OTHERS = f"""
select count(*) as n
  from queues_queuemember m join projects_user u on u.id = m.user_id
  join queues_item i on i.id = %(item)s
 where m.queue_id = %(queue)s and m.can_annotate and m.removed_at is null and m.away_at is null
   and u.is_active
   and not exists (select 1 from queues_slot s
                    where s.item_id = %(item)s and s.round = %(round)s and s.state = 'done'
                      and s.annotator_id = m.user_id)
   and not {has_opened("m.user_id")}
"""
# The first slots are bound, one to each person given; all are in the returned lane.
SLOTS = """
insert into queues_slot (queue_id, item_id, round, rank, seq, state, returned_at, assigned_to_id,
                         bound_at, bound_why)
select %(queue)s, %(item)s, %(round)s, %(rank)s, %(seq)s, 'free', clock.now, given.person,
       case when given.person is not null then clock.now end,
       case when given.person is null then '' else 'sent_back' end
  from (select clock_timestamp() as now) clock
 cross join generate_series(1, %(required)s) as n
  left join unnest(%(people)s::bigint[]) with ordinality as given(person, place)
    on given.place = n
 order by n
returning id, assigned_to_id as person
"""
BEGIN = """
update queues_item
   set round = %(round)s, needs_review = %(needs_review)s::boolean,
       review_state = %(review_state)s::text, bars_last_round = %(bars)s
 where id = %(item)s
"""
CLEAR_MARKS = """
update queues_reservation set draft_saved_at = null, refused_at = null
 where item_id = %(item)s and round < %(round)s
   and (draft_saved_at is not null or refused_at is not null)
"""


def last_round(item: Item) -> list[int]:
    """The ids of those whom the item can be sent back to."""
    return [
        row.annotator_id for row in sql.rows(LAST_ROUND, {"item": item.pk, "round": item.round})
    ]


def others(item: Item) -> int:
    """How many people could annotate the item who did not in its last round."""
    params = {"queue": item.queue_id, "item": item.pk, "round": item.round}
    row = sql.one(OTHERS, params)
    return row.n if row else 0


def send_back(item: Item, project_id: UUID, actor: Actor, *, to_others: bool) -> list[Event]:
    """The round that follows a reject, which needs a review again; the caller has the item's lock.

    To its last annotators, or with `to_others` to anybody but them.
    """
    people = [] if to_others else last_round(item)
    return _begin(
        item, project_id, actor, people=people, bars=to_others, needs_review=True,
        review_state=ReviewState.REJECTED,
    )  # fmt: skip


def reopen_item(*, queue: Queue, item_id: UUID, reason: str, actor: Actor) -> None:
    """A finished item begins a new round, its slots for anybody. Raises WrongState.

    Whoever annotated it finds their earlier answers in the form.
    """
    with transaction.atomic():
        fresh, item = _lock_finished(queue, item_id)
        record(*begin_again(item, fresh, reason, actor))
        reopened_by_work(fresh, actor)


def begin_again(
    item: Item, queue: Queue, reason: str, actor: Actor, *, people: Sequence[int] = ()
) -> list[Event]:
    """The new round of an item that the caller has locked, and that is finished.

    Its slots are for anybody, or go back to `people` first, as what a reviewer sends back.
    """
    events = end_reviews(queue.project_id, queue.pk, Ending.REVOKED, actor, item_id=item.pk)
    return events + _begin(
        item, queue.project_id, actor, people=people, bars=False, needs_review=None,
        review_state=ReviewState.NONE, reason=reason,
    )  # fmt: skip


def clear_decision(*, queue: Queue, item_id: UUID, reason: str, actor: Actor) -> None:
    """An approved item waits for review again, in the same round. Raises WrongState."""
    with transaction.atomic():
        fresh, item = _lock_finished(queue, item_id)
        if item.review_state != ReviewState.APPROVED:
            raise WrongState("There is no decision to clear: the item is not approved.")
        events = undecide(item, fresh.project_id, actor, reason=reason)
        record(*events, *lifecycle.settle(item, fresh.project_id, actor))
        reopened_by_work(fresh, actor)


def undecide(item: Item, project_id: UUID, actor: Actor, *, reason: str = "") -> list[Event]:
    """Takes an approval away; settle then stores the status and `reviews` marks the decision."""
    events = review_moves(item, project_id, actor, ReviewState.NONE, reason=reason)
    Item.objects.filter(pk=item.pk).update(review_state=item.review_state)
    return events


def review_moves(
    item: Item, project_id: UUID, actor: Actor, now: str, *, reason: str = ""
) -> list[Event]:
    """Sets `item.review_state`, not yet stored; the event, if it changes."""
    was, item.review_state = item.review_state, now
    if was == now:
        return []
    return [_event_of(item, project_id, actor, "review_state", was, now, reason)]


def is_finished(item: Item) -> bool:
    """All its annotations are in."""
    return item.status in (ItemStatus.COMPLETED, ItemStatus.PENDING_REVIEW)


def _lock_finished(queue: Queue, item_id: UUID) -> tuple[Queue, Item]:
    fresh = lock_for_work(queue)
    items = fresh.items.select_for_update(no_key=True).defer("snapshot")
    item = items.get(pk=item_id)
    if item.removed_at:
        raise WrongState("This item was taken out of the queue.")
    if not is_finished(item):
        raise WrongState("This item is not finished: it can still be annotated.")
    if item.is_erased:
        raise WrongState(ERASED)
    return fresh, item


def _begin(
    item: Item,
    project_id: UUID,
    actor: Actor,
    *,
    people: Sequence[int],
    bars: bool,
    needs_review: bool | None,
    review_state: str,
    reason: str = "",
) -> list[Event]:
    was, item.round = item.round, item.round + 1
    item.needs_review, item.bars_last_round = needs_review, bars
    events = [_event_of(item, project_id, actor, "round", was, item.round, reason)]
    events += review_moves(item, project_id, actor, review_state)
    params = {"queue": item.queue_id, "item": item.pk, "round": item.round}
    sql.run(BEGIN, {
        **params, "needs_review": needs_review, "review_state": review_state, "bars": bars,
    })  # fmt: skip
    made = sql.rows(SLOTS, {
        **params, "rank": -item.priority, "seq": item.seq, "required": item.required,
        "people": list(people),
    })  # fmt: skip
    sql.run(CLEAR_MARKS, params)
    slot_event = partial(change, project_id, actor, "slot", queue=item.queue_id, item=item.pk)
    events += [slot_event(row.id, "state", "", SlotState.FREE) for row in made]
    events += [
        slot_event(row.id, "assigned_to", "", row.person, reason=BoundWhy.SENT_BACK)
        for row in made
        if row.person
    ]
    return [*events, *lifecycle.settle(item, project_id, actor)]


def _event_of(
    item: Item, project_id: UUID, actor: Actor, attribute: str, was: object, now: object, why: str
) -> Event:
    return change(
        project_id, actor, "item", item.pk, attribute, was, now, queue=item.queue_id, item=item.pk,
        reason=why,
    )  # fmt: skip


STALE = """
select s.id, s.item_id
  from queues_slot s join queues_queue q on q.id = s.queue_id
 where s.queue_id = %(queue)s and s.state = 'free' and s.bound_why = 'sent_back'
   and s.assigned_to_id is not null and s.bound_at <= clock_timestamp() - interval '3 days'
   and q.status = 'active' and q.archived_at is null
 order by s.bound_at limit %(most)s
"""
FREE = """
update queues_slot s set assigned_to_id = null, bound_at = null, bound_why = '',
       returned_at = clock_timestamp()
  from (select id, assigned_to_id as person from queues_slot where id = any(%(slots)s)) was
 where s.id = was.id and s.state = 'free' and s.bound_why = 'sent_back'
   and s.bound_at <= clock_timestamp() - interval '3 days'
returning s.id, s.item_id, was.person
"""


def free_sent_back(*, queue_id: UUID, actor: Actor = SYSTEM) -> int:
    """What was sent back to somebody and lay there for 3 days goes to anybody.

    Called at a claim that finds such slots, and by beat. Items that are locked are passed over.
    """
    with transaction.atomic():
        locks.share(queue_id)
        stale = sql.rows(STALE, {"queue": queue_id, "most": BATCH})
        locked = {one.pk for one in lock_items({row.item_id for row in stale}, skip_locked=True)}
        slots = [row.id for row in stale if row.item_id in locked]
        freed = sql.rows(FREE, {"slots": slots}) if slots else []
        project = Queue.objects.values_list("project_id", flat=True).get(pk=queue_id)
        event_of = partial(change, project, actor, "slot", queue=queue_id, reason=Ending.EXPIRED)
        record(
            *(event_of(row.id, "assigned_to", row.person, "", item=row.item_id) for row in freed)
        )
    return len(freed)


QUEUES = """
select distinct s.queue_id from queues_slot s join queues_queue q on q.id = s.queue_id
 where s.state = 'free' and s.assigned_to_id is not null and s.bound_why = 'sent_back'
   and s.bound_at <= clock_timestamp() - interval '3 days'
   and q.status = 'active' and q.archived_at is null
"""


def free_all_sent_back(actor: Actor) -> int:
    """The same for every queue, batch by batch: what beat repeats."""
    return sweep_queues([row.queue_id for row in sql.rows(QUEUES)], free_sent_back, actor)
