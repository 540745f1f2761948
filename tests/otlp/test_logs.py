"""Log records of GenAI events add what they say to their span, whichever of both comes first."""

from datetime import timedelta
from itertools import permutations
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from annotate_site import sql
from annotate_site.jobs.pruning import KEEP_LOG_EVENTS, prune
from tests.conftest import Cast
from tests.traces.test_converging import rows
from traces.models import LogEvent
from traces.payloads import load_payload

from .conftest import Make
from .sending import Sender, log, logs_request, refused, refused_logs, request, span

pytestmark = pytest.mark.django_db
ASKED = [{"role": "user", "parts": [{"type": "text", "content": "Is it mended?"}]}]
ANSWERED = [{"role": "assistant", "parts": [{"type": "text", "content": "By noon."}]}]
DETAILS = log(
    "gen_ai.client.inference.operation.details",
    {"gen_ai.input.messages": ASKED, "gen_ai.output.messages": ANSWERED,
     "gen_ai.request.model": "small-1", "gen_ai.usage.input_tokens": 9},
)  # fmt: skip
OLD = [
    log("gen_ai.system.message", body={"content": "Be kind."}, time=1),
    log("gen_ai.user.message", body={"content": "Is it mended?"}, time=2),
    log("gen_ai.choice", {"gen_ai.system": "x"}, time=3,
        body={"index": 0, "message": {"role": "assistant", "content": "By noon."}}),
]  # fmt: skip
BARE = span(1, {"gen_ai.operation.name": "chat"})


def send(sender: Sender, one: Any) -> None:
    if isinstance(one, Span):
        assert refused(sender.send(request(one))) == (0, "")
    else:
        assert refused_logs(sender.send(logs_request(one), "/v1/logs")) == (0, "")


@pytest.mark.parametrize("first", [True, False])
def test_the_event_of_today_gives_its_span_the_conversation(
    cast: Cast, each: Sender, first: bool
) -> None:
    for one in (DETAILS, BARE) if first else (BARE, DETAILS):
        send(each, one)
    trace = cast.project.traces.get()
    assert load_payload(trace).inputs["messages"] == ASKED
    assert load_payload(trace).outputs["messages"] == ANSWERED
    assert (trace.input_preview, trace.output_preview) == ("Is it mended?", "By noon.")
    assert (trace.model, trace.tokens_in, trace.span_count) == ("small-1", 9, 1)
    assert LogEvent.objects.get().trace == trace


def test_messages_one_by_one_join_in_their_order_whatever_order_they_came_in(
    cast: Cast, sender: Make
) -> None:
    asking, found = sender(), []
    for order in permutations([*OLD, BARE]):
        cast.project.traces.all().delete()
        assert not LogEvent.objects.exists()
        for one in (*order, order[0]):
            send(asking, one)
        found.append(rows(cast.project))
    assert all(one == found[0] for one in found)
    payload = load_payload(cast.project.traces.get())
    assert [one["role"] for one in payload.inputs["messages"]] == ["system", "user"]
    assert payload.outputs["messages"][0]["content"] == "By noon."


def test_what_the_span_says_itself_counts_before_its_log_records(cast: Cast, sender: Make) -> None:
    own = span(1, {"gen_ai.input.messages": '[{"role": "user", "content": "Mine?"}]'})
    for one in (DETAILS, BARE, own, DETAILS):
        send(sender(), one)
    (stored,) = cast.project.traces.get().spans.all()
    assert stored.inputs["messages"][0]["content"] == "Mine?"
    assert stored.outputs["messages"] == ANSWERED


def test_other_log_records_are_refused_with_a_reason(cast: Cast, each: Sender) -> None:
    given = [log("app.started"), log("gen_ai.choice", trace=0), DETAILS]
    count, why = refused_logs(each.send(logs_request(*given), "/v1/logs"))
    assert count == 2
    assert why == (
        "Of log records only GenAI events are kept. A log record has no traceId and spanId."
    )
    assert LogEvent.objects.count() == 1
    assert not cast.project.traces.exists()


@pytest.mark.parametrize("body", [b"\xff", b"{", b"\x0a\x05"])
def test_what_is_no_request_is_400(each: Sender, body: bytes) -> None:
    assert each.send(body, "/v1/logs").status_code == 400


def test_log_records_need_a_token_that_may_send(sender: Make) -> None:
    assert Sender("").send(logs_request(DETAILS), "/v1/logs").status_code == 401
    assert sender("read").send(logs_request(DETAILS), "/v1/logs").status_code == 403
    assert not LogEvent.objects.exists()


def test_those_of_another_project_stay_there(cast: Cast, sender: Make) -> None:
    LogEvent.objects.create(
        project=cast.other_project, of_trace=f"{1:032x}", span_id=f"{1:016x}", digest="d", time=1,
        event={"name": "gen_ai.user.message", "attributes": {"content": "Theirs."}},
    )  # fmt: skip
    send(sender(), BARE)
    assert cast.project.traces.get().input_preview == ""


def test_what_waited_too_long_is_pruned(sender: Make) -> None:
    send(sender(), DETAILS)
    prune()
    assert LogEvent.objects.count() == 1
    sql.run("update traces_logevent set created_at = created_at - %s",
            [KEEP_LOG_EVENTS + timedelta(minutes=1)])  # fmt: skip
    prune()
    assert not LogEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_span_and_its_log_record_at_once_always_meet(cast: Cast, sender: Make) -> None:
    asking, errors = sender(), []

    def sent(at_once: Barrier, one: Any) -> None:
        try:
            at_once.wait()
            send(asking, one)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    for number in range(1, 9):
        at_once = Barrier(2)
        pair = (span(1, trace=number), log("gen_ai.user.message", body={"content": "Now?"},
                                           trace=number))  # fmt: skip
        threads = [Thread(target=sent, args=[at_once, one]) for one in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not errors
    previews = cast.project.traces.values_list("input_preview", flat=True)
    assert list(previews) == ["Now?"] * 8
