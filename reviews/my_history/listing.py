"""One's own history in a queue: what became of each item, and one's answers. Nobody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.http import QueryDict

from annotate_site import sql
from annotate_site.keyset import cut
from annotate_site.projects.models import User
from queues.conditions import has_opened, has_place_for, is_live
from queues.models import Item, Queue

from ..scores import is_present

PAGE = 50
# What one request looks through at most: any search costs the same, however long the history.
WINDOW, SEARCH_WINDOW = 4 * PAGE, 1000
MOST_SEARCHED = 32 * 1024  # bytes of a snapshot as stored; a longer one is found by its beginning


class OwnState(TextChoices):
    """What became of one's work on an item in a round."""

    SUBMITTED = "submitted", "Submitted"
    SKIPPED = "skipped", "Skipped"
    HELD = "held", "Open"
    PARKED = "parked", "Parked"
    DRAFT = "draft", "Draft kept"
    RETURNED = "returned", "Sent back"
    REFUSED = "refused", "Not taken"


# What a list can be narrowed to: what is open now stands with the drafts.
FILTERS = {
    OwnState.SUBMITTED: ("Submitted", [OwnState.SUBMITTED]),
    OwnState.SKIPPED: ("Skipped", [OwnState.SKIPPED]),
    OwnState.DRAFT: ("Drafts and open items", [OwnState.DRAFT, OwnState.HELD, OwnState.PARKED]),
    OwnState.RETURNED: ("Sent back to me", [OwnState.RETURNED]),
    OwnState.REFUSED: ("Not taken", [OwnState.REFUSED]),
}
WHY_NOT = {
    "closed": "The queue is closed",
    "round": "The item has begun a new round",
    "reviewed": "A reviewer has opened it",
    "approved": "It is approved",
    "seen": "You have seen its other answers",
}

SHOWN = """
(r.ending in ('submitted', 'skipped') or r.draft_saved_at is not null or r.ended_at is null)
"""
PLACE = """
coalesce((select opened_at from queues_reservation
           where id = %(before)s and annotator_id = %(user)s), 'infinity')
"""
OF_QUEUE = f"""
with few as materialized (
  select r.* from queues_reservation r
   where r.queue_id = %(queue)s and r.annotator_id = %(user)s and r.kind = 'annotate' and {SHOWN}
     and r.opened_at <= {PLACE}
     and (%(before)s::bigint is null or (r.opened_at, r.id) < ({PLACE}, %(before)s))
   order by r.opened_at desc, r.id desc limit %(window)s
)"""
OF_ITEM = f"""
with few as materialized (
  select r.* from queues_reservation r
   where r.item_id = %(item)s and r.queue_id = %(queue)s and r.annotator_id = %(user)s
     and r.kind = 'annotate' and {SHOWN}
)"""
# One row for an item and round, that of the latest hold which left something.
WORK = f"""
, work as (
  select i.id as item, i.title, i.preview, r.id as key, r.opened_at, r.round, r.token, r.reason,
         r.round = i.round as current, r.annotator_id,
         r.draft_saved_at is not null and r.round = i.round
           and {has_place_for("r.annotator_id", "r")} as has_place,
         case when back.bound_at is not null then 'returned'
              when r.ending = 'submitted' then 'submitted'
              when r.refused_at is not null then 'refused'
              when r.ending = 'skipped' then 'skipped'
              when live.is and r.parked_at is null then 'held'
              when live.is then 'parked' else 'draft' end as state,
         coalesce(back.bound_at, r.refused_at,
                  case when r.ending <> '' then r.ended_at end, r.draft_saved_at, r.opened_at)
           as at,
         case when r.ending <> 'submitted' then ''
              when q.status not in ('active', 'paused') or q.archived_at is not null then 'closed'
              when r.round <> i.round then 'round'
              when exists (select 1 from queues_reservation v
                            where v.item_id = i.id and v.round = i.round and v.kind = 'review')
                or exists (select 1 from reviews_review w
                            where w.item_id = i.id and w.round = i.round
                              and w.decided_at is not null) then 'reviewed'
              when i.review_state = 'approved' then 'approved'
              when {has_opened("r.annotator_id")} then 'seen'
              else '' end as why_not
    from few r
    join queues_item i on i.id = r.item_id and i.removed_at is null
    join queues_queue q on q.id = r.queue_id
    left join queues_slot s on s.id = r.slot_id and s.token = r.token
   cross join lateral (
         select coalesce(r.ended_at is null and {is_live("s")}, false) as is) live
    left join lateral (
         select b.bound_at from queues_slot b
          where r.ending = 'submitted' and r.round = i.round - 1 and b.item_id = i.id
            and b.round = i.round and b.state = 'free' and b.assigned_to_id = r.annotator_id
            and b.bound_why = 'sent_back' limit 1) back on true
   where (live.is or r.ended_at is not null or r.draft_saved_at is not null)
     and not exists (select 1 from queues_reservation n
           left join queues_slot m on m.id = n.slot_id and m.token = n.token
                      where n.item_id = r.item_id and n.annotator_id = r.annotator_id
                        and n.round = r.round and n.kind = 'annotate' and n.id > r.id
                        and (n.ending in ('submitted', 'skipped') or n.draft_saved_at is not null
                             or {is_live("m")}))
)"""
# Every string of what annotators are shown of an item; its keys and its model are not searched.
STRINGS = """
 ? (@.key == "inputs" || @.key == "outputs" || @.key == "expected").value.**
 ? (@.type() == "string")
"""
# Of a session each of its runs is shown.
SHOWN = f"""(
   select jsonb_path_query(i.snapshot::jsonb, '$.keyvalue(){STRINGS}') as text
   union all
   select jsonb_path_query(i.snapshot::jsonb, '$.parts[*].keyvalue(){STRINGS}'))
"""
# Title, text and one's own answers, by the words that one sees of them.
FOUND = f"""
select t.*, w.scanned, w.last
  from (select count(*) as scanned, (array_agg(id order by opened_at, id))[1] as last from few) w
  left join (
       select * from work t
        where (%(states)s::text[] is null or t.state = any(%(states)s))
          and (%(text)s = '' or strpos(lower(t.title || ' ' || t.preview), %(text)s) > 0
               or exists (
                  select 1 from queues_item i
                   cross join lateral {SHOWN} v
                   where i.id = t.item and pg_column_size(i.snapshot) <= %(most_searched)s
                     and strpos(lower(v.text #>> '{{}}'), %(text)s) > 0)
               or exists (
                  select 1 from reviews_annotation a
                    left join reviews_score c on c.annotation_id = a.id and {is_present("c")}
                    left join fields_field f on f.id = c.field_id
                   where a.item_id = t.item and a.round = t.round
                     and a.annotator_id = t.annotator_id
                     and (exists (
                             select 1 from jsonb_path_query(a.draft, '$.*.*[*]') v
                              where strpos(lower(v #>> '{{}}'), %(text)s) > 0)
                          or strpos(lower(c.note), %(text)s) > 0
                          or strpos(lower(c.value #>> '{{}}'), %(text)s) > 0
                          or (c.value = 'true'
                              and strpos(lower(f.settings ->> 'true_label'), %(text)s) > 0)
                          or (c.value = 'false'
                              and strpos(lower(f.settings ->> 'false_label'), %(text)s) > 0)
                          or exists (
                             select 1 from jsonb_path_query(f.settings, '$.options[*]') o
                              where c.value @> (o -> 'value')
                                and strpos(lower(o ->> 'label'), %(text)s) > 0))))
        order by t.opened_at desc, t.key desc limit %(most)s) t on true
 order by t.opened_at desc, t.key desc
"""
OWN_PAGE = OF_QUEUE + WORK + FOUND
OWN_ITEM = OF_ITEM + WORK + " select * from work order by round desc, key desc"


