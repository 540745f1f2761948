"""What waits for one person, wherever they belong: their queues, and their unfinished items."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.models import User
from annotate_site.templatetags.ui import span_in_words
from queues.conditions import has_place_for, is_finished, is_live, is_live_review, time_left_sql
from queues.due_dates import is_overdue
from queues.notices.digest import Waiting
from queues.states import QueueStatus

MOST_ITEMS = 50
# Of whom the queues are, and what may be counted in them; every statement here begins with it.
MINE = """
with mine as (
  select q.id, q.name, q.repeated_line, q.status, q.due_date, q.created_at, q.completed_at, p.slug,
         p.name as project, p.time_zone, m.can_annotate, m.can_review, m.user_id,
         m.away_at is not null as away
    from queues_queuemember m
    join queues_queue q on q.id = m.queue_id and q.archived_at is null
    join projects_project p on p.id = q.project_id and p.archived_at is null
    join projects_membership pm on pm.project_id = p.id and pm.user_id = m.user_id
   where m.user_id = %(user)s and m.removed_at is null
)
"""
# `left` as the workspace counts it: open items that I have neither submitted nor skipped.
MY_QUEUES = f"""{MINE}
, items as (
  select i.queue_id, count(*) as open from queues_item i
   where i.queue_id in (select id from mine) and i.removed_at is null and i.kind = 'normal'
     and i.status not in ('completed', 'pending_review')
   group by i.queue_id
), own as (
  select r.queue_id,
         count(distinct i.id) filter (where r.ending = 'submitted') as done,
         count(distinct i.id) filter (where {is_finished("r")}
           and i.kind = 'normal' and i.status not in ('completed', 'pending_review')) as behind
    from mine join queues_reservation r on r.queue_id = mine.id and r.annotator_id = mine.user_id
    join queues_item i on i.id = r.item_id and i.round = r.round and i.removed_at is null
   where r.kind = 'annotate' group by r.queue_id
), waiting as (
  select i.queue_id, count(*) as n from mine
    join queues_item i on i.queue_id = mine.id and i.status = 'pending_review'
     and i.removed_at is null and i.kind = 'normal'
   where mine.can_review
     and not exists (select 1 from queues_slot s
                      where s.item_id = i.id and s.annotator_id = mine.user_id
                        and s.state = 'done')
   group by i.queue_id
)
select mine.*, clock_timestamp() as now, coalesce(own.done, 0) as done,
       coalesce(items.open, 0) - coalesce(own.behind, 0) as left,
       coalesce(waiting.n, 0) as to_review
  from mine
  left join items on items.queue_id = mine.id
  left join own on own.queue_id = mine.id
  left join waiting on waiting.queue_id = mine.id
 order by mine.status = 'active' desc, mine.due_date nulls last, mine.created_at desc, mine.id
"""
# Each item once, as what it is foremost. A lapsed hold counts as the draft that it left.
MY_ITEMS = f"""{MINE}
, holds as (
  select r.*, mine.status, s.remaining,
         r.ended_at is null and {is_live("s")} as live, {time_left_sql("s")} as rest
    from mine join queues_reservation r on r.queue_id = mine.id and r.annotator_id = mine.user_id
    left join queues_slot s on s.id = r.slot_id and s.token = r.token
   where r.kind = 'annotate' and mine.can_annotate
     and (r.ended_at is null or r.draft_saved_at is not null)
), found as (
  select 1 as rank, 'returned' as state, s.round, s.item_id, s.queue_id, s.bound_at as at,
         null::interval as rest, false as stopped, mine.status = 'active' as can_open
    from mine join queues_slot s on s.queue_id = mine.id and s.assigned_to_id = mine.user_id
   where s.state = 'free' and s.bound_why = 'sent_back' and mine.can_annotate
     and mine.status in ('active', 'paused')
  union all
  select case when h.parked_at is null then 2 else 3 end,
         case when h.parked_at is null then 'held' else 'parked' end, h.round, h.item_id,
         h.queue_id, h.opened_at, h.rest,
         h.remaining is not null, true
    from holds h where h.live
  union all
  select case when h.refused_at is null then 4 else 5 end,
         case when h.refused_at is null then 'draft' else 'refused' end, h.round, h.item_id,
         h.queue_id, coalesce(h.refused_at, h.draft_saved_at), null, false,
         h.status = 'active' and {has_place_for("h.annotator_id", "h")}
    from holds h
   where not coalesce(h.live, false) and h.draft_saved_at is not null
     and (h.status in ('active', 'paused')
          or h.refused_at > clock_timestamp() - interval '14 days')
     and not exists (select 1 from holds n
                      where n.item_id = h.item_id and n.round = h.round and n.id > h.id
                         and (n.live or n.draft_saved_at is not null))
     and not exists (select 1 from queues_slot s
                      where s.item_id = h.item_id and s.state = 'free'
                        and s.assigned_to_id = h.annotator_id and s.bound_why = 'sent_back')
  union all
  select 0, 'review', r.round, r.item_id, r.queue_id, r.opened_at,
         r.expires_at - clock_timestamp(), false, true
    from mine join queues_reservation r on r.queue_id = mine.id and r.annotator_id = mine.user_id
   where mine.can_review and {is_live_review("r")}
)
select f.*, i.title, i.preview, mine.repeated_line, mine.name as queue, mine.slug, mine.status,
       count(*) over () as total
  from found f join mine on mine.id = f.queue_id
  join queues_item i on i.id = f.item_id and i.removed_at is null
   and (f.state <> 'draft' or f.round = i.round)
 order by f.rank, f.rest nulls last, f.at desc, f.item_id limit {MOST_ITEMS}
