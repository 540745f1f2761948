"""Traces in, listed, read and deleted by programs."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.models import Item
from tests import factories
from tests.conftest import Cast
from traces.actions.receiving import MOST_ROWS
from traces.models import Span, Trace

from .conftest import ROW, Make

pytestmark = pytest.mark.django_db

CHAT = [{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "In Oslo."}]
OTLP_SPAN = {
    "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "chat",
    "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": "1544712661000000000",
    "attributes": [{"key": "input.value", "value": {"stringValue": "hello"}}],
}  # fmt: skip


def results(response: Any) -> list[str]:
    return [one["result"] for one in response.json()["results"]]


@pytest.mark.parametrize(
    ("body", "input_preview"),
    [
        ([ROW], "Why?"),
        ({"traces": [ROW]}, "Why?"),
        (ROW, "Why?"),
        ({"messages": CHAT}, "Where is it?"),
        (CHAT, "Where is it?"),
        ([{"messages": CHAT, "name": "x"}], "Where is it?"),
        ([{"question": "Where?", "answer": "Here."}], "Where?"),
        ({"resourceSpans": [{"scopeSpans": [{"spans": [OTLP_SPAN]}]}]}, "hello"),
    ],
)
def test_every_shape_that_a_file_may_have(
    cast: Cast, program: Make, body: Any, input_preview: str
) -> None:
    response = program("ingest").traces("POST", "", body)
    assert (response.status_code, results(response)) == (200, ["added"])
    trace = cast.project.traces.get()
    assert trace.input_preview == input_preview
    assert response.json()["results"][0]["id"] == str(trace.pk)


def test_bad_rows_cost_themselves_alone(cast: Cast, program: Make) -> None:
    bad = {"trace_id": "t-2", "inputs": {"a": 1}, "spans": [{"span_id": "s", "start": "nope"}]}
    odd = {"trace_id": "t-3", "inputs": {"a": 1}, "start": 1e300}
    body = [ROW, 5, bad, ROW | {"trace_id": "t-4", "inputs": {"a": "x\u0000y\ud800"}}, odd]
    response = program("ingest").traces("POST", "", body)
    told = response.json()
    assert results(response) == ["added", "refused", "refused", "added", "refused"]
    assert (told["added"], told["already_there"], told["refused"]) == (2, 0, 3)
    assert "spans[0].start" in told["results"][2]["reason"]
    assert "replaced by" in told["results"][3]["notes"][0]
    assert sorted(cast.project.traces.values_list("trace_id", flat=True)) == ["t-1", "t-4"]
    assert Span.objects.get(trace__trace_id="t-4").inputs == {"a": "x\ufffdy\ufffd"}


def test_where_no_row_can_be_taken_nothing_looks_like_success(cast: Cast, program: Make) -> None:
    response = program("ingest").traces("POST", "", [{"trace_id": "x", "spans": []}, 5])
    assert response.status_code == 422
    told = response.json()
    assert [one["path"] for one in told["errors"]] == ["body[0]", "body[1]"]
    assert [one["result"] for one in told["results"]] == ["refused", "refused"]
    assert not Trace.objects.exists()


@pytest.mark.parametrize("body", [[], {}, "text", 5, None, True, {"traces": []}, 0])
def test_a_body_without_traces_is_told_so(program: Make, body: Any) -> None:
    response = program("ingest").traces("POST", "", b"null" if body is None else body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"].startswith("body")
    assert not Trace.objects.exists()


def test_more_rows_than_one_transaction_holds_are_refused(program: Make) -> None:
    rows = [{"input": str(number), "output": "x"} for number in range(MOST_ROWS + 1)]
    response = program("ingest").traces("POST", "", rows)
    assert response.status_code == 422
    assert "1,000 rows" in response.json()["title"]
    assert not Trace.objects.exists()


def test_a_batch_is_stored_whole_or_not_at_all(
    cast: Cast, program: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"input": str(number), "output": "x"} for number in range(250)]  # two chunks
    monkeypatch.setattr("traces.actions.receiving._fill_in_ids", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        program("ingest").traces("POST", "", rows)
    assert not Trace.objects.exists()


def test_a_trace_that_is_here_already_is_not_changed(cast: Cast, program: Make) -> None:
    asking = program("ingest")
    first = asking.traces("POST", "", [ROW])
    again = asking.traces("POST", "", [ROW | {"name": "Other"}, ROW | {"trace_id": "t-2"}])
    assert results(again) == ["already_there", "added"]
    assert again.json()["results"][0]["id"] == first.json()["results"][0]["id"]
    assert cast.project.traces.get(trace_id="t-1").name == "One"


def test_spans_of_one_trace_join_across_requests(cast: Cast, program: Make) -> None:
    asking = program("ingest")
    span = {"trace_id": "t", "span_id": "b", "parent_id": "a", "inputs": {"x": 1}}
    root = {"trace_id": "t", "span_id": "a", "name": "Root", "inputs": {"q": "Why?"}}
    assert results(asking.traces("POST", "", [span])) == ["added"]
    assert results(asking.traces("POST", "", [root])) == ["added"]
    assert results(asking.traces("POST", "", [root])) == ["already_there"]
    trace = cast.project.traces.get()
    assert (trace.name, trace.span_count, trace.input_preview) == ("Root", 2, "Why?")


def test_a_trace_with_its_spans_in_pages(cast: Cast, program: Make) -> None:
    spans = [{"span_id": "r"}, *({"span_id": f"s{n}", "parent_id": "r"} for n in range(4))]
    cost = {"cost": 0.0108, "start": "2026-11-30T10:00:00.123456Z", "tags": ["a"]}
    program().traces("POST", "", [ROW | cost | {"spans": spans}])
    told = program("read").traces("GET", "/t-1?limit=3").json()
    assert told["trace"]["cost"] == 0.0108
    assert told["trace"]["start"] == "2026-11-30T10:00:00.123456+00:00"
    assert told["spans"]["items"][0]["inputs"] == {"q": "Why?"}
    cursor = told["spans"]["next_cursor"]
    rest = program("read").traces("GET", f"/{told['trace']['id']}?limit=3&cursor={cursor}").json()
    found = [one["span_id"] for page in (told, rest) for one in page["spans"]["items"]]
    assert sorted(found) == ["r", "s0", "s1", "s2", "s3"]
    assert rest["spans"]["next_cursor"] is None


def test_a_deleted_trace_is_gone_and_its_items_stay(cast: Cast, program: Make) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    trace = factories.make_trace(cast.project, trace_id="gone")
    [item] = factories.add_items(queue, [trace])
    asking = program("write")
    assert asking.traces("DELETE", "/gone").status_code == 204
    assert asking.traces("DELETE", "/gone").status_code == 404
    assert not Trace.objects.exists()
    assert not Span.objects.exists()
    factories.finish(item.pk)
    assert Item.objects.get().status == "completed"
    event = cast.project.events.get(object_type="deletion", object_id=str(trace.pk))
    assert (event.to_value, event.actor, event.actor_kind) == ("1", cast.manager, "token")


def test_the_list_asks_the_same_however_long_it_is(cast: Cast, program: Make) -> None:
    asking, counts = program("read"), list[int]()
    for number in (1, 6):
        for _ in range(number):
            factories.make_trace(cast.project)
        with CaptureQueriesContext(connection) as asked:
            asking.traces("GET")
        counts.append(len(asked) - (not counts))  # the first use is noted
    assert counts[0] == counts[1]
