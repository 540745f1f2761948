"""Attributes as rows: what of a trace and its spans a filter can ask for."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps

from annotate_site.projects.models import Project
from tests import factories
from tests.conftest import Cast
from traces.actions.storing import Arrival
from traces.attribute_rows import MOST, fill_attributes
from traces.filters import Row, TraceFilter
from traces.ingest.detection import Format
from traces.ingest.formats import to_traces
from traces.models import Span, Trace, TraceAttribute, TraceFeedback, TraceQueue
from traces.queries import read_page

from .test_span_rows import ROOT, imported, span
from .test_storing import store

pytestmark = pytest.mark.usefixtures("uploads")


def rows(trace: Trace) -> list[tuple[str, str, float | None]]:
    fill_attributes(trace.project_id, [trace.pk])
    found = TraceAttribute.objects.filter(project=trace.project, trace=trace, start=trace.start)
    return list(found.order_by("path", "value").values_list("path", "value", "number"))


def trace_with(project: Project, attributes: dict[str, Any], *spans: dict[str, Any]) -> Trace:
    trace = factories.make_trace(project, attributes=attributes)
    for number, one in enumerate(spans):
        Span.objects.create(
            project=project, trace=trace, span_id=f"s{number}", parent_id="root", name="step",
            attributes=one,
        )  # fmt: skip
    return trace


def test_scalars_are_rows_and_what_is_nested_has_a_path(cast: Cast) -> None:
    given = {"a": 1, "b.c": "x", "d": {"e": True, "f": [0, "y", None, {}]}, "g": "", "h": 2.5e-3}
    assert rows(trace_with(cast.project, given)) == [
        ("a", "1", 1.0), ("b.c", "x", None), ("d.e", "true", None), ("d.f", "0", 0.0),
        ("d.f", "y", None), ("g", "", None), ("h", "0.0025", 0.0025),
    ]  # fmt: skip


def test_attributes_of_spans_count_once(cast: Cast) -> None:
    trace = trace_with(cast.project, {"a": 1}, {"a": 1, "model": "m"}, {"model": "m", "a": 2})
    assert [row[:2] for row in rows(trace)] == [("a", "1"), ("a", "2"), ("model", "m")]


def test_of_many_those_of_the_trace_come_first(cast: Cast) -> None:
    spans = [{f"s{place}": number for place in range(MOST)} for number in range(3)]
    found = [path for path, _, _ in rows(trace_with(cast.project, {"z": 1, "zz": 2}, *spans))]
    assert len(found) == MOST
    assert {"z", "zz"} < set(found)


@pytest.mark.parametrize("hostile", [[], "x", 7, {"": 1}, {"k" * 201: 1}, {"n": 10**400}])
def test_strange_attributes_cost_no_trace(cast: Cast, hostile: Any) -> None:
    found = rows(trace_with(cast.project, {}, {"fine": 1, "odd": hostile}, hostile))
    assert ("fine", "1", 1.0) in found
    assert all(len(path) <= 200 and len(value) <= 200 for path, value, _ in found)


def test_a_file_fills_them_in_whatever_order_its_spans_come(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [span("T1", "late", "turn", attributes={"env": "live"}), ROOT]
    for order in (1, -1):
        own = [line | {"context": line["context"] | {"trace_id": f"T{order}"}} for line in lines]
        imported(cast, own[::order], 1, monkeypatch)
    for trace in cast.project.traces.all():
        found = TraceAttribute.objects.filter(trace=trace).values_list("path", "value", "start")
        assert ("env", "live", trace.start) in found
        assert ("k", "1", trace.start) in found


def store_span(project: Project, line: dict[str, Any]) -> Trace:
    parsed = to_traces(line, Format.SPAN, {}, default_name="run")[0]
    store(project, [Arrival(UUID(int=5), parsed, datetime.now(UTC))])
    return project.traces.get(pk=UUID(int=5))


def test_a_start_that_moves_moves_the_trace_in_the_lists_of_its_queues(cast: Cast) -> None:
    trace = store_span(cast.project, span("T1", "llm", "turn"))
    between = factories.make_trace(
        cast.project, start=datetime(2026, 1, 2, 10, 0, 0, 500000, tzinfo=UTC)
    )
    queue, lineage = uuid4(), uuid4()
    for number, one in enumerate((trace, between)):
        shared: dict[str, Any] = {"project": cast.project, "trace": one, "start": one.start}
        TraceQueue.objects.create(queue_id=queue, item_id=UUID(int=number), **shared)
        TraceFeedback.objects.create(
            lineage=lineage, score_id=number, number=1, queue_id=queue, **shared
        )
    rows = [Row("queue", "is", str(queue)), Row("feedback", "is", "1", str(lineage))]
    assert [newest(cast.project, row) for row in rows] == [trace, trace]
    store_span(cast.project, ROOT)  # half a second before the other
    assert [newest(cast.project, row) for row in rows] == [between, between]


def newest(project: Project, row: Row) -> Trace:
    return read_page(project, TraceFilter((row,)), after=None, before=None).traces[0]


def test_what_was_stored_before_is_filled_by_the_migration(cast: Cast) -> None:
    for number in range(3):
        trace_with(cast.project, {"n": number})
    trace_with(cast.other_project, {"n": 7})
    migration = import_module("traces.migrations.0007_filters_of_the_list")
    for _ in range(2):
        migration.fill_all(apps, None)
        assert TraceAttribute.objects.filter(project=cast.project).count() == 3
        assert TraceAttribute.objects.get(project=cast.other_project).value == "7"
