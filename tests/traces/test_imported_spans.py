"""What a trace tells of spans that came one by one: their sums, and what is said below its root."""

from decimal import Decimal
from typing import Any

import pytest

from annotate_site.projects.models import Job
from tests.conftest import Cast
from traces.actions.uploading import receive_upload, start_import
from traces.models import Trace
from traces.payloads import load_payload, load_payloads

from .samples import json_file, jsonl_file
from .senders import otlp, otlp_span

pytestmark = pytest.mark.usefixtures("uploads")

USAGE = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 4, "operation.cost": 0.25}
ROOT = otlp_span(1, USAGE | {"gen_ai.operation.name": "invoke_agent"})
STEP = otlp_span(2, {"session.id": "s", "user.id": "u", "tag.tags": ["t"]}, parent=1)
FIRST = otlp_span(
    3, USAGE | {"gen_ai.request.model": "small-1", "gen_ai.prompt.0.content": "Is it mended?"},
    parent=2,
)  # fmt: skip
LAST = otlp_span(
    4, USAGE | {"gen_ai.request.model": "large-1", "gen_ai.completion.0.content": "By noon."},
    parent=2,
)  # fmt: skip


def imported(cast: Cast, file: Any, name: str = "spans.jsonl") -> Job:
    upload = receive_upload(project=cast.project, by=cast.manager, file=file, filename=name)
    return start_import(upload=upload, by=cast.manager, at_once=True)


def trace_of(cast: Cast, *spans: Any, together: bool = False) -> Trace:
    imported(cast, jsonl_file([otlp(*spans)] if together else [otlp(span) for span in spans]))
    return cast.project.traces.get()


@pytest.mark.parametrize("chunk", [1, 3])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_tokens_are_those_of_the_spans_that_no_span_below_tells_again(
    cast: Cast, order: tuple[int, ...], chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.ingest.plan.CHUNK", chunk)
    spans = [ROOT, STEP, FIRST, LAST]
    trace = trace_of(cast, *(spans[at] for at in order))
    assert (trace.tokens_in, trace.tokens_out, trace.cost) == (20, 8, Decimal("0.5"))
    assert (trace.model, trace.name, trace.span_count) == ("small-1", "step 1", 4)
    assert (trace.session_id, trace.user_id, trace.tags) == ("s", "u", ["t"])


def test_a_root_without_content_shows_what_is_said_below_it(cast: Cast) -> None:
    trace = trace_of(cast, ROOT, STEP, FIRST, LAST)
    payload = load_payload(trace)
    assert payload.inputs == {"messages": [{"role": "user", "content": "Is it mended?"}]}
    assert payload.outputs == {"messages": [{"role": "assistant", "content": "By noon."}]}
    assert (trace.input_preview, trace.output_preview) == ("Is it mended?", "By noon.")


@pytest.mark.parametrize("together", [True, False])
def test_a_trace_whose_root_never_came_shows_its_content_too(cast: Cast, together: bool) -> None:
    trace = trace_of(cast, FIRST, LAST, together=together)
    (payload,) = load_payloads(cast.project, [trace.pk])
    assert payload.inputs == {"messages": [{"role": "user", "content": "Is it mended?"}]}
    assert (trace.output_preview, trace.tokens_in) == ("By noon.", 20)


def test_a_trace_that_tells_no_tokens_has_those_of_its_spans(cast: Cast) -> None:
    spans = [{"span_id": "a", "tokens_in": 9}, {"span_id": "b", "parent_id": "a", "tokens_in": 3}]
    rows = [{"trace_id": "t1", "spans": spans}, {"trace_id": "t2", "tokens_in": 7, "spans": spans}]
    imported(cast, json_file(rows), "own.json")
    counts = dict(cast.project.traces.values_list("trace_id", "tokens_in"))
    assert counts == {"t1": 3, "t2": 7}


def test_spans_that_tell_tokens_and_no_cost_give_their_trace_none(cast: Cast) -> None:
    spans = [{"span_id": "a"}, {"span_id": "b", "parent_id": "a", "tokens_in": 3}]
    imported(cast, json_file([{"trace_id": "t1", "spans": spans}]), "own.json")
    trace = cast.project.traces.get()
    assert (trace.tokens_in, trace.tokens_out, trace.cost) == (3, None, None)


def test_a_circle_of_spans_ends(cast: Cast) -> None:
    one, two = otlp_span(5, USAGE, parent=6), otlp_span(6, USAGE, parent=5)
    assert trace_of(cast, one, two).tokens_in is None


def test_a_request_of_several_traces_counts_each_and_imports_once(cast: Cast) -> None:
    rows = [otlp(otlp_span(1, {}), otlp_span(1, {}, trace=2)), otlp(otlp_span(2, {}, parent=1))]
    assert imported(cast, jsonl_file(rows)).result["added"] == 3
    assert imported(cast, jsonl_file(rows)).result == {
        "added": 0, "already_there": 3, "refused": 0,
    }  # fmt: skip
    assert dict(cast.project.traces.values_list("trace_id", "span_count")) == {
        f"{1:032x}": 2, f"{2:032x}": 1,
    }  # fmt: skip


def test_equal_rows_without_an_id_are_one_trace_and_it_is_said(cast: Cast) -> None:
    row = {"question": "Is it mended?", "answer": "By noon."}
    job = imported(cast, json_file([row, row, row | {"answer": "No."}]), "equal.json")
    assert job.result == {"added": 2, "already_there": 1, "refused": 0}
    assert job.errors.get().message == (
        "It has no id and equals a row that was imported already, here or before: one trace."
    )
