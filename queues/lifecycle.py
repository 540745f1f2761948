"""Item status: a pure function of facts, stored here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.events import Actor, change
from annotate_site.projects.models import Event
from traces.queue_states import SET_STATE

from .conditions import is_live, is_uncleared_skip
from .models import Item
from .review_holds import end_reviews
from .states import Ending, ItemStatus, ReviewState


@dataclass(frozen=True)
class Facts:
    """Of an item in its current round: slots not void, done, live holds, uncleared skips.

    `asks_review`: the queue's setting now, where it was read along with them.
    """

    required: int
    done: int
    live: int
    skips: int
    needs_review: bool | None
    review_state: str
    asks_review: bool | None = None


@dataclass
class Hooks:
    """What `reviews` does inside a queue's transaction; filled in its AppConfig.ready().

    judge: the last annotation is in: may ask for another slot, says whether a review is needed
    (`asks_review`: the queue's setting, if it is known).
    changed: the item entered or left completed, was removed or restored: (item, status before).
    """

    judge: Callable[[Item, bool | None], bool]
    changed: Callable[[Item, str], None]


hooks = Hooks(judge=lambda item, asks_review: False, changed=lambda item, was: None)

READ_FACTS = f"""
select count(*) filter (where s.state <> 'void') as required,
       count(*) filter (where s.state = 'done') as done,
       count(*) filter (where {is_live("s")}) as live,
       (select count(*) from queues_reservation r
         where r.item_id = %(item)s and r.round = %(round)s
           and {is_uncleared_skip("r")}) as skips,
       (select q.requires_review from queues_item own join queues_queue q on q.id = own.queue_id
         where own.id = %(item)s) as asks_review
  from queues_slot s where s.item_id = %(item)s and s.round = %(round)s
"""


def status_of(facts: Facts) -> str:
    """The table of docs/rules.md, Item status; the first match wins."""
    if facts.done >= facts.required:
        reviewed = facts.needs_review is False or facts.review_state == ReviewState.APPROVED
        return ItemStatus.COMPLETED if reviewed else ItemStatus.PENDING_REVIEW
    if facts.live > 0:
        return ItemStatus.IN_PROGRESS
    return ItemStatus.SKIPPED if facts.skips else ItemStatus.PENDING


def read_facts(item: Item) -> Facts:
    row = sql.one(READ_FACTS, {"item": item.pk, "round": item.round})
    assert row is not None
    return _facts(row, item)


FACTS_OF = f"""
select i.id, i.needs_review, i.review_state, facts.*
  from queues_item i
 cross join lateral ({READ_FACTS % {"item": "i.id", "round": "i.round"}}) facts
 where i.id = any(%(items)s)
"""


def read_facts_of(item_ids: list[UUID]) -> dict[UUID, Facts]:
    """The facts of many items in one statement; the caller holds their row locks."""
    rows = sql.rows(FACTS_OF, {"items": item_ids})
    return {row.id: _facts(row, row) for row in rows}


def _facts(row: Any, item: Any) -> Facts:
    return Facts(
        row.required, row.done, row.live, row.skips, item.needs_review, item.review_state,
        row.asks_review,
    )  # fmt: skip


def settle(item: Item, project_id: UUID, actor: Actor, facts: Facts | None = None) -> list[Event]:
    """Stores the status that the facts give; the caller holds the item's row lock.

    Returns the events to record. `facts` may be given where the caller knows them already.
    """
    known, judged = facts or read_facts(item), None
    if known.done >= known.required and item.needs_review is None:
        judged = item.needs_review = hooks.judge(item, known.asks_review)
        known = replace(known, needs_review=judged)
    was, now = item.status, status_of(known)
    if judged is not None or was != now:
        _store(item, now, judged)
    if was == now:
        return []
    if ItemStatus.COMPLETED in (was, now):
        hooks.changed(item, was)
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
       needs_review = coalesce(%(judged)s::boolean, needs_review),
       completed_at = case when %(status)s::text <> 'completed' then null
                           when status <> 'completed' then clock_timestamp()
                           else completed_at end
 where id = %(item)s
"""
FEED_AND_STORE = f"with fed as ({SET_STATE}) {STORE}"


def _store(item: Item, status: str, judged: bool | None) -> None:
    """The status, what was judged with it, and what the traces page shows of it."""
    fed = feed_state(status)
    params = {"item": item.pk, "status": status, "judged": judged, "fed": fed}
    sql.run(STORE if fed == feed_state(item.status) else FEED_AND_STORE, params)
    item.status = status


def feed_state(status: str) -> str:
    """How the traces page names a status: open, pending_review, completed."""
    closed = (ItemStatus.COMPLETED, ItemStatus.PENDING_REVIEW)
    return str(status) if status in closed else "open"
