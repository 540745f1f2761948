"""The number of annotations an item requires, changed before or after the queue is in use.

The queue's own number is written at once; its items follow in batches, each a short transaction
that reads the number anew, so that a batch may run twice, late, or after a further change.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from annotate_site import sql
from annotate_site.jobs import open_job, run_now
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Event, Job

from ... import lifecycle, locks
from ...conditions import is_erased
from ...lifecycle import Facts
from ...locks import lock_items
from ...models import Item, Queue
from ...states import ReviewState
from ..status import JustCompleted, demand_reopenable, lock_working, reopened_by_work
from .rounds import undecide
from .slots import make_slots, void_slots

FOLLOW_REQUIRED = "follow_required"
FROM_THE_FIRST = -1
Following = tuple[Job, bool]  # the job by which items follow, and whether it is small
BATCH = 500

BEHIND = """
select id, seq from queues_item
 where queue_id = %(queue)s and removed_at is null and kind = 'normal' and seq > %(after)s
   and required <> %(required)s + extra
 order by seq limit %(most)s
"""


def change_required(
    *, queue: Queue, required: int, raise_completed: bool, actor: Actor
) -> Job | None:
    """Writes the queue's number (1 to 10); its items follow at once, or by a worker beyond 500.

    `raise_completed`: finished items get further slots too, in the same round, and a decision on
    them is cleared. Returns the job by which the items follow, None where nothing changes.
    Raises WrongState for a queue that is archived or was closed by hand.
    """
    with transaction.atomic():
        following = store_number(queue, required, raise_completed, actor)
    if following is None:
        return None
    follow_now(*following)
    return following[0]


def store_number(
    queue: Queue, required: int | None, raise_completed: bool, actor: Actor
) -> Following | None:
    """What `change_required` does in its transaction; None as `required`: the number stays."""
    locks.exclude(queue.pk)
    queue = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    demand_reopenable(queue)
    was = queue.annotations_required
    required = required or was
    if was == required and not raise_completed:
        return None
    queue.annotations_required = required
    queue.save(update_fields=["annotations_required"])
    if was != required:
        record(_event_of(queue, "annotations_required", was, required, actor))
    return follow_later(queue, raise_completed, actor)


def follow_later(queue: Queue, raise_completed: bool, actor: Actor) -> Following:
    """The job by which items follow, written with the change; whether it is small."""
    behind = sql.rows(
        BEHIND,
        {
            "queue": queue.pk,
            "required": queue.annotations_required,
            "after": FROM_THE_FIRST,
            "most": BATCH + 1,
        },
    )
    at_once = len(behind) <= BATCH
    job = open_job(
        project=queue.project,
        kind=FOLLOW_REQUIRED,
        title=f"{queue.name}: {queue.annotations_required} annotations for each item",
        actor=actor,
        params={"queue": str(queue.pk), "raise_completed": raise_completed},
        at_once=at_once,
    )
    return job, at_once


def follow_now(job: Job, at_once: bool) -> None:
    """After the commit: small work is done before returning."""
    if at_once:
        run_now(job)


@dataclass
class Needs:
    """What a batch does: slots more and slots less by item, the number each requires from now."""

    more: dict[UUID, int]
    less: dict[UUID, int]
    required: dict[UUID, int]


def follow_some(
    *, queue: Queue, after: int, raise_completed: bool, actor: Actor
) -> tuple[int | None, int]:
    """Brings one batch of items to the queue's number: those behind `after` in order of adding.

    Returns where the next one starts (None: there is none) and how many items this one had. Works
    also where the queue was closed meanwhile, which it stays.
    """
    try:
        return _follow_some(queue, after, raise_completed, actor)
    except JustCompleted:  # its lock is the exclusive one now
        return _follow_some(queue, after, raise_completed, actor)


def _follow_some(
    queue: Queue, after: int, raise_completed: bool, actor: Actor
) -> tuple[int | None, int]:
    with transaction.atomic():
        queue = lock_working(queue)
        found = sql.rows(
            BEHIND,
            {
                "queue": queue.pk,
                "required": queue.annotations_required,
                "after": after,
                "most": BATCH,
            },
        )
        items = [item for item in lock_items({row.id for row in found}) if not item.removed_at]
        facts = lifecycle.read_facts_of([item.pk for item in items])
        if raise_completed:
            erased = erased_among(list(facts))
            items = [item for item in items if item.pk not in erased]
        needs = _needs(queue, items, facts, raise_completed)
        record(*_give(queue, items, needs, actor))
    return (found[-1].seq if len(found) == BATCH else None), len(found)


def _needs(
    queue: Queue, items: list[Item], facts: dict[UUID, Facts], raise_completed: bool
) -> Needs:
    needs = Needs({}, {}, {})
    for item in items:
        known = facts[item.pk]
        wanted = max(queue.annotations_required + item.extra, known.done)
        finished = known.done >= known.required
        if wanted > known.required and (raise_completed or not finished):
            needs.more[item.pk] = wanted - known.required
        elif wanted < known.required:
            needs.less[item.pk] = known.required - wanted
        else:
            continue
        needs.required[item.pk] = wanted
    return needs


def _give(queue: Queue, items: list[Item], needs: Needs, actor: Actor) -> list[Event]:
    """Slots, decisions and statuses of a batch; returns the events."""
    if not needs.required:
        return []
    events = make_slots(queue, needs.more, actor) if needs.more else []
    events += void_slots(queue, needs.less, actor) if needs.less else []
    store_required(needs.required)
    changed = [item for item in items if item.pk in needs.required]
    for item in changed:
        if item.pk in needs.more and item.review_state == ReviewState.APPROVED:
            events += undecide(item, queue.project_id, actor)
    now = lifecycle.read_facts_of([item.pk for item in changed])
    for item in changed:
        events += lifecycle.settle(item, queue.project_id, actor, now[item.pk])
    if needs.more:
        reopened_by_work(queue, actor)
    return events


REQUIRE = """
update queues_item i set required = g.required
  from unnest(%(items)s::uuid[], %(required)s::int[]) as g(item, required)
 where i.id = g.item
