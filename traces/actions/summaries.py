"""What a trace tells of its spans: read from their narrow columns, whatever order they came in."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project

from ..ingest.merging import Version
from ..ingest.parsed import MAX_TAGS
from ..payloads import ASKING, Sides
from ..previews import previews_of
from ..queue_states import keep_starts
from .span_rows import Key

PREVIEW = 300

# Many senders repeat on a span what the spans below it used: where one of these tells, the span
# itself does not count. Materialized, because else they would be made again for each trace.
SUMS = """
counted as (
  select trace_id, span_id, parent_id, tokens_in, tokens_out, cost from traces_span
   where project_id = %(project)s and trace_id = any(%(traces)s)
     and (tokens_in is not null or tokens_out is not null or cost is not null)
), above as (
  select trace_id, parent_id as span_id from counted
  union
  select span.trace_id, span.parent_id from above
    join traces_span span on span.project_id = %(project)s and span.trace_id = above.trace_id
                         and span.span_id = above.span_id
), sums as materialized (
  select trace_id, sum(tokens_in) as tokens_in, sum(tokens_out) as tokens_out,
         least(sum(cost), case when count(cost) > 0 then 999999999.999999999 end) as cost
    from counted where (trace_id, span_id) not in (select trace_id, span_id from above)
   group by trace_id
), models as materialized (
  select distinct on (trace_id) trace_id, model from traces_span
   where project_id = %(project)s and trace_id = any(%(traces)s) and model <> ''
   order by trace_id, start, span_id
)
"""
ADD_UP = f"""
with recursive {SUMS}
update traces_trace
   set tokens_in = sums.tokens_in, tokens_out = sums.tokens_out, cost = sums.cost,
       model = coalesce(models.model, '')
  from unnest(%(traces)s::uuid[]) as given (id)
  left join sums on sums.trace_id = given.id
  left join models on models.trace_id = given.id
 where traces_trace.id = given.id and traces_trace.project_id = %(project)s
"""

# The root comes before others, then those that began earlier. The stored size tells an empty object
# (two bytes and their length) without reading the others.
SPANS_TOLD = f"""
with span as (
  select trace_id, id, span_id, parent_id, kind, name, status, start, "end", told,
         pg_column_size(inputs) > 3 as asks, pg_column_size(outputs) > 3 as answers,
         row_number() over (partition by trace_id order by parent_id <> '', start, span_id) as place
    from traces_span where project_id = %(project)s and trace_id = any(%(traces)s)
), {ASKING}, tag as (
  select trace_id, tag, min(place * 1000 + at) as at
    from span, jsonb_array_elements_text(told->'tags') with ordinality as one (tag, at)
   group by trace_id, tag
), tags as materialized (
  select trace_id, array_agg(tag order by at) as tags from tag group by trace_id
), spans as materialized (
  select trace_id, count(*) as number, min(start) as first, max("end") as last,
         (array_agg(told->>'name' order by place) filter (where told ? 'name'))[1] as name,
         (array_agg(told->>'session_id' order by place)
            filter (where told ? 'session_id'))[1] as session_id,
         (array_agg(told->>'user_id' order by place) filter (where told ? 'user_id'))[1] as user_id,
         (array_agg(span_id order by start desc nulls last, span_id desc)
            filter (where answers))[1] as answered
    from span group by trace_id
)
select top.trace_id as id, spans.number as span_count, spans.first, spans.last,
       coalesce(spans.name, top.name) as name, top.span_id as top, top.status,
       coalesce(spans.session_id, '') as session_id, coalesce(spans.user_id, '') as user_id,
       coalesce(tags.tags, '{{}}') as tags,
       case when top.parent_id = '' and (top.asks or top.answers) then top.span_id
            else coalesce(asking.span_id, top.span_id) end as asked,
       spans.answered
  from span top
  join spans on spans.trace_id = top.trace_id
  left join asking on asking.trace_id = top.trace_id
  left join tags on tags.trace_id = top.trace_id
 where top.place = 1
"""
SIDES = """
select s.trace_id, s.span_id, s.inputs, s.outputs
  from unnest(%(ids)s::uuid[], %(spans)s::text[]) as wanted (trace, span)
  join traces_span s on s.project_id = %(project)s and s.trace_id = wanted.trace
                    and s.span_id = wanted.span