@dataclass(frozen=True)
class OwnFilter:
    """What the list is narrowed to, from the URL; `before`: the last key seen."""

    text: str = ""
    state: str = ""
    before: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "OwnFilter":
        """Values that mean nothing are passed over."""
        state, before = query.get("state", ""), query.get("before", "")
        return cls(
            query.get("q", "").replace("\x00", "").strip()[:200],
            state if state in FILTERS else "",
            int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        )

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.state)

    @property
    def states(self) -> list[str] | None:
        return [str(one) for one in FILTERS[OwnState(self.state)][1]] if self.state else None


@dataclass(frozen=True)
class OwnWork:
    """What became of one's work on an item in a round.

    `has_place`: of a draft of the present round, a place is free for it. `why_not`: it cannot be
    corrected, since.
    """

    item: UUID
    title: str
    preview: str
    key: int
    round: int
    current: bool
    has_place: bool
    token: UUID
    state: str
    at: datetime
    reason: str
    why_not: str

    @property
    def correctable(self) -> bool:
        return self.state == OwnState.SUBMITTED and not self.why_not


@dataclass(frozen=True)
class OwnPage:
    """`older`: the key before which the next page begins, None at the end.

    `stopped`: the search ended there, having looked through as much as one request may.
    """

    rows: list[OwnWork]
    older: int | None = None
    stopped: bool = False


def own_work(queue: Queue, user: User, wanted: OwnFilter) -> OwnPage:
    """50 rows, newest first. One statement, which looks through 1,000 holds at most."""
    window = SEARCH_WINDOW if wanted.narrows else WINDOW
    rows = sql.rows(OWN_PAGE, {
        "queue": queue.pk, "user": user.pk, "before": wanted.before, "window": window,
        "states": wanted.states, "text": wanted.text.lower(),
        "most": PAGE + 1, "most_searched": MOST_SEARCHED,
    })  # fmt: skip
    found, more = cut([_work(row) for row in rows if row.item is not None], PAGE)
    if more:
        return OwnPage(found, found[-1].key)
    stopped = rows[0].scanned == window
    return OwnPage(found, rows[0].last if stopped else None, stopped and wanted.narrows)


def own_rounds(queue: Queue, item: Item, user: User) -> list[OwnWork]:
    """One's own work on one item, the latest round first; [] for whoever has none."""
    rows = sql.rows(OWN_ITEM, {"queue": queue.pk, "item": item.pk, "user": user.pk})
    return [_work(row) for row in rows]


def _work(row: Any) -> OwnWork:
    return OwnWork(
        row.item, row.title, row.preview, row.key, row.round, row.current,
        row.has_place, row.token, row.state, row.at, row.reason, WHY_NOT.get(row.why_not, ""),
    )  # fmt: skip
