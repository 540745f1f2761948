"""A trace is found by its key: neither an export nor an invariant reads all traces for it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from annotate_site import sql
from queues.models import Queue
from reviews.invariants import RULES, check
from reviews.results.export.items import CHUNK, ITEMS

from .. import factories
from ..conftest import Cast
from .test_export import fetch

pytestmark = pytest.mark.django_db

TRACES = """
insert into traces_trace (id, project_id, trace_id, name, session_id, user_id, start, status, model,
       tags, attributes, input_preview, output_preview, span_count)
select gen_random_uuid(), %(project)s, 'bulk ' || n, 'bulk', '', '', now(), 'ok', '', '{}', '{}',
       '', '', 0
  from generate_series(1, 5000) n
"""
FOREIGN_KEYS = """
insert into queues_item (id, queue_id, kind, source_kind, source_key, title, preview, snapshot,
       snapshot_hash, priority, status, required, extra, round, review_state, bars_last_round)
select gen_random_uuid(), %(queue)s, 'normal', kind, key, key, '', '{}', '', 0, 'pending', 1, 0, 1,
       '', false
  from unnest(%(kinds)s::text[], %(keys)s::text[]) as made(kind, key)
"""
STATEMENTS = {"a chunk of an export": ITEMS} | {
    f"invariant {number}": statement
    for (number, _), statement in RULES.items()
    if "traces_trace " in statement
}


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, by=cast.manager, items=3)


def explain(statement: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The plan's steps that read traces."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) {statement}", params)
        (plan,) = cursor.fetchone()
    steps = [plan[0]["Plan"]]
    while steps:
        step = steps.pop()
        steps += step.get("Plans", [])
        if step.get("Relation Name") == "traces_trace":
            yield step


@pytest.mark.parametrize("what", STATEMENTS)
def test_no_statement_reads_all_traces(queue: Queue, what: str) -> None:
    sql.run(TRACES, {"project": queue.project_id})
    sql.run("analyze traces_trace, queues_item")
    params = {"queue": queue.pk, "project": queue.project_id, "after": -1, "whose": "all",
              "most": CHUNK}  # fmt: skip
    steps = list(explain(STATEMENTS[what], params if what == "a chunk of an export" else {}))
    assert steps
    for step in steps:
        assert step.get("Index Name") in ("traces_trace_pkey", "trace_of_project"), step
        assert "(id = " in step["Index Cond"]


@pytest.mark.breaks_promises
def test_items_of_other_sources_are_exported_without_a_trace(cast: Cast, queue: Queue) -> None:
    kinds, keys = ["session", "trace", "dataset_row"], ["s-1", "no uuid", str(queue.pk)]
    sql.run(FOREIGN_KEYS, {"queue": queue.pk, "kinds": kinds, "keys": keys})
    rows = [json.loads(line) for line in fetch(queue, cast.manager, shape="wide").splitlines()]
    assert [row["trace_id"] is None for row in rows] == [False] * 3 + [True] * 3
    assert not {"10b", "13"} & {one.number for one in check()}
