"""Spans of one trace on different lines join, in any order."""

from typing import Any

import pytest

from annotate_site.jobs import run_job
from annotate_site.projects.models import Event
from tests import factories
from tests.conftest import Cast
from traces.actions.uploading import receive_upload, start_import
from traces.ingest.detection import Format, detect
from traces.models import Span, TraceText
from traces.payloads import load_payload

from .samples import jsonl_file

pytestmark = pytest.mark.usefixtures("uploads")


def span(trace: str, name: str, parent: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "context": {"trace_id": trace, "span_id": name}, "parent_id": parent,
        "span_kind": "LLM", "start_time": "2026-01-02T10:00:01Z", **more,
    }  # fmt: skip


ROOT = span(
    "T1", "turn", start_time="2026-01-02T10:00:00Z", end_time="2026-01-02T10:00:03Z",
    attributes={"input.value": "Is it open?", "output.value": "Until five.", "k": 1},
    status_code="OK",
)  # fmt: skip
ROWS = [span("T1", "llm", "turn"), span("T2", "other"), ROOT, span("T1", "tool", "llm")]


def imported(cast: Cast, rows: list[Any], chunk: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("traces.ingest.plan.CHUNK", chunk)
    upload = receive_upload(
        project=cast.project, by=cast.manager, file=jsonl_file(rows), filename="spans.jsonl"
    )
    job = start_import(upload=upload, by=cast.manager, at_once=False)
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("chunk", [1, 3, 200])
@pytest.mark.parametrize("order", [1, -1])
def test_spans_on_different_lines_are_one_trace(
    cast: Cast, chunk: int, order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = imported(cast, ROWS[::order], chunk, monkeypatch)
    assert job.result == {"added": 4, "already_there": 0, "refused": 0}
    assert cast.project.traces.count() == 2
    trace = cast.project.traces.get(trace_id="T1")
    assert (trace.name, trace.span_count, trace.latency) == ("turn", 3, 3000)
    assert (trace.input_preview, trace.output_preview) == ("Is it open?", "Until five.")
    payload = load_payload(trace)
    assert (payload.inputs, payload.outputs) == (
        {"input": "Is it open?"}, {"output": "Until five."}
    )  # fmt: skip
    searched = TraceText.objects.get(trace=trace)
    assert (searched.input, searched.output) == ("is it open?", "until five.")
    parents = dict(trace.spans.values_list("span_id", "parent_id"))
    assert parents == {"turn": "", "llm": "turn", "tool": "llm"}
    assert trace.spans.get(span_id="turn").attributes == {"status_code": "OK", "k": 1}
    events = Event.objects.filter(object_type="upload").order_by("id")
    steps = [(event.from_value or "0", event.to_value) for event in events]
    assert [start for start, _ in steps] == ["0", *(end for _, end in steps[:-1])]
    assert steps[-1][1] == "2"


def test_a_span_that_comes_again_replaces_itself(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [ROOT, span("T1", "llm", "turn"), span("T1", "llm", "turn", status="error")]
    imported(cast, rows, 200, monkeypatch)
    assert cast.project.traces.get().span_count == 2
    assert Span.objects.get(span_id="llm").status == "error"


def test_spans_of_a_later_upload_join_and_repeats_are_already_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(cast, [ROOT], 200, monkeypatch)
    later = [span("T1", "llm", "turn")]
    job = imported(cast, later, 200, monkeypatch)
    assert job.result == {"added": 1, "already_there": 0, "refused": 0}
    assert cast.project.traces.get().span_count == 2
    job = imported(cast, [*later, ROOT], 200, monkeypatch)
    assert job.result == {"added": 0, "already_there": 2, "refused": 0}


def test_spans_do_not_join_a_trace_that_came_whole(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_trace(cast.project, trace_id="T1")
    job = imported(cast, [span("T1", "llm", "turn")], 200, monkeypatch)
    assert job.result == {"added": 0, "already_there": 1, "refused": 0}
    assert Span.objects.count() == 1


def test_a_row_without_its_ids_is_refused_among_spans(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = imported(cast, [*ROWS, {"name": "lost"}], 200, monkeypatch)
    assert job.result == {"added": 4, "already_there": 0, "refused": 1}
    assert job.errors.get().message == "It has no trace_id and span_id."


def test_a_row_is_a_span_by_its_two_ids() -> None:
    assert detect([{"trace_id": "t", "span_id": "s", "inputs": {}}]) is Format.SPAN
    assert detect([{"trace_id": "t", "inputs": {}}]) is Format.OWN
