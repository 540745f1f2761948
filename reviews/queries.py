"""Reads for people about their own work: what waits, what is open, what was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import User
from queues.models import Queue

MY_QUEUES = """
select q.id, q.name, q.status, q.due_date, p.slug, p.name as project, m.can_annotate, m.can_review,
       m.away_at is not null as away,
       mine.held, mine.expires_at, mine.drafts, mine.refused, mine.done,
       (select count(*) from queues_item i
         where i.queue_id = q.id and i.removed_at is null and i.kind = 'normal'
           and i.status not in ('completed', 'pending_review')
           and not exists (select 1 from queues_reservation r
                            where r.item_id = i.id and r.annotator_id = %(user)s
                              and r.round = i.round and r.kind = 'annotate'
                              and (r.ending = 'submitted'
                                   or (r.ending = 'skipped' and r.cleared_at is null)))) as left,
       (select count(*) from queues_item i
         where m.can_review and i.queue_id = q.id and i.status = 'pending_review'
           and i.removed_at is null and i.kind = 'normal'
           and not exists (select 1 from queues_slot s
                            where s.item_id = i.id and s.annotator_id = %(user)s
                              and s.state = 'done')) as to_review,
       (select count(*) from queues_slot s
         where s.queue_id = q.id and s.state = 'free' and s.assigned_to_id = %(user)s
           and s.bound_why = 'sent_back') as sent_back
  from queues_queuemember m
  join queues_queue q on q.id = m.queue_id
  join projects_project p on p.id = q.project_id
  join projects_membership pm on pm.project_id = p.id and pm.user_id = m.user_id
  cross join lateral (
       select count(*) filter (where s.id is not null) as held, min(s.expires_at) as expires_at,
              count(*) filter (where r.ended_at is not null and r.draft_saved_at is not null)
                as drafts,
              count(*) filter (where r.refused_at is not null) as refused,
              count(*) filter (where r.ending = 'submitted') as done
         from queues_reservation r
         left join queues_slot s on s.token = r.token and s.id = r.slot_id
              and (s.remaining is not null or s.expires_at > clock_timestamp())
        where r.queue_id = q.id and r.annotator_id = m.user_id and r.kind = 'annotate') mine
 where m.user_id = %(user)s and m.removed_at is null and q.archived_at is null
   and p.archived_at is null
 order by q.status = 'active' desc, q.due_date nulls last, q.created_at desc
"""


def my_queues(user: User) -> list[Any]:
    """The queues a person belongs to, with what waits and what is open in each."""
    return sql.rows(MY_QUEUES, {"user": user.pk})


@dataclass(frozen=True)
class OwnWork:
    """One item of one's own: `state` is submitted, held, draft, refused or skipped.

    `correctable`: submitted in the present round, opened by no reviewer, the queue at work.
    """

    item: UUID
    title: str
    preview: str
    state: str
    at: datetime
    key: int
    reason: str
    correctable: bool


OWN_WORK = """
select i.id as item, i.title, i.preview, r.id as key, r.reason,
       case when r.ending = 'submitted' then 'submitted'
            when r.refused_at is not null then 'refused'
            when r.ending = 'skipped' then 'skipped'
            when r.ended_at is null and (s.remaining is not null
                                         or s.expires_at > clock_timestamp()) then 'held'
            else 'draft' end as state,
       coalesce(r.refused_at, r.ended_at, r.opened_at) as at,
       r.ending = 'submitted' and r.round = i.round and i.review_state <> 'approved'
       and q.status in ('active', 'paused') and q.archived_at is null
       and not exists (select 1 from queues_reservation v
                        where v.item_id = i.id and v.round = i.round and v.kind = 'review')
       and not exists (select 1 from queues_itemopened o
                        where o.item_id = i.id and o.user_id = r.annotator_id) as correctable
  from queues_reservation r
  join queues_queue q on q.id = r.queue_id
  join queues_item i on i.id = r.item_id
  left join queues_slot s on s.id = r.slot_id and s.token = r.token
 where r.queue_id = %(queue)s and r.annotator_id = %(user)s and r.kind = 'annotate'
   and i.removed_at is null and r.id < %(before)s
   and (r.ending in ('submitted', 'skipped') or r.draft_saved_at is not null
        or r.ended_at is null)
   and (%(text)s = '' or strpos(lower(i.title || ' ' || i.preview), lower(%(text)s)) > 0)
 order by r.id desc limit %(most)s
"""
PAGE = 50


def own_work(queue: Queue, user: User, *, text: str, before: int) -> list[OwnWork]:
    """A page of one's own history in a queue, newest first; `before` is the last key seen."""
    found = sql.rows(OWN_WORK, {
        "queue": queue.pk, "user": user.pk, "text": text, "before": before, "most": PAGE + 1,
    })  # fmt: skip
    return [
        OwnWork(
            row.item,
            row.title,
            row.preview,
            row.state,
            row.at,
            row.key,
            row.reason,
            row.correctable,
        )
        for row in found
    ]
