"""Items waiting for review in a queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.keyset import cut
from annotate_site.projects.models import User
from queues.conditions import is_live_review
from queues.models import Queue

PAGE = 50

# `since`: when the last annotation of the round came in.
WAITING = f"""
select i.id, i.seq, i.title, i.preview, i.round, n.answers, n.since, held.annotator_id as holder,
       held.name, held.email, held.expires_at
  from queues_item i
  cross join lateral (
       select count(*) as answers, max(a.submitted_at) as since from reviews_annotation a
        where a.item_id = i.id and a.round = i.round and a.state = 'submitted') n
  left join lateral (
       select r.annotator_id, u.name, u.email, r.expires_at
         from queues_reservation r join projects_user u on u.id = r.annotator_id
        where r.item_id = i.id and {is_live_review("r")}) held on true
 where i.queue_id = %(queue)s and i.status = 'pending_review' and i.removed_at is null
   and i.kind = 'normal' and i.seq > %(after)s
   and (%(user)s::bigint is null or not exists (
        select 1 from queues_slot s where s.item_id = i.id and s.state = 'done'
           and s.annotator_id = %(user)s::bigint))
 order by i.seq limit %(most)s
"""
FIGURES = """
select count(*) filter (where i.status = 'pending_review') as waiting,
       count(*) filter (where i.status = 'pending_review' and exists (
           select 1 from queues_slot s where s.item_id = i.id and s.state = 'done'
              and s.annotator_id = %(user)s::bigint)) as own,
       count(*) filter (where i.status = 'completed' and i.review_state = 'approved') as approved,
       count(*) filter (where i.status not in ('completed', 'pending_review')
                          and i.review_state = 'rejected') as sent_back,
       count(*) as total
  from queues_item i
 where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
"""


@dataclass(frozen=True)
class WaitingRow:
    """`holder`: who has it open now; `mine`: that is the reader."""

    pk: UUID
    seq: int
    title: str
    preview: str
    round: int
    answers: int
    since: datetime | None
    holder: str
    mine: bool
    until: datetime | None


def waiting_items(
    queue: Queue, user: User, *, reviews: bool, after: int
) -> tuple[list[WaitingRow], int | None]:
    """A page, oldest first, and the place where the next one begins.

    Who reviews here does not see what they annotated in any round.
    """
    rows = sql.rows(WAITING, {
        "queue": queue.pk, "user": user.pk if reviews else None, "after": after, "most": PAGE + 1,
    })  # fmt: skip
    page, more = cut(rows, PAGE)
    shown = [
        WaitingRow(
            row.id, row.seq, row.title, row.preview, row.round, row.answers, row.since,
            row.name or row.email or "", row.holder == user.pk, row.expires_at,
        )
        for row in page
    ]  # fmt: skip
    return shown, shown[-1].seq if more else None


def review_figures(queue: Queue, user: User) -> Any:
    """waiting (`own` of them annotated by the reader), approved, sent_back, total: items."""
    row = sql.one(FIGURES, {"queue": queue.pk, "user": user.pk})
    assert row is not None
    return row
