"""The filter in SQL finds what the same filter over a list of random traces finds."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from annotate_site.projects.models import Project
from tests import factories
from tests.conftest import Cast
from traces.attribute_rows import fill_attributes
from traces.filters import Row, TraceFilter
from traces.filters.columns import COLUMNS
from traces.filters.operators import WITHOUT_VALUE
from traces.models import Span, Trace, TraceFeedback, TraceQueue
from traces.queries import read_page
from traces.search_texts import fill_texts

from .naive_filter import LINEAGES, QUEUES, STATES, T0, TEXTS, Run, matches, random_run

MANY = 45
NAMED: dict[str, list[Any]] = {
    "attribute": ["x", "y.z", "p:q%", "x.b", "absent"],
    "state": QUEUES,
    "feedback": [
        *LINEAGES,
        *(f"{LINEAGES[0]}~{by}" for by in ("human", "model", "api", "model/a", "model/no")),
    ],
}
WRITTEN = {
    "text": [text for text in TEXTS if text] + ["true", "no", "1"],
    "number": ["0", "1", "0.5", "1000"],
    "count": ["-1", "0", "1", "1,000"],
    "seconds": ["0", "0.5", "1", "3"],
    "queue": [*map(str, QUEUES), str(UUID(int=9))],
}
HOURS = [(T0 + timedelta(hours=number)).isoformat() for number in (0, 24, 30, 72)]


def store(project: Project, runs: list[Run]) -> None:
    for number, run in enumerate(runs):
        given = {key: value for key, value in vars(run).items() if key not in SEPARATE}
        previews = {f"{side}_preview": getattr(run, side)[:300] for side in ("input", "output")}
        trace = Trace.objects.create(project=project, trace_id=f"r{number}", **given, **previews)
        for place, (name, kind) in enumerate(run.spans):
            said = {} if place else {"inputs": {"q": run.input}, "outputs": {"a": [run.output]}}
            Span.objects.create(
                project=project, trace=trace, span_id=str(place), name=name, kind=kind,
                parent_id="0" if place else "", **said,
            )  # fmt: skip
        shared: dict[str, Any] = {"project": project, "trace": trace, "start": run.start}
        for queue, state in run.queues:
            item = UUID(int=random.getrandbits(128))
            TraceQueue.objects.create(queue_id=queue, state=state, item_id=item, **shared)
        for lineage, value, who in run.feedback:
            by: dict[str, Any] = (
                {"source_kind": "model", "evaluator": who} if who else {"queue_id": QUEUES[0]}
            )
            side = "text" if isinstance(value, str) else "number"
            score = TraceFeedback.objects.count() + 1
            TraceFeedback.objects.create(
                lineage=lineage, score_id=score, **{side: value}, **by, **shared
            )
    stored = list(project.traces.values_list("pk", flat=True))
    fill_attributes(project.pk, stored)
    fill_texts(project.pk, stored)


SEPARATE = {"input", "output", "spans", "queues", "feedback"}


def rows_of(column: str) -> Iterator[Row]:
    """Every operator of the column, with values that are there and values that are not."""
    kind = COLUMNS[column].kind
    for of in NAMED.get(column, [""]):
        for operator in kind.operators:
            for value in values_for(column, operator):
                yield Row(column, operator, value, str(of))


def values_for(column: str, operator: str) -> list[str]:
    kind = COLUMNS[column].kind
    if operator in WITHOUT_VALUE:
        return [""]
    if operator == "between":
        return [f"{one}..{other}" for one in HOURS for other in HOURS if one <= other]
    if kind.control == "time":
        return [] if operator == "last" else HOURS  # the clock's: see test_filter
    if operator in ("lt", "lte", "gt", "gte"):
        return WRITTEN[kind.control if kind.control in ("seconds", "count") else "number"]
    said = ["übung", "r\nw", "cab", "cA", "b\\A"] if column in ("input", "output") else []
    return [value for value, _ in kind.choices] or [*WRITTEN[kind.control], *said]


@pytest.fixture
def runs(cast: Cast) -> list[Run]:
    luck = random.Random(20260501)
    made = [random_run(luck) for _ in range(MANY)]
    store(cast.project, made)
    factories.make_trace(cast.other_project, name="a")
    return made


def check(project: Project, runs: list[Run], rows: tuple[Row, ...]) -> int:
    expected = {
        f"r{number}"
        for number, run in enumerate(runs)
        if all(matches(run, row.column, row.operator, row.value, row.of) for row in rows)
    }
    filter = TraceFilter(rows)
    assert filter.problems == []
    found = list(filter.queryset(project).values_list("trace_id", flat=True))
    assert sorted(found) == sorted(expected), str(rows)
    page = read_page(project, filter, after=None, before=None)
    assert [one.trace_id for one in page.traces] == found, str(rows)
    return len(expected)


def test_each_operator_of_each_column(cast: Cast, runs: list[Run]) -> None:
    for column in COLUMNS:
        found = [check(cast.project, runs, (row,)) for row in rows_of(column)]
        assert any(0 < count < MANY for count in found), column


def test_rows_are_joined_by_and(cast: Cast, runs: list[Run]) -> None:
    luck = random.Random(7)
    everything = [row for column in COLUMNS for row in rows_of(column)]
    found = [check(cast.project, runs, tuple(luck.sample(everything, 2))) for _ in range(80)]
    assert sum(count > 0 for count in found) > 10


def test_what_is_written_survives_the_address() -> None:
    for row in (row for column in COLUMNS for row in rows_of(column)):
        assert Row.parse(str(row)) == row


def test_all_states_were_asked_for() -> None:
    assert set(STATES) == {value for value, _ in COLUMNS["state"].kind.choices}
