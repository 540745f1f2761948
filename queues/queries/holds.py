"""Live holds of a queue: who has which item open, to annotate or to review. Never what is typed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from annotate_site import sql
from annotate_site.templatetags.ui import span_in_words

from ..conditions import is_live, is_live_review, time_left_sql
from ..models import Queue

MOST_SHOWN = 200

# A review has no slot; pausing the queue does not stop its time.
HOLDS = f"""
select h.*, i.title, i.preview, u.name, u.email, count(*) over () as total
  from (select r.kind, s.id as slot, s.item_id, s.annotator_id as holder, s.held_at as since,
               {time_left_sql("s")} as rest,
               s.remaining is not null as stopped, r.parked_at is not null as parked,
               r.draft_saved_at is not null as drafted
          from queues_slot s join queues_reservation r on r.token = s.token
         where s.queue_id = %(queue)s and {is_live("s")}
        union all
        select r.kind, null, r.item_id, r.annotator_id, r.opened_at,
               r.expires_at - clock_timestamp(), false, false, r.draft_saved_at is not null
          from queues_reservation r
         where r.queue_id = %(queue)s and {is_live_review("r")}) h
  join queues_item i on i.id = h.item_id
  join projects_user u on u.id = h.holder
 order by h.since, h.item_id, h.holder limit %(most)s
"""

LIVE_HOLDS = f"select count(*) as n from queues_slot s where {is_live('s')}"


@dataclass(frozen=True)
class HoldRow:
    """`slot` is None for a review. `stopped`: the queue is paused, and `left` stands still."""

    slot: int | None
    item: UUID
    title: str
    preview: str
    holder: int
    name: str
    since: datetime
    left: timedelta
    stopped: bool
    parked: bool
    drafted: bool

    @property
    def key(self) -> str:
        """Names the row in the page."""
        return str(self.slot) if self.slot else f"review-{self.item}"

    @property
    def left_words(self) -> str:
        return span_in_words(self.left.total_seconds())


def live_holds(queue: Queue) -> tuple[list[HoldRow], int]:
    """The oldest 200 live holds, and how many there are: one statement."""
    rows = sql.rows(HOLDS, {"queue": queue.pk, "most": MOST_SHOWN})
    holds = [
        HoldRow(
            row.slot,
            row.item_id,
            row.title,
            row.preview,
            row.holder,
            row.name or row.email,
            row.since,
            row.rest,
            row.stopped,
            row.parked,
            row.drafted,
        )
        for row in rows
    ]
    return holds, rows[0].total if rows else 0


def count_live_holds() -> int:
    """How many items are open to annotate, in all queues of the site."""
    found = sql.one(LIVE_HOLDS)
    assert found is not None
    return int(found.n)
