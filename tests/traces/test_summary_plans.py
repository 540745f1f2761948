"""What traces tell of their spans is put together once for a batch, however many traces it has."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from annotate_site import sql
from tests import factories
from tests.conftest import Cast
from traces.actions.summaries import ADD_UP, SPANS_TOLD
from traces.models import Span


def test_spans_are_put_together_once_for_all_traces_of_a_batch(cast: Cast) -> None:
    traces = [factories.make_trace(cast.project) for _ in range(8)]
    Span.objects.update(tokens_in=1, model="small")
    known: dict[str, Any] = {"project": cast.project.pk, "traces": [trace.pk for trace in traces]}
    # As the planner does while statistics tell it of no traces at all.
    for way in ("hashjoin", "mergejoin"):
        sql.run(f"set local enable_{way} = off")
    for statement in (SPANS_TOLD, ADD_UP):
        with connection.cursor() as cursor:
            cursor.execute(f"explain (analyze, timing off, format json) {statement}", known)
            plan = cursor.fetchone()[0]
        put_together = [step for step in steps(plan[0]["Plan"]) if step["Node Type"] in TOGETHER]
        assert put_together
        assert {step["Actual Loops"] for step in put_together} == {1}, put_together


TOGETHER = ("Aggregate", "Unique", "WindowAgg")


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from steps(inner)
