"""What in a queue goes no further until a manager acts. Listed and counted by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import TextChoices

from annotate_site import sql

from ..conditions import has_lapsed, is_finished, is_live

MOST_SHOWN = 200


class Kind(TextChoices):
    """In the order in which a page tells them."""

    SHORT = "short", "Too few annotators"
    SKIPPED = "skipped", "Nobody left to annotate"
    REVIEWER = "reviewer", "Nobody left to review"
    REFUSED = "refused", "Refused work"
    BOUND = "bound", "Kept for someone who isn't here"


# `stuck` and `unreviewed`: of the people who could act on an item, as many are out as there are.
# Both go from the few items in question to their reservations, never over all items of a queue.
FOUND = f"""
with queue as (
  select id, annotations_required, status in ('active', 'paused') as works
    from queues_queue where id = any(%(queues)s) and archived_at is null
), able as (
  select m.queue_id, m.user_id, m.can_annotate, m.can_review, m.away_at is not null as away
    from queues_queuemember m join projects_user u on u.id = m.user_id and u.is_active
   where m.queue_id = any(%(queues)s) and m.removed_at is null
), numbers as (
  select q.id as queue_id, q.annotations_required, q.works,
         count(*) filter (where a.can_annotate) as annotators,
         count(*) filter (where a.can_review) as reviewers
    from queue q left join able a on a.queue_id = q.id group by 1, 2, 3
), lapsed as (
  select distinct s.item_id from queues_slot s
   where s.queue_id = any(%(queues)s) and {has_lapsed("s")}
), wanting as (
  select i.id, i.queue_id, i.round, i.bars_last_round
    from queues_item i join queue q on q.id = i.queue_id and q.works
   where i.removed_at is null and i.kind = 'normal'
     and (i.status = 'skipped'
          or (i.status in ('pending', 'in_progress')
              and (i.bars_last_round or i.round > 1 or i.extra > 0
                   or i.id in (select item_id from lapsed)))
          or (i.status = 'pending' and i.id in (
              select o.item_id from queues_itemopened o join able a on a.user_id = o.user_id)))
     and not exists (select 1 from queues_slot s
                      where s.item_id = i.id and s.round = i.round and {is_live("s")})
), out as (
  select r.item_id, r.annotator_id as user_id from queues_reservation r
    join wanting w on w.id = r.item_id and w.round = r.round
   where r.kind = 'annotate' and {is_finished("r")}
  union
  select o.item_id, o.user_id from queues_itemopened o join wanting w on w.id = o.item_id
  union
  select p.item_id, p.annotator_id from queues_slot p
    join wanting w on w.id = p.item_id and p.round = w.round - 1
   where w.bars_last_round and p.state = 'done'
), stuck as (
  select w.id as item_id, w.queue_id from wanting w join numbers n on n.queue_id = w.queue_id
    left join out o on o.item_id = w.id
    left join able a on a.queue_id = w.queue_id and a.user_id = o.user_id and a.can_annotate
   group by w.id, w.queue_id, n.annotators having count(a.user_id) >= n.annotators
), waiting as (
  select i.id, i.queue_id from queues_item i join queue q on q.id = i.queue_id and q.works
   where i.status = 'pending_review' and i.removed_at is null and i.kind = 'normal'
), own as (
  select distinct s.item_id, s.annotator_id as user_id
    from able a join queues_slot s on s.annotator_id = a.user_id and s.queue_id = a.queue_id
   where a.can_review and s.state = 'done'
), unreviewed as (
  select w.id as item_id, w.queue_id from waiting w join numbers n on n.queue_id = w.queue_id
    left join own o on o.item_id = w.id
   group by w.id, w.queue_id, n.reviewers having count(o.user_id) >= n.reviewers
), found as (
  select queue_id, 'short' as kind, null::uuid as item_id, null::bigint as person,
         null::bigint as slot, null::timestamptz as since
    from numbers where works and annotators < annotations_required
  union all select queue_id, 'skipped', item_id, null, null, null from stuck
  union all select queue_id, 'reviewer', item_id, null, null, null from unreviewed
  union all
  select r.queue_id, 'refused', r.item_id, r.annotator_id, null, r.refused_at
    from queues_reservation r join queue q on q.id = r.queue_id
    join queues_item i on i.id = r.item_id and i.round = r.round and i.removed_at is null
   where r.draft_saved_at is not null and r.refused_at is not null
  union all
  select s.queue_id, 'bound', s.item_id, s.assigned_to_id, s.id, s.bound_at
    from queues_slot s join queue q on q.id = s.queue_id and q.works
    join queues_item i on i.id = s.item_id and i.round = s.round and i.removed_at is null
   where s.state = 'free' and s.assigned_to_id is not null and not exists (
         select 1 from able a where a.queue_id = s.queue_id and a.user_id = s.assigned_to_id
            and a.can_annotate and not a.away)
)
"""
COUNT = f"{FOUND} select queue_id, count(*) as n from found group by queue_id"
ITEMS = f"{FOUND} select distinct item_id from found where item_id is not null"
LIST = f"""{FOUND}
select f.kind, f.item_id, f.person, f.slot, f.since, f.total, i.title, i.preview, u.name, u.email
  from (select found.*, count(*) over (partition by kind) as total,
               row_number() over (partition by kind order by since, item_id, person, slot) as place
          from found) f
  left join queues_item i on i.id = f.item_id
  left join projects_user u on u.id = f.person
 where f.place <= %(most)s order by f.kind, f.place
"""


@dataclass(frozen=True)
class Matter:
    """One thing that needs attention; which of its parts are there depends on the kind."""

    item: UUID | None
    title: str
    preview: str
    person: str
    slot: int | None
    since: datetime | None


@dataclass
class Matters:
    """Those of one kind, 200 at most, and how many there are."""

    kind: Kind
    total: int = 0
    rows: list[Matter] = field(default_factory=list)


def attention_counts(queue_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many matters each queue has; queues without any are missing. One statement."""
    if not queue_ids:
        return {}
    return {row.queue_id: row.n for row in sql.rows(COUNT, {"queues": list(queue_ids)})}


def items_in_need(queue_id: UUID) -> list[UUID]:
    """The items that matters are about. One statement."""
    return [row.item_id for row in sql.rows(ITEMS, {"queues": [queue_id]})]


def attention_of(queue_id: UUID, *, most: int = MOST_SHOWN) -> list[Matters]:
    """What needs attention in one queue, by kind, `most` of each. One statement."""
    found: dict[str, Matters] = {}
    for row in sql.rows(LIST, {"queues": [queue_id], "most": most}):
        matters = found.setdefault(row.kind, Matters(Kind(row.kind), row.total))
        person = (row.name or row.email) if row.person else ""
        title, preview = row.title or "", row.preview or ""
        matters.rows.append(Matter(row.item_id, title, preview, person, row.slot, row.since))
    return [found[kind] for kind in Kind.values if kind in found]
