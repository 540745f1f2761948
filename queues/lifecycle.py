"""Item status: a pure function of facts, stored here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Event
from traces.feeding import set_queue_state

from .models import Item
from .review_holds import end_reviews
from .states import Ending, ItemStatus, ReviewState


@dataclass(frozen=True)
class Facts:
    """Of an item in its current round: slots not void, done, live holds, uncleared skips."""

    required: int
    done: int
    live: int
    skips: int
    needs_review: bool | None
    review_state: str


@dataclass
class Hooks:
    """What `reviews` does inside a queue's transaction; filled in its AppConfig.ready().

    judge: the last annotation is in: may ask for another slot, says whether a review is needed.
    changed: the item entered or left completed, was removed or restored: (item, status before).
    """

    judge: Callable[[Item], bool]
    changed: Callable[[Item, str], None]


hooks = Hooks(judge=lambda item: False, changed=lambda item, was: None)

READ_FACTS = """
select count(*) filter (where state <> 'void') as required,
       count(*) filter (where state = 'done') as done,
       count(*) filter (where state = 'held'
                          and (remaining is not null or expires_at > clock_timestamp())) as live,
       (select count(*) from queues_reservation r
         where r.item_id = %(item)s and r.round = %(round)s
           and r.ending = 'skipped' and r.cleared_at is null) as skips
  from queues_slot where item_id = %(item)s and round = %(round)s
"""


def status_of(facts: Facts) -> str:
    """The table of docs/architecture.md; the first match wins."""
    if facts.done >= facts.required:
        reviewed = facts.needs_review is False or facts.review_state == ReviewState.APPROVED
        return ItemStatus.COMPLETED if reviewed else ItemStatus.PENDING_REVIEW
    if facts.live > 0:
        return ItemStatus.IN_PROGRESS
    return ItemStatus.SKIPPED if facts.skips else ItemStatus.PENDING


def read_facts(item: Item) -> Facts:
    row = sql.one(READ_FACTS, {"item": item.pk, "round": item.round})
    assert row is not None
    return Facts(row.required, row.done, row.live, row.skips, item.needs_review, item.review_state)


FACTS_OF = f"""
select i.id, i.needs_review, i.review_state, facts.*
  from queues_item i
 cross join lateral ({READ_FACTS % {"item": "i.id", "round": "i.round"}}) facts
 where i.id = any(%(items)s)
"""


def read_facts_of(item_ids: list[UUID]) -> dict[UUID, Facts]:
    """The facts of many items in one statement; the caller holds their row locks."""
    rows = sql.rows(FACTS_OF, {"items": item_ids})
    return {
        row.id: Facts(
            row.required, row.done, row.live, row.skips, row.needs_review, row.review_state
        )
        for row in rows
    }


def settle(item: Item, project_id: UUID, actor: Actor, facts: Facts | None = None) -> list[Event]:
    """Stores the status that the facts give; the caller holds the item's row lock.

    Returns the events to record. `facts` may be given where the caller knows them already.
    """
    known = facts or read_facts(item)
    if known.done >= known.required and item.needs_review is None:
        item.needs_review = hooks.judge(item)
        known = replace(known, needs_review=item.needs_review)
        Item.objects.filter(pk=item.pk).update(needs_review=item.needs_review)
    was, now = item.status, status_of(known)
    if was == now:
        return []
    item.status = now
    sql.run(STORE, {"item": item.pk, "status": now})
    _tell(item, was)
    # Who reviews an item that waits for review no more holds nothing.
    ended = (
        end_reviews(project_id, item.queue_id, Ending.REVOKED, actor, item_id=item.pk)
        if was == ItemStatus.PENDING_REVIEW
        else []
    )
    return [
        *ended,
        change(
            project_id,
            actor,
            "item",
            item.pk,
            "status",
            was,
            now,
            queue=item.queue_id,
            item=item.pk,
        ),
    ]


STORE = """
update queues_item set status = %(status)s::text,
       completed_at = case when %(status)s::text = 'completed' then clock_timestamp() end
 where id = %(item)s
"""


def feed_state(status: str) -> str:
    """How the traces page names a status: open, pending_review, completed."""
    closed = (ItemStatus.COMPLETED, ItemStatus.PENDING_REVIEW)
    return str(status) if status in closed else "open"


def _tell(item: Item, was: str) -> None:
    if feed_state(was) != feed_state(item.status):
        set_queue_state(item.pk, feed_state(item.status))
    if ItemStatus.COMPLETED in (was, item.status):
        hooks.changed(item, was)
