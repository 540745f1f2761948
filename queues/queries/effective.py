"""Item statuses as they are this moment.

A live hold ends with the clock, and nobody may have noted it yet: the items of lapsed holds are
read first (there are few), and their status is told anew from the facts. So lists, filters and
counts are right with no worker running.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from annotate_site import sql

from ..conditions import has_lapsed
from ..lifecycle import READ_FACTS, Facts, status_of

# The facts of `lifecycle`, for each item that has a lapsed hold.
MOVED = f"""
select i.queue_id, i.id, i.status, i.needs_review, i.review_state, facts.*
  from (select distinct s.item_id from queues_slot s
         where s.queue_id = any(%(queues)s) and {has_lapsed("s")}) lapsed
  join queues_item i on i.id = lapsed.item_id and i.removed_at is null and i.kind = 'normal'
 cross join lateral ({READ_FACTS % {"item": "i.id", "round": "i.round"}}) facts
"""


@dataclass(frozen=True)
class Move:
    """An item whose stored status the clock has overtaken."""

    queue_id: UUID
    was: str
    now: str


@dataclass(frozen=True)
class Effective:
    """What differs from the stored statuses of some queues' items, by item id."""

    moves: dict[UUID, Move] = field(default_factory=dict)

    def status(self, item_id: UUID, stored: str) -> str:
        move = self.moves.get(item_id)
        return move.now if move else stored

    def having(self, status: str) -> Q:
        """Items with this status now."""
        into = [pk for pk, move in self.moves.items() if move.now == status]
        return (Q(status=status) & ~Q(pk__in=list(self.moves))) | Q(pk__in=into)


def effective_items(queue_ids: Sequence[UUID]) -> Effective:
    """One statement, whose cost is that of the lapsed holds."""
    moves = {}
    for row in sql.rows(MOVED, {"queues": list(queue_ids)}):
        facts = Facts(
            row.required, row.done, row.live, row.skips, row.needs_review, row.review_state
        )
        now = str(status_of(facts))
        if now != row.status:
            moves[row.id] = Move(row.queue_id, row.status, now)
    return Effective(moves)


@dataclass
class Counts:
    """Items of a queue by status. `answered`: with at least one submitted annotation."""

    by_status: dict[str, int] = field(default_factory=dict)
    answered: int = 0

    def of(self, status: str) -> int:
        return self.by_status.get(status, 0)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def completed(self) -> int:
        return self.of("completed")

    @property
    def waiting(self) -> int:
        return self.of("pending_review")

    @property
    def in_progress(self) -> int:
        return self.of("in_progress")

    @property
    def percent_completed(self) -> int:
        return _percent(self.completed, self.total)

    @property
    def percent_answered(self) -> int:
        return _percent(self.answered, self.total)

    @property
    def progress(self) -> str:
        """not_started, in_progress or completed: shown beside the queue's own status."""
        if self.total and self.completed == self.total:
            return "completed"
        return "in_progress" if self.answered else "not_started"


def _percent(some: int, of_all: int) -> int:
    """Rounded down, so that 100 is all; but 1 where there is any."""
    return max(some * 100 // of_all, 1 if some else 0) if of_all else 0


# An item wanting one annotation is open without any, so only the others are looked into.
COUNTS = """
select i.queue_id, i.status, count(*) as items,
       count(*) filter (where i.status in ('completed', 'pending_review')
           or (i.required > 1 and exists (
               select 1 from queues_slot s
                where s.item_id = i.id and s.round = i.round and s.state = 'done'))) as answered
  from queues_item i
 where i.queue_id = any(%(queues)s) and i.removed_at is null and i.kind = 'normal'
 group by i.queue_id, i.status
"""


def counts(queue_ids: Sequence[UUID], effective: Effective) -> dict[UUID, Counts]:
    """Each queue's counts, from one grouped statement."""
    found = {pk: Counts() for pk in queue_ids}
    for row in sql.rows(COUNTS, {"queues": list(queue_ids)}):
        found[row.queue_id].by_status[row.status] = row.items
        found[row.queue_id].answered += row.answered
    for move in effective.moves.values():
        by_status = found[move.queue_id].by_status
        by_status[move.was] = by_status.get(move.was, 0) - 1
        by_status[move.now] = by_status.get(move.now, 0) + 1
    return found
