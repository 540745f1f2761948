"""Spans, sessions and rows of datasets as items: found by key, frozen, known to their traces."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotate_site.projects.events import SYSTEM
from queues.actions.items.adding import Added, add_sources, start_batch
from queues.actions.items.changing import remove_item, restore_item
from queues.models import Item, Queue
from queues.snapshots import item_reading
from traces.models import Span, Trace, TraceQueue
from traces.queries import queue_names, queue_places
from traces.sources import SourceKind
from traces.sources.keys import read_key, span_key
from traces.sources.of_spans import subtree

from .. import factories
from ..conftest import Cast
from ..traces.datasets.making import EXPECTED, add, make_dataset

pytestmark = pytest.mark.django_db
SHOWN = {"inputs": ["messages"], "outputs": ["messages"]}


def add_keys(queue: Queue, kind: SourceKind, keys: list[str], **display: Any) -> Added:
    batch = start_batch(queue=queue, by=None, display=SHOWN | display, filter={})
    return add_sources(queue=queue, kind=kind, keys=keys, batch=batch, actor=SYSTEM)


def with_spans(trace: Trace, *spans: tuple[str, str, str]) -> Trace:
    """Spans as (id, parent, kind), each named after its id and with inputs of its own."""
    for own, parent, kind in spans:
        asked = {"messages": [{"role": "user", "content": f"Asked of {own}"}]}
        Span.objects.create(
            project=trace.project, trace=trace, span_id=own, parent_id=parent, kind=kind,
            name=f"call {own}", inputs=asked, start=trace.start, end=trace.start,
        )  # fmt: skip
    Trace.objects.filter(pk=trace.pk).update(span_count=1 + len(spans))
    return trace


def session(cast: Cast, number: int, name: str = "s-1", **more: Any) -> list[Trace]:
    now = timezone.now()
    return [
        factories.make_trace(
            cast.project, f"Question {n}", session_id=name, start=now + timedelta(minutes=n), **more
        )
        for n in range(number)
    ]


def test_a_span_is_frozen_as_its_own_content_and_the_steps_below_it(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, hidden_extras=[])
    tree = ("plan", "root", "agent"), ("look", "plan", "tool"), ("other", "root", "tool")
    trace = with_spans(factories.make_trace(cast.project), *tree)
    key = span_key(trace.pk, "plan")
    assert add_keys(queue, SourceKind.SPAN, [key], steps=True).added == 1
    item = queue.items.get()
    assert (item.source_kind, item.source_key, item.title) == ("span", key, "call plan")
    assert item.preview == "Asked of plan"
    steps = [step["name"] for step in item.snapshot["steps"]["spans"]]
    assert steps == ["call plan", "call look"]
    row = TraceQueue.objects.get(item_id=item.pk)
    assert (row.trace_id, row.state) == (trace.pk, "open")


def test_a_span_that_calls_a_model_is_not_named_after_it_where_the_model_is_hidden(
    cast: Cast,
) -> None:
    trace = with_spans(factories.make_trace(cast.project), ("a", "root", "llm"))
    Span.objects.filter(span_id="a").update(name="chat gpt-secret", model="gpt-secret")
    for hidden in (["model"], []):
        queue = factories.make_queue(cast.project, hidden_extras=hidden)
        add_keys(queue, SourceKind.SPAN, [span_key(trace.pk, "a")])
        item = queue.items.get()
        assert ("gpt-secret" in f"{item.title}{item.snapshot}") == (not hidden)


def test_a_session_is_frozen_as_its_traces_in_order_and_each_knows_the_queue(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    traces = session(cast, 3)
    session(cast, 1, "s-2")
    assert add_keys(queue, SourceKind.SESSION, ["s-1"]).added == 1
    item = queue.items.get()
    assert (item.title, item.preview) == ("Session of 3 traces", "Question 0")
    parts = item.snapshot["parts"]
    assert [part["trace"] for part in parts] == [str(trace.pk) for trace in traces]
    reading = item_reading(item, queue)
    assert [part.title for part in reading.parts] == [trace.name for trace in traces]
    assert [part.start for part in reading.parts] == [trace.start for trace in traces]
    assert all(part.reading.sections[0].kind == "chat" for part in reading.parts)
    rows = TraceQueue.objects.filter(item_id=item.pk)
    assert set(rows.values_list("trace_id", flat=True)) == {trace.pk for trace in traces}


def test_a_queue_that_has_a_trace_and_its_session_is_named_once(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    (trace,) = session(cast, 1)
    factories.add_items(queue, [trace])
    add_keys(queue, SourceKind.SESSION, ["s-1"])
    places = queue_places(cast.project, [trace], queue_names(cast.project))
    assert [place.name for place in places[trace.pk]] == ["Refunds"]


def test_a_model_is_named_with_each_trace_of_a_session_only_where_they_differ(cast: Cast) -> None:
    session(cast, 1, model="gpt-x")
    queue = factories.make_queue(cast.project, hidden_extras=[])
    add_keys(queue, SourceKind.SESSION, ["s-1"])
    session(cast, 1, model="gpt-y")
    other = factories.make_queue(cast.project, hidden_extras=[])
    add_keys(other, SourceKind.SESSION, ["s-1"])
    alone, mixed = queue.items.get(), other.items.get()
    assert alone.snapshot["model"] == "gpt-x"
    assert [part.model for part in item_reading(alone, queue).parts] == [""]
    assert [part.model for part in item_reading(mixed, other).parts] == ["gpt-x", "gpt-y"]
    other.hidden_extras = ["model"]
    assert [part.model for part in item_reading(mixed, other).parts] == ["", ""]


def test_what_arrives_later_changes_neither_the_item_nor_its_traces(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    traces = session(cast, 2)
    add_keys(queue, SourceKind.SESSION, ["s-1"])
    before = queue.items.get().snapshot
    later = session(cast, 1)[0]
    assert add_keys(queue, SourceKind.SESSION, ["s-1"]).duplicates == 1
    assert queue.items.get().snapshot == before
    assert not TraceQueue.objects.filter(trace=later).exists()
    item = queue.items.get()
    remove_item(queue=queue, item_id=item.pk, confirmed=True, actor=SYSTEM)
    assert not TraceQueue.objects.exists()
    traces[0].spans.all().delete()
    Trace.objects.filter(pk=traces[0].pk).delete()
    restore_item(queue=queue, item_id=item.pk, actor=SYSTEM)
    assert [row.trace_id for row in TraceQueue.objects.all()] == [traces[1].pk]


def test_a_very_long_session_says_what_is_left_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.sources.of_sessions.MOST_TRACES", 2)
    queue = factories.make_queue(cast.project)
    session(cast, 5)
    add_keys(queue, SourceKind.SESSION, ["s-1"])
    item = queue.items.get()
    assert len(item.snapshot["parts"]) == 2
    assert item_reading(item, queue).parts_left == 3
    assert TraceQueue.objects.count() == 2


def test_a_dataset_row_is_its_inputs_and_outputs_and_what_is_expected_where_chosen(
    cast: Cast,
) -> None:
    dataset = make_dataset(cast.project, cast.manager, name="Gold")
    add(dataset, cast.manager, [factories.make_trace(cast.project)], EXPECTED)
    row = str(dataset.rows.get().pk)
    queue = factories.make_queue(cast.project)
    other = factories.make_queue(cast.project)
    add_keys(queue, SourceKind.DATASET_ROW, [row])
    add_keys(other, SourceKind.DATASET_ROW, [row], expected=["messages"])
    hidden, shown = queue.items.get(), other.items.get()
    assert (hidden.source_key, hidden.title) == (row, "Gold")
    assert "expected" not in hidden.snapshot
    assert item_reading(shown, other).expected[0].kind == "chat"
    assert not item_reading(hidden, queue).expected
    assert not TraceQueue.objects.exists()


def test_keys_of_each_kind_are_added_there_already_or_not_found(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    trace = with_spans(factories.make_trace(cast.project), ("a", "root", "tool"))
    foreign = factories.make_trace(cast.other_project, session_id="theirs")
    theirs = make_dataset(cast.other_project, cast.other_manager, traces=1)
    dataset = make_dataset(cast.project, cast.manager, traces=1)
    session(cast, 1, "a/b é&?")
    given = {
        SourceKind.SPAN: ([span_key(trace.pk, "a")], [span_key(foreign.pk, "root"), "x/y"]),
        SourceKind.SESSION: (["a/b é&?"], ["theirs", ""]),
        SourceKind.DATASET_ROW: (
            [str(dataset.rows.get().pk)], [str(theirs.rows.get().pk), str(2**63)],
        ),
    }  # fmt: skip
    for kind, (mine, strange) in given.items():
        first = add_keys(queue, kind, mine)
        assert (first.added, first.duplicates, first.not_found) == (1, 0, []), kind
        again = add_keys(queue, kind, [*mine, *strange])
        assert (again.added, again.duplicates, again.not_found) == (0, 1, strange), kind
    assert queue.items.count() == 3
    kinds = set(Item.objects.values_list("source_kind", flat=True))
    assert kinds == {"span", "session", "dataset_row"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("trace", "nonsense"), ("span", "nonsense"), ("span", "/a"), ("session", ""),
        ("span", "0b4e2b0e-7c0b-4a3e-8a55-0f6f8a9a4c11/"), ("session", "a\x00b"),
        ("span", "0b4e2b0e-7c0b-4a3e-8a55-0f6f8a9a4c11/" + "x" * 65), ("session", "x" * 201),
        ("span", "0b4e2b0e-7c0b-4a3e-8a55-0f6f8a9a4c11/a\x00"), ("dataset_row", "-1"),
        ("dataset_row", str(2**63)), ("dataset_row", "1.0"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_key_is_none(kind: str, text: str) -> None:
    assert read_key(SourceKind(kind), text) is None


def test_a_circle_of_parents_has_an_end() -> None:
    run = [(Span(span_id=own, parent_id=parent), "") for own, parent in (("a", "b"), ("b", "a"))]
    assert [span.span_id for span, _ in subtree(run, "a")] == ["a", "b"]
    assert subtree([], "a") == []
