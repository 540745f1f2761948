"""The hooks that `queues` calls inside its transactions: judge and changed.

What was judged of a span is feedback on its trace, and what was judged of a session on each of the
traces that were frozen with it: those who look for traces find them by it.
"""

from collections.abc import Iterable

from annotate_site import sql
from queues.models import Item
from queues.states import ItemStatus
from queues.visibility import shown_on_traces

from .. import scores

FEEDBACK = f"""
insert into traces_tracefeedback (project_id, lineage, start, trace_id, score_id, number, text,
       queue_id, annotator_id, at, source_kind, evaluator)
select s.project_id, coalesce(f.lineage, s.named_id), t.start, t.id, s.id,
       case jsonb_typeof(one.value) when 'number' then one.value::text::float8
            when 'boolean' then (one.value::text = 'true')::int end,
       case jsonb_typeof(one.value) when 'string' then left(one.value #>> '{{}}', 200) end,
       i.queue_id, s.annotator_id, s.created_at, s.source_kind, s.evaluator
  from reviews_score s
  left join fields_field f on f.id = s.field_id
  left join queues_item i on i.id = s.item_id
  cross join lateral (
       select s.trace_id as id union
       select w.trace_id from traces_tracequeue w where w.item_id = s.item_id
       MORE) about
  join traces_trace t on t.id = about.id
  cross join lateral (select case jsonb_typeof(s.value) when 'array'
                             then to_jsonb(array_to_string(array(
                                  select jsonb_array_elements_text(s.value)), ' '))
                             else s.value end as value) one
 where {scores.is_present("s")} and s.value is not null
"""
OF_SESSION = """union
       select member.id from traces_trace member
        where s.target_kind = 'session' and member.project_id = s.project_id
          and member.session_id = s.target_key
"""
PUBLISH = f"""{FEEDBACK.replace("MORE", "")}
   and s.item_id = %(item)s and s.round = %(round)s
on conflict do nothing
"""
PUBLISH_DIRECT = f"""{FEEDBACK.replace("MORE", OF_SESSION)}
   and s.id = any(%(scores)s) and s.target_kind <> ''
on conflict do nothing
"""
WITHDRAW = """
delete from traces_tracefeedback where score_id in (
       select id from reviews_score where item_id = %(item)s)
"""


ASKS = "select requires_review as asked from queues_queue where id = %s"


def judge(item: Item, asks_review: bool | None) -> bool:
    """Whether the item needs a review, asked when the last annotation of a round is in.

    By the queue's setting at that moment; after a reject the item has been told already.
    """
    if asks_review is None:
        row = sql.one(ASKS, [item.queue_id])
        asks_review = row is not None and row.asked
    return asks_review


def changed(item: Item, was: str) -> None:
    """Publishes feedback when an item completes, withdraws it when it does so no longer.

    An item that leaves completed in the same round is not approved any more.
    """
    params = {"item": item.pk, "round": item.round}
    sql.run(PUBLISH if shown_on_traces(item) else WITHDRAW, params)
    if was == ItemStatus.COMPLETED and item.status != ItemStatus.COMPLETED:
        scores.clear_decision(item)


def republish(item: Item) -> None:
    """A completed item's answers have changed: its feedback is made anew from them."""
    params = {"item": item.pk, "round": item.round}
    sql.run(WITHDRAW, params)
    sql.run(PUBLISH, params)


def publish_direct(ids: Iterable[int]) -> None:
    """Direct scores are feedback at once: of a session on each of the traces that it has then."""
    if given := list(ids):
        sql.run(PUBLISH_DIRECT, {"scores": given})
