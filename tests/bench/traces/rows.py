"""A project with as many traces as wanted, by SQL, with spans, attributes, queues and feedback."""

from dataclasses import dataclass
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project, User
from tests import factories

# Ids in the order of time, as those that the site makes; three months, the newest now.
TRACES = """
insert into traces_trace (id, project_id, trace_id, name, session_id, user_id, start, "end",
       latency, status, model, tokens_in, tokens_out, cost, tags, attributes, input_preview,
       output_preview, span_count)
select overlay(gen_random_uuid()::text placing lpad(to_hex(n), 8, '0') from 1)::uuid, %(project)s,
       'run-' || n, (array['support chat', 'refund', 'search', 'summary', 'triage'])[1 + n %% 5]
       || ' ' || n %% 40, 's' || n / 8, 'u' || n %% 5000, at, at + took * interval '1 ms', took,
       case when n %% 20 = 0 then 'error' else 'ok' end,
       (array['small-2', 'large-2', 'large-3', 'tiny', ''])[1 + (n / 7) %% 5],
       (n * 37) %% 4000, (n * 11) %% 900, ((n * 37) %% 4000)::numeric / 1000000,
       case n %% 10 when 0 then array['review'] when 1 then array['beta', 'vip'] else '{}' end,
       jsonb_build_object('env', case n %% 50 when 0 then 'canary' else 'live' end, 'region',
       'r' || n %% 12), repeat('Where is my parcel ' || n || '? ', 9),
       repeat('It is on its way from depot ' || n %% 977 || '. ', 7), 2
  from generate_series(1, %(many)s) n
 cross join lateral (
       select now() - (%(many)s - n) * (interval '90 days' / %(many)s) as at,
              (300 * exp(3 * abs(hashint4(n)::float8 / 2147483648)))::bigint as took) made
"""
SPANS = """
insert into traces_span (project_id, trace_id, span_id, parent_id, name, kind, start, "end", status,
       inputs, outputs, attributes, events)
select project_id, id, span, parent, spans.name, kind, start, "end", status,
       json_build_object('question', input_preview), json_build_object('answer', output_preview),
       '{}', '[]'
  from traces_trace
 cross join (values ('a', '', 'agent', 'agent'), ('b', 'a', 'complete', 'llm'))
            as spans (span, parent, name, kind)
 where project_id = %(project)s
"""
ATTRIBUTES = """
insert into traces_traceattribute (project_id, path, value, start, trace_id)
select project_id, path, attributes ->> path, start, id
  from traces_trace cross join unnest(array['env', 'region']) path where project_id = %(project)s
"""
IN_QUEUE = """
insert into traces_tracequeue (project_id, queue_id, start, trace_id, item_id, state)
select project_id, %(queue)s, start, id, gen_random_uuid(), 'completed'
  from traces_trace where project_id = %(project)s and hashtext(trace_id) %% 20 = 0
"""
FEEDBACK = """
insert into traces_tracefeedback (project_id, lineage, start, trace_id, score_id, number)
select project_id, %(lineage)s, start, trace_id,
       (select coalesce(max(score_id), 0) from traces_tracefeedback) + row_number() over (), 1
  from traces_tracequeue where project_id = %(project)s
"""
# What a first page of a search looks at is as long as it may be, and does not compress.
TEXTS = """
insert into traces_tracetext (project_id, trace_id, input, output)
select project_id, id, case when place <= 20000 then long else lower(input_preview) end,
       case when place <= 20000 then long else lower(output_preview) end
  from (select *, row_number() over (order by start desc) as place
          from traces_trace where project_id = %(project)s) trace
  left join lateral (
       select left(string_agg(md5(trace.id::text || n), ' '), 8192) as long
         from generate_series(1, 250) n) made on place <= 20000
"""
# Of tables that are thrown away: to look up each key takes as long as all the rest.
NO_KEYS = """
do $$
declare one record;
begin
  for one in select conrelid::regclass as place, conname from pg_constraint
              where contype = 'f' and conrelid::regclass::text ~ '^traces_(trace|span)'
  loop
    execute format('alter table %%s drop constraint %%I', one.place, one.conname);
  end loop;
end $$
"""
FILL = (TRACES, SPANS, ATTRIBUTES, TEXTS, IN_QUEUE, FEEDBACK)


@dataclass(frozen=True)
class Crowd:
    """A project with many traces, a twentieth of them in the queue and judged."""

    project: Project
    manager: User
    queue: UUID
    lineage: UUID


def crowd(many: int) -> Crowd:
    """Rows alone, which nothing checks: the keys hold because of how they are made."""
    project = factories.make_project(f"Of {many}", slug=f"of-{many}")
    manager = factories.make_user("Manager", email=f"of-{many}@example.org")
    factories.join(project, manager, "manager")
    field = factories.make_field(project, "rating", name="Rating")
    queue = factories.make_queue(project, by=manager, fields=[field])
    made = Crowd(project, manager, queue.pk, field.lineage)
    known = {"project": project.pk, "many": many, "queue": made.queue, "lineage": made.lineage}
    sql.run("set statement_timeout = 0")
    sql.run(NO_KEYS)
    for statement in FILL:
        sql.run(statement, known)
    sql.run("vacuum analyze")
    sql.run("reset statement_timeout")
    return made
