"""The invariants of the product as SQL: each statement returns the rows that break it.

Numbers are those of the list in docs/trust.md. None is allowed to return a row, at any moment.
"""

from dataclasses import dataclass
from typing import Any

from annotate_site import sql
from fields.validation import ValueRefused, clean_value
from queues.conditions import is_erased, is_live, is_uncleared_skip, may_have
from queues.erasing import ERASED_TEXT
from queues.lifecycle import Facts, status_of
from queues.queries.sources import TRACES_OF_ITEM
from traces.datasets import invariants as of_datasets

from .models import Score


@dataclass(frozen=True)
class Broken:
    """One offending row of one invariant."""

    number: str
    rule: str
    row: dict[str, Any]


RULES: dict[tuple[str, str], str] = {
    ("1a", "submitted annotations of an item's round equal its done slots"): """
        select coalesce(a.item_id, s.item_id) as item, a.n as submitted, s.n as done
          from (select item_id, round, count(*) n from reviews_annotation
                 where state = 'submitted' group by 1, 2) a
          full join (select item_id, round, count(*) n from queues_slot
                      where state = 'done' group by 1, 2) s
            on s.item_id = a.item_id and s.round = a.round
         where a.n is distinct from s.n""",
    ("1b", "each done slot has the submitted annotation of its annotator"): """
        select s.id as slot from queues_slot s
         where s.state = 'done' and not exists (
               select 1 from reviews_annotation a
                where a.item_id = s.item_id and a.round = s.round
                  and a.annotator_id = s.annotator_id and a.state = 'submitted')""",
    ("1c", "annotators of a round are distinct"): """
        select item_id, round, annotator_id, count(*) from queues_slot
         where state in ('held', 'done') group by 1, 2, 3 having count(*) > 1""",
    ("1d", "a slot is bound to somebody who is there, and has no other of its item"): """
        select s.id as slot, s.assigned_to_id from queues_slot s
         where s.state = 'free' and s.assigned_to_id is not null
           and (exists (select 1 from queues_slot o
                         where o.item_id = s.item_id and o.round = s.round and o.id <> s.id
                           and ((o.state in ('held', 'done') and o.annotator_id = s.assigned_to_id)
                                or (o.state = 'free' and o.assigned_to_id = s.assigned_to_id)))
                or not exists (select 1 from queues_queuemember m
                                where m.queue_id = s.queue_id and m.user_id = s.assigned_to_id
                                  and m.can_annotate and m.removed_at is null
                                  and m.away_at is null))""",
    ("2", "done and live holds never exceed what an item requires"): """
        select i.id as item, i.required, count(*) as taken
          from queues_item i join queues_slot s on s.item_id = i.id and s.round = i.round
         where s.state in ('held', 'done') group by i.id having count(*) > i.required""",
    ("3a", "slots that are not void equal what the item requires"): """
        select i.id as item, i.required, count(s.id) as slots
          from queues_item i left join queues_slot s
            on s.item_id = i.id and s.round = i.round and s.state <> 'void'
         where i.removed_at is null group by i.id having count(s.id) <> i.required""",
    ("3c", "folding an item's events gives the state of its slots"): """
        select s.id as slot, s.state, e.to_value as told
          from queues_slot s left join lateral (
               select to_value from projects_event e
                where e.item_id = s.item_id and e.object_type = 'slot'
                  and e.object_id = s.id::text and e.attribute = 'state'
                order by e.id desc limit 1) e on true
         where e.to_value is distinct from s.state""",
    ("3d", "folding an item's events gives its status"): """
        select i.id as item, i.status, e.to_value as told
          from queues_item i left join lateral (
               select to_value from projects_event e
                where e.item_id = i.id and e.object_type = 'item' and e.attribute = 'status'
                order by e.id desc limit 1) e on true
         where e.to_value is distinct from i.status""",
    ("3e", "nobody for whom nothing is left could take a free slot"): f"""
        select m.id as member, s.id as slot
          from queues_queuemember m join queues_queue q on q.id = m.queue_id
          join queues_slot s on s.queue_id = q.id and s.state = 'free'
          join queues_item i on i.id = s.item_id and i.round = s.round
         where m.exhausted_at is not null and m.can_annotate and m.removed_at is null
           and q.status = 'active' and q.archived_at is null
           and s.assigned_to_id is null and i.removed_at is null
           and i.created_at < m.exhausted_at - interval '2 minutes'
           and (s.returned_at is null or s.returned_at < m.exhausted_at - interval '2 minutes')
           and {may_have("m.user_id")}""",
    ("4", "no live hold in a draft, completed or archived queue, nor on a finished item"): """
        select s.id as slot, q.status, i.status as item_status
          from queues_slot s join queues_queue q on q.id = s.queue_id
          join queues_item i on i.id = s.item_id
         where s.state = 'held'
           and (q.status in ('draft', 'completed') or q.archived_at is not null
                or i.status = 'completed' or i.removed_at is not null or s.round <> i.round)""",
    ("5a", "a submitted annotation has a value for every field required at its submit"): """
        select a.id as annotation, f.value ->> 0 as field
          from reviews_annotation a, jsonb_array_elements(a.field_set) f
         where a.state = 'submitted' and (f.value -> 1)::boolean
           and not exists (select 1 from reviews_score s
                            where s.annotation_id = a.id and s.value is not null
                              and s.field_id = (f.value ->> 0)::uuid
                              and s.superseded_at is null)""",
    ("8a", "an approval is by somebody who annotated the item in no round"): """
        select v.id as review, v.reviewer_id as reviewer from reviews_review v
         where v.decision = 'approved'
           and exists (select 1 from queues_slot s
                        where s.item_id = v.item_id and s.annotator_id = v.reviewer_id
                          and s.state = 'done')""",
    ("8b", "an item that needs a review completes only with an approval of its round"): """
        select i.id as item, i.needs_review, i.review_state, v.decision
          from queues_item i left join reviews_review v
            on v.item_id = i.id and v.round = i.round and v.decided_at is not null
               and v.cleared_at is null
         where i.removed_at is null
           and ((i.review_state = 'approved') is distinct from
                coalesce(v.decision = 'approved', false)
                or (i.status = 'completed' and i.needs_review is not false
                    and i.review_state <> 'approved'))""",
    ("8c", "whoever reviews an item holds one that waits for it, in a queue at work"): """
        select r.id as reservation, i.status, q.status as queue
          from queues_reservation r join queues_item i on i.id = r.item_id
          join queues_queue q on q.id = r.queue_id
         where r.kind = 'review' and r.ended_at is null
           and (i.status <> 'pending_review' or r.round <> i.round or i.removed_at is not null
                or q.status not in ('active', 'paused') or q.archived_at is not null)""",
    ("8d", "whoever decides an item has opened it, and gets no slot of it again"): """
        select v.id as review from reviews_review v
         where v.decided_at is not null and not exists (
               select 1 from queues_itemopened o
                where o.item_id = v.item_id and o.user_id = v.reviewer_id)""",
    ("10a", "feedback on traces is that of completed items, and direct scores"): """
        select f.score_id from traces_tracefeedback f
          left join reviews_score s on s.id = f.score_id left join queues_item i on i.id = s.item_id
         where s.id is null or s.superseded_at is not null
            or (i.id is not null and (i.status <> 'completed' or i.removed_at is not null
                                      or i.round <> s.round))
        union all
        select s.id from reviews_score s join queues_item i on i.id = s.item_id
          join traces_tracequeue w on w.item_id = i.id
         where i.status = 'completed' and i.removed_at is null and s.round = i.round
           and s.superseded_at is null and s.value is not null
           and not exists (select 1 from traces_tracefeedback f
                            where f.score_id = s.id and f.trace_id = w.trace_id)
        union all
        select s.id from reviews_score s
         where s.target_kind <> '' and s.superseded_at is null and s.value is not null
           and s.trace_id is not null
           and not exists (select 1 from traces_tracefeedback f where f.score_id = s.id)""",
    ("10c", "feedback on a trace says what its score says of queue, person, source and field"): """
        select f.score_id from traces_tracefeedback f join reviews_score s on s.id = f.score_id
          left join queues_item i on i.id = s.item_id left join fields_field d on d.id = s.field_id
         where (f.trace_id, f.lineage, f.queue_id, f.annotator_id, f.source_kind, f.evaluator)
               is distinct from (coalesce(s.trace_id, f.trace_id), coalesce(d.lineage, s.named_id),
                                 i.queue_id, s.annotator_id, s.source_kind, s.evaluator)
            or (i.id is not null and not exists (
                    select 1 from traces_tracequeue w
                     where w.item_id = i.id and w.trace_id = f.trace_id))""",
    ("10b", "traces know the queues of their items that are not removed"): f"""
        select i.id as item from queues_item i
         cross join lateral ({TRACES_OF_ITEM}) of
          left join traces_tracequeue w on w.item_id = i.id and w.trace_id = of.trace
         where i.kind = 'normal' and i.removed_at is null
           and w.state is distinct from
               case when i.status in ('completed', 'pending_review') then i.status else 'open' end
        union all
        select w.item_id from traces_tracequeue w left join queues_item i on i.id = w.item_id
         where i.id is null or i.removed_at is not null""",
    ("11", "a snapshot matches its hash, unless it was erased"): f"""
        select i.id as item from queues_item i
         where i.snapshot_hash <> encode(sha256(convert_to(i.snapshot::text, 'UTF8')), 'hex')
           and not {is_erased("i")}""",
    ("11b", "an item's content is erased by an event, and then all of it"): f"""
        select i.id as item from queues_item i
         where {is_erased("i")}
           and (i.preview <> '' or (select count(*) from jsonb_object_keys(i.snapshot::jsonb)) <> 1
                or not exists (select 1 from projects_event e
                                where e.item_id = i.id and e.attribute = 'content'
                                  and e.to_value = 'erased'))""",
    ("13", "items, fields and people of a queue are of its project"): f"""
        select q.id as queue, f.id::text as other from queues_queue q
          join queues_queuefield qf on qf.queue_id = q.id join fields_field f on f.id = qf.field_id
         where f.project_id <> q.project_id and not f.shared
        union all
        select q.id, of.trace::text from queues_queue q join queues_item i on i.queue_id = q.id
         cross join lateral ({TRACES_OF_ITEM}) of
         where of.project <> q.project_id
        union all
        select q.id, m.user_id::text from queues_queue q
          join queues_queuemember m on m.queue_id = q.id and m.removed_at is null
         where not exists (select 1 from projects_membership p
                            where p.project_id = q.project_id and p.user_id = m.user_id)""",
    ("14", "each event continues where the one before it ended"): """
        select id as event, object_type, object_id, attribute, from_value, before
          from (select e.*, lag(to_value) over (
                         partition by object_type, object_id, attribute order by id) as before
                  from projects_event e) e
         where before is not null and before <> from_value""",
    ("15", "a held slot has one unended reservation with its token, and the reverse"): """
        select s.id as slot, r.id as reservation
          from (select * from queues_slot where state = 'held') s
          full join (select * from queues_reservation
                      where kind = 'annotate' and ended_at is null) r
            on r.token = s.token and r.slot_id = s.id and r.annotator_id = s.annotator_id
         where s.id is null or r.id is null""",
}

