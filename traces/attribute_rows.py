"""The narrow table of attributes, made anew for traces that have come or changed."""

from collections.abc import Collection
from uuid import UUID

from annotate_site import sql

MOST = 64  # of a trace: scalars, and spans that are looked at for them

# Scalars of the trace, then of its root, then of other spans; lists give each of their elements.
# The same for the same spans, in whatever order they came.
FILL = """
with recursive source as (
  select t.project_id, t.id as trace, t.start, 0 as place, t.attributes
    from traces_trace t where t.project_id = %(project)s and t.id = any(%(traces)s)
  union all
  select t.project_id, t.id, t.start, one.place, one.attributes
    from traces_trace t
    cross join lateral (
         select s.attributes, case when s.parent_id = '' then 1 else 2 end as place
           from traces_span s
          where s.project_id = %(project)s and s.trace_id = t.id and s.attributes <> '{}'
          order by s.parent_id <> '', s.start, s.span_id limit %(most)s) one
   where t.project_id = %(project)s and t.id = any(%(traces)s)
), leaf (project_id, trace, start, place, depth, path, value) as (
  select project_id, trace, start, place, 0, '', attributes from source
  union all
  select leaf.project_id, leaf.trace, leaf.start, leaf.place, leaf.depth + 1,
         leaf.path || inner_one.step, inner_one.value
    from leaf cross join lateral (
         (select case when leaf.path = '' then key else '.' || key end as step, value
            from jsonb_each(case jsonb_typeof(leaf.value) when 'object' then leaf.value
                                 else '{}' end) limit %(most)s)
         union all
         (select '', value
            from jsonb_array_elements(case jsonb_typeof(leaf.value) when 'array' then leaf.value
                                           else '[]' end) limit %(most)s)) inner_one
   where leaf.depth < 4 and jsonb_typeof(leaf.value) in ('object', 'array')
), scalar as (
  select project_id, trace, start, path, left(value #>> '{}', 200) as value, min(place) as place,
         max(case when jsonb_typeof(value) = 'number' and abs(value::text::numeric) < 1e300
                  then value::text::float8 end) as number
    from leaf
   where jsonb_typeof(value) in ('string', 'number', 'boolean') and length(path) between 1 and 200
   group by project_id, trace, start, path, left(value #>> '{}', 200)
), ranked as (
  select *, row_number() over (partition by trace order by place, path, value) as rank from scalar
)
insert into traces_traceattribute (project_id, path, value, number, start, trace_id)
select project_id, path, value, number, start, trace from ranked where rank <= %(most)s
"""
EMPTY = """
delete from traces_traceattribute where project_id = %(project)s and trace_id = any(%(traces)s)
"""


def fill_attributes(project: UUID, traces: Collection[UUID], *, new: Collection[UUID] = ()) -> None:
    """Of traces that are stored with their spans, at most a few hundred. `new`: they have none."""
    if traces:
        sql.run(EMPTY, {"project": project, "traces": list(traces)})
    if filled := [*traces, *new]:
        sql.run(FILL, {"project": project, "traces": filled, "most": MOST})
