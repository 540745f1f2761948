"""What is judged of a span, a session or a row: on which traces it is shown, and what leaves."""

import csv
import json
from collections.abc import Iterable

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.items.changing import remove_item, restore_item
from queues.models import Queue
from queues.visibility import Reader, Whose
from reviews.invariants import check
from reviews.models import Score
from reviews.results.dataset_rows import Chosen, read_rows, sides_of
from reviews.results.export import Scope, export_rows
from traces.models import Trace, TraceFeedback, TraceQueue
from traces.sources import SourceKind

from .. import factories
from ..conftest import Cast
from ..queues.test_sources import add_keys, session, with_spans
from ..traces.datasets.making import make_dataset
from .working import Worker

pytestmark = pytest.mark.django_db


def judged(cast: Cast, kind: SourceKind, key: str) -> Queue:
    """A queue whose one item has been answered with yes."""
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator],
    )  # fmt: skip
    add_keys(queue, kind, [key])
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    return queue


def shown_on(traces: Iterable[Trace]) -> list[int]:
    return [TraceFeedback.objects.filter(trace=trace).count() for trace in traces]


def test_an_answer_about_a_span_is_feedback_on_its_trace(cast: Cast) -> None:
    trace = with_spans(factories.make_trace(cast.project), ("a", "root", "tool"))
    queue = judged(cast, SourceKind.SPAN, f"{trace.pk}/a")
    assert Score.objects.get().trace == trace
    assert shown_on([trace]) == [1]
    assert TraceQueue.objects.get(queue_id=queue.pk).state == "completed"
    assert check() == []


def test_an_answer_about_a_session_is_feedback_on_each_of_its_traces(cast: Cast) -> None:
    traces, other = session(cast, 3), factories.make_trace(cast.project)
    queue = judged(cast, SourceKind.SESSION, "s-1")
    assert Score.objects.get().trace is None
    assert shown_on([*traces, other]) == [1, 1, 1, 0]
    states = TraceQueue.objects.filter(queue_id=queue.pk).values_list("state", flat=True)
    assert set(states) == {"completed"}
    assert check() == []
    item = queue.items.get()
    remove_item(queue=queue, item_id=item.pk, confirmed=True, actor=SYSTEM)
    assert shown_on(traces) == [0, 0, 0]
    restore_item(queue=queue, item_id=item.pk, actor=SYSTEM)
    assert shown_on(traces) == [1, 1, 1]
    assert check() == []


def test_an_answer_about_a_row_of_a_dataset_is_feedback_on_no_trace(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=1)
    judged(cast, SourceKind.DATASET_ROW, str(dataset.rows.get().pk))
    assert Score.objects.get().trace is None
    assert not TraceFeedback.objects.exists()
    assert check() == []


@pytest.mark.breaks_promises
def test_a_session_that_lost_a_trace_row_or_feedback_breaks_an_invariant(cast: Cast) -> None:
    traces = session(cast, 2)
    judged(cast, SourceKind.SESSION, "s-1")
    TraceFeedback.objects.filter(trace=traces[1]).delete()
    assert [one.number for one in check()] == ["10a"]
    TraceQueue.objects.filter(trace=traces[0]).delete()
    assert {one.number for one in check()} == {"10a", "10b", "10c"}


def test_exports_and_rows_of_datasets_say_what_an_item_was_made_from(cast: Cast) -> None:
    trace = with_spans(factories.make_trace(cast.project, trace_id="t-9"), ("a", "root", "tool"))
    session(cast, 2)
    spans = judged(cast, SourceKind.SPAN, f"{trace.pk}/a")
    sessions = judged(cast, SourceKind.SESSION, "s-1")
    found = []
    for queue in (spans, sessions):
        scope = Scope(queue, Reader(cast.manager, Whose.ALL))
        for shape in ("long", "wide"):
            row = json.loads(next(iter(export_rows(scope, shape, "jsonl"))))
            found.append((row["source_kind"], row["source_key"], row["trace_id"]))
        lines = "".join(export_rows(scope, "long", "csv")).splitlines()
        assert "source_key" in next(csv.reader(lines))
    about_span = ("span", f"{trace.pk}/a", "t-9")
    assert found == [about_span, about_span, *2 * [("session", "s-1", None)]]
    chosen = Chosen({"inputs": {"messages": "inputs"}, "outputs": {}}, {}, named=False)
    (row,) = read_rows(spans, cast.manager, chosen).rows
    assert (row.trace, row.trace_id, row.span_id) == (trace.pk, "t-9", "a")
    (whole,) = read_rows(sessions, cast.manager, chosen).rows
    assert (whole.trace, whole.trace_id, whole.span_id) == (None, "", "")
    assert len(sides_of(sessions.items.get())["inputs"]["traces"]) == 2