"""
TAGS = """
select id, tags, sent_tags from traces_trace where project_id = %(project)s and id = any(%(traces)s)
"""
# A trace whose spans came before they said what they tell of it keeps what it has ("earlier").
GATHER = f"""
with recursive {SUMS}
update traces_trace t
   set name = given.name, status = given.status, start = coalesce(given.first, t.start),
       "end" = given.last, latency = case when given.last >= given.first
                                          then extract(epoch from given.last - given.first) * 1000
                                     end,
       session_id = coalesce(nullif(given.session_id, ''), earlier.session_id, ''),
       user_id = coalesce(nullif(given.user_id, ''), earlier.user_id, ''),
       model = coalesce(models.model, ''), tokens_in = sums.tokens_in,
       tokens_out = sums.tokens_out, cost = sums.cost, tags = given.tags,
       sent_tags = given.sent_tags,
       attributes = coalesce(top.told->'attributes', top.attributes->'resource',
                             earlier.attributes, '{{}}'),
       input_preview = given.input_preview, output_preview = given.output_preview,
       span_count = given.span_count, changes = t.changes + 1
  from json_to_recordset(%(told)s::json) as given (id uuid, top text, name text, status text,
       first timestamptz, last timestamptz, session_id text, user_id text, tags text[],
       sent_tags text[], input_preview text, output_preview text, span_count int)
  join traces_span top on top.project_id = %(project)s and top.trace_id = given.id
                      and top.span_id = given.top
  left join sums on sums.trace_id = given.id
  left join models on models.trace_id = given.id
  left join traces_trace earlier on earlier.id = given.id and earlier.sent_tags is null
 where t.id = given.id and t.project_id = %(project)s
"""


def add_up(project: Project, traces: Sequence[UUID]) -> None:
    """Model, tokens and cost of spans as those of their trace."""
    if traces:
        sql.run(ADD_UP, {"project": project.pk, "traces": list(traces)})


def gather(
    project: Project, traces: Sequence[UUID], written: Mapping[Key, Version]
) -> dict[UUID, Sides]:
    """All that a trace tells, of those that came span by span. `written`: spans in memory. Returns
    what they say, of those where what asks answers itself.
    """
    if not traces:
        return {}
    known = {"project": project.pk, "traces": list(traces)}
    rows = sql.rows(SPANS_TOLD, known)
    tags = {row.id: (row.tags, row.sent_tags) for row in sql.rows(TAGS, known)}
    of_spans = _sides(project, rows, written)
    sides = {row.id: _said(row, of_spans) for row in rows}
    told = [_told(row, *tags[row.id], sides[row.id]) for row in rows]
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, default=str)
    sql.run(GATHER, {**known, "told": text})
    keep_starts(project.pk, list(traces))
    return {row.id: sides[row.id] for row in rows if of_spans[row.id, row.asked][1]}


def _sides(
    project: Project, rows: Sequence[Any], written: Mapping[Key, Version]
) -> dict[Key, Sides]:
    """Inputs and outputs of the spans that previews are made of."""
    wanted = {(row.id, span) for row in rows for span in (row.asked, row.answered) if span}
    sides = {
        key: (written[key].span.inputs, written[key].span.outputs)
        for key in wanted & written.keys()
    }
    if absent := wanted - sides.keys():
        ids, spans = zip(*absent, strict=True)
        known = {"project": project.pk, "ids": list(ids), "spans": list(spans)}
        for row in sql.rows(SIDES, known):
            sides[row.trace_id, row.span_id] = row.inputs, row.outputs
    return sides


def _said(row: Any, of_spans: Mapping[Key, Sides]) -> Sides:
    inputs, own = of_spans[row.id, row.asked]
    return inputs, own or (of_spans[row.id, row.answered][1] if row.answered else {})


def _told(row: Any, tags: list[str], sent: list[str] | None, sides: Sides) -> dict[str, Any]:
    asked, answered = previews_of(*sides, PREVIEW)
    kept, known = _tags(row.tags, tags, sent)
    told: dict[str, Any] = row._asdict()
    return told | {
        "tags": kept,
        "sent_tags": known,
        "input_preview": asked,
        "output_preview": answered,
    }


def _tags(
    told: list[str], tags: list[str], sent: list[str] | None
) -> tuple[list[str], list[str] | None]:
    """The trace's tags, and those of its senders: one that a person took away stays away, and one
    that a person added stays. `sent` is None where nobody noted what was sent.
    """
    if sent is None:
        return tags, None
    told, before = told[:MAX_TAGS], set(sent)
    away = before - set(tags)
    kept = [tag for tag in told if tag not in away]
    own = [tag for tag in tags if tag not in before and tag not in kept]
    return (kept + own)[:MAX_TAGS], told + [tag for tag in sorted(away) if tag not in told]
