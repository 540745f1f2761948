"""How one annotator stands to items of a list. Never who else, nor what anybody answered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User

from ..conditions import has_lapsed, has_opened, is_barred, is_live, is_uncleared_skip

WHY_NOT = {
    "submitted": "You've answered it",
    "skipped": "You skipped it",
    "seen": "You've seen answers on it",
    "barred": "Goes to others this round",
    "answered": "Has all its answers",
    "bound": "Kept for a colleague",
    "taken": "Open with a colleague",
    "waits": "You get it with Next",
    "full": "Submit or skip one first",
}


@dataclass(frozen=True)
class Eligibility:
    """`state`: held and free can be opened; of the others `why_not` says why not.

    waits: the queue hands it out by itself. full: free, but they have as
    many items open as they may. `kept`: a place is bound to this annotator.
    `drafted`: the annotator's text of this round is there.
    """

    state: str
    kept: bool = False
    drafted: bool = False

    @property
    def can_open(self) -> bool:
        return self.state in ("held", "free")

    @property
    def why_not(self) -> str:
        return WHY_NOT.get(self.state, "")


# A slot whose hold has lapsed is as good as free: a claim reaps it first. Where the queue hands
# out items by itself, only what is bound to the annotator or has their draft is opened from a list.
ELIGIBILITY = f"""
with open as materialized (
  select r.queue_id, count(*) as items
    from queues_reservation r join queues_slot s on s.id = r.slot_id and s.token = r.token
   where r.annotator_id = %(user)s and r.kind = 'annotate' and r.ended_at is null
     and {is_live("s")}
   group by r.queue_id
)
select i.id, coalesce(open.items >= q.open_limit, false) as is_full,
       coalesce(slots.kept, false) as kept, mine.drafted,
       case when mine.held then 'held' when mine.submitted then 'submitted'
            when mine.skipped then 'skipped'
            when {has_opened("%(user)s")} then 'seen'
            when {is_barred("%(user)s")} then 'barred'
            when slots.kept then 'free'
            when slots.open and (q.strategy = 'manual' or mine.drafted) then 'free'
            when slots.open then 'waits' when slots.bound then 'bound'
            when slots.held then 'taken' else 'answered' end as state
  from queues_item i join queues_queue q on q.id = i.queue_id
  left join open on open.queue_id = q.id
 cross join lateral (
       select coalesce(bool_or(r.ended_at is null and {is_live("s")}), false) as held,
              coalesce(bool_or(r.ending = 'submitted'), false) as submitted,
              coalesce(bool_or({is_uncleared_skip("r")}), false) as skipped,
              coalesce(bool_or(r.draft_saved_at is not null), false) as drafted
         from queues_reservation r
         left join queues_slot s on s.id = r.slot_id and s.token = r.token
        where r.item_id = i.id and r.round = i.round and r.kind = 'annotate'
          and r.annotator_id = %(user)s) mine
 cross join lateral (
       select bool_or(s.state = 'free' and s.assigned_to_id = %(user)s) as kept,
              bool_or(s.state = 'free' and s.assigned_to_id <> %(user)s) as bound,
              bool_or((s.state = 'free' and s.assigned_to_id is null) or {has_lapsed("s")})
                as open,
              bool_or(s.state = 'held') as held
         from queues_slot s where s.item_id = i.id and s.round = i.round) slots
 where i.id = any(%(items)s)
"""


def eligibility_of(annotator: User, item_ids: list[UUID]) -> dict[UUID, Eligibility]:
    """How the annotator stands to each of these items. One statement."""
    rows = sql.rows(ELIGIBILITY, {"user": annotator.pk, "items": item_ids})
    return {row.id: Eligibility(_state(row), row.kept, row.drafted) for row in rows}


def _state(row: Any) -> str:
    return "full" if row.state == "free" and row.is_full else str(row.state)