"""


def store_required(required: dict[UUID, int]) -> None:
    """What each item requires from now on; its slots are the caller's."""
    sql.run(REQUIRE, {"items": list(required), "required": list(required.values())})


ERASED_ITEMS = f"""
select i.id from queues_item i where i.id = any(%(items)s::uuid[]) and {is_erased("i")}
"""


def erased_among(items: list[UUID]) -> set[UUID]:
    """Nobody can judge what is not there any more."""
    return {row.id for row in sql.rows(ERASED_ITEMS, {"items": items})}


EXTRA = """
update queues_item i set extra = greatest(0, i.required + %(more)s - q.annotations_required)
  from queues_queue q, queues_item was
 where q.id = i.queue_id and was.id = i.id and i.id = any(%(items)s)
returning i.id, was.extra as was, i.extra as now
"""


def ask_more(queue: Queue, items: list[Item], more: int, actor: Actor) -> int:
    """So many annotations more for each of these items, beyond the queue's number; of how many.

    The caller has the locks of queue and items. What was erased is passed over.
    """
    erased = erased_among([item.pk for item in items])
    items = [item for item in items if item.pk not in erased]
    facts = lifecycle.read_facts_of([item.pk for item in items])
    required = {pk: known.required + more for pk, known in facts.items()}
    extra = sql.rows(EXTRA, {"items": list(facts), "more": more})
    events = [
        change(queue.project_id, actor, "item", row.id, "extra", row.was, row.now,
               queue=queue.pk, item=row.id)
        for row in extra
    ]  # fmt: skip
    needs = Needs(dict.fromkeys(facts, more), {}, required)
    record(*events, *_give(queue, items, needs, actor))
    return len(items)


def _event_of(queue: Queue, attribute: str, was: Any, now: Any, actor: Actor) -> Event:
    return change(queue.project_id, actor, "queue", queue.pk, attribute, was, now, queue=queue.pk)
