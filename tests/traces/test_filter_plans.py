"""Each filter that people use all day is found by an index that starts with the project."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from annotate_site import sql
from tests.conftest import Cast
from traces.filters import Row, TraceFilter

# Two projects of 4,000 traces, one a second; a tenth has an attribute of note, a fiftieth is in
# the queue and was judged.
TRACES = """
insert into traces_trace (id, project_id, trace_id, name, session_id, user_id, start, status, model,
       tags, attributes, input_preview, output_preview, span_count)
select gen_random_uuid(), project, 'bulk ' || n, 'run ' || n, 's' || n / 10, 'u' || n / 10,
       timestamptz '2026-05-01' + n * interval '1 second', case n %% 20 when 0 then 'error'
       else 'ok' end, '', '{}', '{}', '', '', 1
  from generate_series(1, 4000) n, unnest(%(projects)s::uuid[]) project
"""
SPANS = """
insert into traces_span (project_id, trace_id, span_id, parent_id, name, kind, status, inputs,
       outputs, attributes, events)
select project_id, id, 'root', '', case when tokens_in is null then trace_id end, 'llm', 'ok', '{}',
       '{}', '{}', '[]'
  from traces_trace
"""
ATTRIBUTES = """
insert into traces_traceattribute (project_id, path, value, start, trace_id)
select project_id, 'env', case hashtext(trace_id) %% 10 when 0 then 'rare' else 'live' end,
       start, id
  from traces_trace
"""
QUEUES = """
insert into traces_tracequeue (project_id, queue_id, start, trace_id, item_id, state)
select project_id, %(queue)s, start, id, gen_random_uuid(),
       case hashtext(trace_id) %% 500 when 0 then 'completed' else 'open' end
  from traces_trace
 where hashtext(trace_id) %% 50 = 0
"""
FEEDBACK = """
insert into traces_tracefeedback (project_id, lineage, start, trace_id, score_id, number)
select project_id, %(queue)s, start, id, row_number() over (), 1 from traces_trace
 where hashtext(trace_id) %% 50 = 0
"""
QUEUE = UUID(int=1)
LISTED = {
    "no filter": ([], "trace_list"),
    "name and time": (
        ["name:contains:run 39", "time:between:2026-05-01T00:30..2026-05-01T01:00"], "trace_list",
    ),
    "status": (["status:is:error"], "trace_list_status"),
    "session": (["session:is:s7"], "trace_list_session"),
    "user": (["user:is:u7"], "trace_list_user"),
    "queue": ([f"queue:is:{QUEUE}"], "trace_queue_list"),
    "state": ([f"state.{QUEUE}:is:completed"], "trace_queue_state"),
    "feedback is not empty": ([f"feedback.{QUEUE}:is_not_empty"], "feedback_shown"),
    "attribute": (["attribute.env:is:rare"], "trace_attribute_list"),
}  # fmt: skip
PROBED = {
    "span name": (["span_name:is:bulk 77"], "span_by_name"),
    "feedback is": ([f"feedback.{QUEUE}:is:7"], "feedback_"),
}


@pytest.fixture
def many(cast: Cast) -> Cast:
    projects = [cast.project.pk, cast.other_project.pk]
    sql.run(TRACES, {"projects": projects})
    for statement in (SPANS, ATTRIBUTES, QUEUES, FEEDBACK):
        sql.run(statement, {"queue": QUEUE})
    # Of few rows the planner would rather read all: asked is what it can do for a million.
    for way in ("seqscan", "bitmapscan", "sort"):
        sql.run(f"set local enable_{way} = off")
    tables = ("trace", "span", "traceattribute", "tracequeue", "tracefeedback")
    sql.run("analyze " + ", ".join(f"traces_{table}" for table in tables))
    return cast


def steps(cast: Cast, written: list[str]) -> Iterator[dict[str, Any]]:
    """Of the plan of a first page."""
    filter = TraceFilter(tuple(Row.parse(text) for text in written))
    assert not filter.problems
    page = filter.keys(cast.project).order_by("-start", f"-{filter.key}")[:51]
    plan = json.loads(page.explain(format="json"))
    return below(plan[0]["Plan"])


def below(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rest = [plan]
    while rest:
        step = rest.pop()
        rest += step.get("Plans", [])
        yield step


def test_the_list_is_read_in_its_order_from_an_index(many: Cast) -> None:
    for what, (written, index) in LISTED.items():
        found = list(steps(many, written))
        assert not [step for step in found if step["Node Type"] in ("Sort", "Seq Scan")], what
        first = next(step for step in found if "Index Name" in step)
        assert first["Index Name"] == index, what
        assert "(project_id = " in first["Index Cond"], what
        assert all(step.get("Relation Name") != "traces_span" for step in found), what


def test_what_hides_feedback_is_read_in_the_index_that_lists_it(many: Cast) -> None:
    """Only what people judged without a queue is looked up in the queues, row by row."""
    sql.run("update traces_tracefeedback set queue_id = %s", [QUEUE])
    filter = TraceFilter.from_rows([f"feedback.{QUEUE}:is_not_empty"])
    keys = filter.keys(many.project).order_by("-start", "-trace_id")
    plan = json.loads(keys.explain(format="json", analyze=True, timing=False, buffers=False))
    found = list(below(plan[0]["Plan"]))
    assert [step["Node Type"] for step in found if step.get("Index Name") == "feedback_shown"] == [
        "Index Only Scan"
    ]
    asked = [step for step in found if step.get("Relation Name") == "traces_tracequeue"]
    assert [step["Index Name"] for step in asked] == ["trace_queue_unfinished"]
    assert not any(step["Actual Loops"] for step in asked)


def test_what_is_rare_is_found_by_an_index(many: Cast) -> None:
    for what, (written, index) in PROBED.items():
        found = [step for step in steps(many, written) if "Index Name" in step]
        used = [step for step in found if step["Index Name"].startswith(index)]
        assert used, (what, found)
        assert all("(project_id = " in step["Index Cond"] for step in used), what
