from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import IntegrityError

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, Project
from tests.factories import make_project
from traces.actions.storing import Arrival, Origin, store_traces
from traces.ingest.detection import Format
from traces.ingest.formats import to_traces
from traces.models import Span, Trace, TraceAttribute, TraceText

from .samples import own

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


def arrivals(source: UUID, *numbers: int) -> list[Arrival]:
    return [
        Arrival(
            uuid5(source, str(number)),
            to_traces(own(number), Format.OWN, {}, default_name="run")[0],
            NOW,
        )
        for number in numbers
    ]


def store(project: Project, given: list[Arrival], before: int = 0) -> set[UUID]:
    origin = Origin("upload", FIRST, before)
    return store_traces(project=project, arrivals=given, actor=SYSTEM, origin=origin).ids


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


def test_a_trace_is_stored_with_its_columns_spans_and_previews(project: Project) -> None:
    store(project, arrivals(FIRST, 7))
    trace = project.traces.get()
    assert (trace.trace_id, trace.name, trace.model) == ("own-7", "run 7", "small-1")
    assert (trace.tokens_in, trace.tokens_out, trace.latency) == (1200, 35, 2500)
    assert (trace.input_preview, trace.output_preview) == ("Question 7", "Answer 7")
    assert trace.span_count == trace.spans.count() == 2
    root = trace.spans.get(parent_id="")
    assert (root.inputs, root.outputs) == ({"question": "Question 7"}, {"answer": "Answer 7"})
    assert trace.spans.get(span_id="b").parent_id == root.span_id


def test_a_trace_of_another_source_is_already_there_and_stays_as_it_is(project: Project) -> None:
    store(project, arrivals(FIRST, 1))
    before = Trace.objects.values().get()
    given = arrivals(SECOND, 1, 2)
    assert store(project, given) == {given[1].id}
    assert Trace.objects.values().get(trace_id="own-1") == before
    assert Span.objects.count() == 4


def test_a_repeat_inside_one_chunk_is_already_there(project: Project) -> None:
    given = arrivals(FIRST, 1) + arrivals(SECOND, 1)
    assert len(store(project, given)) == 1
    assert project.traces.count() == 1


def test_the_same_source_again_finds_its_own_and_writes_nothing(project: Project) -> None:
    given = arrivals(FIRST, 1, 2)
    store(project, given)
    assert store(project, given) == {arrival.id for arrival in given}
    assert Event.objects.filter(object_type="upload").count() == 1
    assert Span.objects.count() == 4


def test_another_project_may_have_the_same_trace(project: Project) -> None:
    other = make_project("Elsewhere")
    store(project, arrivals(FIRST, 1))
    assert len(store(other, arrivals(SECOND, 1))) == 1
    assert project.traces.count() == other.traces.count() == 1


def test_each_chunk_leaves_one_event_that_continues_the_last(project: Project) -> None:
    store(project, arrivals(FIRST, 1, 2))
    store(project, arrivals(FIRST, 3), before=2)
    events = Event.objects.filter(object_type="upload", object_id=str(FIRST)).order_by("id")
    assert [(event.from_value, event.to_value) for event in events] == [("", "2"), ("2", "3")]


OTHERS: list[tuple[Any, dict[str, Any]]] = [
    (Span, {"span_id": "x"}), (TraceAttribute, {"path": "a", "start": NOW}), (TraceText, {}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "row"), OTHERS)
def test_no_row_of_a_trace_has_another_project(
    project: Project, model: Any, row: dict[str, Any]
) -> None:
    store(project, arrivals(FIRST, 1))
    trace, other = Trace.objects.get(), make_project("Elsewhere")
    TraceText.objects.all().delete()
    sql.run("set constraints all immediate")
    with pytest.raises(IntegrityError):
        model.objects.create(project=other, trace=trace, **row)