"""


@dataclass(frozen=True)
class MyQueue:
    """`left`: open items that I have neither submitted nor skipped; `to_review`: wait for me."""

    pk: UUID
    name: str
    slug: str
    project: str
    status: str
    due_date: date | None
    overdue: bool
    annotates: bool
    reviews: bool
    away: bool
    done: int
    left: int
    to_review: int

    @property
    def is_working(self) -> bool:
        return self.status in (QueueStatus.ACTIVE, QueueStatus.PAUSED)

    @property
    def waits(self) -> bool:
        """There is something to annotate in it now."""
        return self.annotates and self.status == QueueStatus.ACTIVE and self.left > 0

    @property
    def has_work(self) -> bool:
        """There is something to annotate or to review in it now."""
        return self.is_working and (self.waits or self.to_review > 0)

    def is_called(self, text: str) -> bool:
        """Whether its name, or its project's, has this in it; whatever the case."""
        return text.casefold() in f"{self.name}\n{self.project}".casefold()


@dataclass(frozen=True)
class MyItem:
    """`state`: review, returned, held, parked, draft or refused; `at` since when.

    `rest`: of a live hold; `stopped`: the queue is paused and it stands still.
    """

    pk: UUID
    title: str
    preview: str
    repeated_line: str
    state: str
    at: datetime
    rest: timedelta | None
    stopped: bool
    can_open: bool
    queue_pk: UUID
    queue: str
    slug: str

    @property
    def left_words(self) -> str:
        return span_in_words(self.rest.total_seconds()) if self.rest is not None else ""

    @property
    def is_short(self) -> bool:
        """Five minutes or less."""
        return self.rest is not None and not self.stopped and self.rest <= timedelta(minutes=5)


def my_queues(user: User) -> list[MyQueue]:
    """The queues a person belongs to, those at work first, then by due date. One statement."""
    return [
        MyQueue(
            row.id, row.name, row.slug, row.project, row.status, row.due_date,
            is_overdue(row.due_date, status=row.status, time_zone=row.time_zone, now=row.now),
            row.can_annotate, row.can_review, row.away, row.done, max(0, row.left), row.to_review,
        )
        for row in sql.rows(MY_QUEUES, {"user": user.pk})
    ]  # fmt: skip


def my_items(user: User) -> tuple[list[MyItem], int]:
    """The 50 most pressing of what a person has not finished, and how many there are.

    One statement, however many queues.
    """
    rows = sql.rows(MY_ITEMS, {"user": user.pk})
    return [_item(row) for row in rows], rows[0].total if rows else 0


def _item(row: Any) -> MyItem:
    return MyItem(
        row.item_id, row.title, row.preview, row.repeated_line, row.state, row.at, row.rest,
        row.stopped, row.can_open, row.queue_id, row.queue, row.slug,
    )  # fmt: skip


def waiting_in(user: User) -> list[Waiting]:
    """The queues in which there is something to annotate or to review now, as My work counts it."""
    return [_waiting(queue) for queue in my_queues(user) if queue.has_work]


def _waiting(queue: MyQueue) -> Waiting:
    words = [f"{queue.left:,} left for you"] if queue.waits else []
    words += [f"{queue.to_review:,} to review"] if queue.to_review else []
    if queue.due_date:
        due = f"{queue.due_date.day} {queue.due_date:%B}"
        words.append(f"{'was due' if queue.overdue else 'due'} {due}")
    page = "reviews:workspace" if queue.waits else "reviews:review-list"
    path = reverse(page, kwargs={"project": queue.slug, "queue": queue.pk})
    return Waiting(queue.name, queue.project, ", ".join(words), path)