FACTS = f"""
select i.id, i.status, i.needs_review, i.review_state,
       count(s.id) filter (where s.state <> 'void') as required,
       count(s.id) filter (where s.state = 'done') as done,
       count(s.id) filter (where s.state = 'held') as held,
       count(s.id) filter (where {is_live("s")}) as live,
       (select count(*) from queues_reservation r
         where r.item_id = i.id and r.round = i.round and {is_uncleared_skip("r")}) as skips
  from queues_item i left join queues_slot s on s.item_id = i.id and s.round = i.round
 where i.removed_at is null group by i.id
"""


def check() -> list[Broken]:
    """Every invariant; an empty list where all hold."""
    broken = [
        Broken(number, rule, row._asdict())
        for (number, rule), statement in (RULES | of_datasets.RULES).items()
        for row in sql.rows(statement)
    ]
    broken += [Broken(*of_datasets.DIGEST, row) for row in of_datasets.rows_broken()]
    return broken + _status_broken() + _values_broken()


def _status_broken() -> list[Broken]:
    """3b: with every hold taken as live, or by the clock: a lapse changes nothing stored."""
    broken = []
    for row in sql.rows(FACTS):
        allowed = {
            status_of(Facts(row.required, row.done, live, row.skips, row.needs_review,
                            row.review_state))
            for live in (row.held, row.live)
        }  # fmt: skip
        if row.status not in allowed:
            broken.append(Broken("3b", "an item's status is what its facts give", row._asdict()))
    return broken


def _values_broken() -> list[Broken]:
    """5b: every stored value is what its field allows."""
    broken = []
    scores = Score.objects.present().filter(value__isnull=False, field__isnull=False)
    for score in scores.select_related("field").iterator(chunk_size=2000):
        try:
            cleaned = clean_value(
                score.asked.kind, score.asked.settings, score.value, required=False
            )
        except ValueRefused:
            cleaned = None
        if cleaned != score.value and score.value != ERASED_TEXT:
            broken.append(Broken("5b", "a stored value is valid for its field", {"id": score.pk}))
    return broken
