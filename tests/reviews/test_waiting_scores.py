"""What was said of traces before they came becomes scores whichever way they come."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from annotate_site import sql
from annotate_site.jobs.pruning import KEEP_LOG_EVENTS, prune
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, Project
from reviews.actions import settling
from reviews.actions.reporting import report_scores
from reviews.actions.settling import settle_left
from reviews.invariants import check
from reviews.models import Score, WaitingScore
from reviews.tasks import settle
from tests import factories
from tests.conftest import Cast
from tests.otlp.sending import in_json, request, span
from traces.actions.receiving import read_batch, receive_parts, receive_traces
from traces.actions.uploading import receive_upload, start_import
from traces.ingest.formats.otlp_request import otlp_parts
from traces.ingest.judgments import Judgment
from traces.models import LogEvent

pytestmark = pytest.mark.django_db
TRACE, SPAN, SESSION = f"{1:032x}", f"{1:016x}", "talk"
REQUEST = in_json(request(span(1, {"session.id": SESSION})))
OWN = {
    "trace_id": TRACE, "session_id": SESSION,
    "spans": [{"span_id": SPAN, "name": "answer", "inputs": {"q": 1}, "outputs": {"a": 1}}],
}  # fmt: skip


def said(trace: str = TRACE, span_id: str = SPAN, session: str = "", value: Any = 0.5) -> Judgment:
    return Judgment(trace, span_id, session, "Helpful", [value], "Why.", "model", "", "j", "1", {})


SPAN_TRACE_AND_SESSION = [said(), said(span_id=""), said("", "", SESSION)]


def report(cast: Cast, *judgments: Judgment) -> None:
    token, _ = factories.make_secret_token(cast.project, cast.manager, "ingest")
    report_scores(project=cast.project, token=token, judgments=judgments, actor=SYSTEM)


def by_otlp(cast: Cast) -> None:
    receive_parts(project=cast.project, parts=otlp_parts(REQUEST), actor=SYSTEM)


def by_rest(cast: Cast) -> None:
    rows = read_batch(json.dumps([OWN]).encode())
    receive_traces(project=cast.project, rows=rows, actor=SYSTEM)


def by_rest_as_otlp(cast: Cast) -> None:
    rows = read_batch(json.dumps(REQUEST).encode())
    receive_traces(project=cast.project, rows=rows, actor=SYSTEM)


def upload(cast: Cast, content: Any) -> dict[str, Any]:
    """What became of its rows."""
    file = ContentFile(json.dumps(content).encode())
    given = receive_upload(project=cast.project, by=cast.manager, file=file, filename="a.json")
    job = start_import(upload=given, by=cast.manager, at_once=True)
    job.refresh_from_db()
    assert job.state == "done", job.failure
    result: dict[str, Any] = job.result
    return result


def by_file(cast: Cast) -> None:
    upload(cast, [OWN])


def by_otlp_file(cast: Cast) -> None:
    upload(cast, REQUEST)


@pytest.mark.parametrize("come", [by_otlp, by_rest, by_rest_as_otlp, by_file, by_otlp_file])
def test_scores_that_waited_settle_whichever_way_the_trace_comes(
    cast: Cast, come: Callable[[Cast], None]
) -> None:
    report(cast, *SPAN_TRACE_AND_SESSION)
    assert (Score.objects.count(), WaitingScore.objects.count()) == (0, 3)
    come(cast)
    trace = cast.project.traces.get()
    keys = Score.objects.order_by("pk").values_list("target_key", flat=True)
    assert list(keys) == [f"{trace.pk}/{SPAN}", str(trace.pk), SESSION]
    assert not WaitingScore.objects.exists()
    assert check() == []


def carrier(trace: int = 1, number: int = 1) -> dict[str, Any]:
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

    link = Span.Link(trace_id=trace.to_bytes(16, "big"), span_id=number.to_bytes(8, "big"))
    told = {"name": "Polite", "score": 1.0, "annotator_kind": "HUMAN", "identifier": "ada"}
    given = {f"annotations.0.annotation.{key}": value for key, value in told.items()}
    return in_json(request(span(7, given, trace=9, links=[link], name="judge")))


def test_feedback_spans_in_a_file_become_scores_and_no_traces(cast: Cast) -> None:
    assert upload(cast, carrier())["added"] == 1
    assert not cast.project.traces.exists()
    assert WaitingScore.objects.count() == 1
    by_rest(cast)
    score = Score.objects.get()
    assert (score.source_kind, score.source_key, score.value) == ("human", "ada", 1.0)
    again = upload(cast, carrier())
    assert (again["added"], again["already_there"]) == (0, 1)
    assert Score.objects.count() == 1


def test_the_sweep_settles_what_a_race_left_and_leaves_what_still_waits(cast: Cast) -> None:
    by_rest(cast)
    waits = said(span_id="f" * 16)
    token, _ = factories.make_secret_token(cast.project, cast.manager, "ingest")
    for one in (*SPAN_TRACE_AND_SESSION, waits, said("", "", "another talk")):
        WaitingScore.objects.create(
            project=cast.project, token=token, of_trace=one.trace_id, span_id=one.span_id,
            session_id=one.session_id, digest=one.digest, said=one._asdict(),
        )  # fmt: skip
    settle()
    assert Score.objects.count() == 3
    assert WaitingScore.objects.count() == 2
    assert settle_left() == 0


def test_the_sweep_looks_at_all_that_waits_and_at_no_other_project(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "BATCH", 2)
    for project in (cast.project, cast.other_project):
        for number in range(5):
            one = said(f"t {number}", "")
            WaitingScore.objects.create(
                project=project, of_trace=one.trace_id, digest=one.digest, said=one._asdict()
            )
    for number in (1, 4):
        factories.make_trace(cast.project, trace_id=f"t {number}")
    assert settle_left() == 2
    assert set(Score.objects.values_list("project", flat=True)) == {cast.project.pk}
    assert WaitingScore.objects.filter(project=cast.other_project).count() == 5


def age(model: Any, by: timedelta) -> None:
    model.objects.update(created_at=sql.clock() - by)


def log_event(project: Project, of_trace: str, **more: Any) -> None:
    LogEvent.objects.create(
        project=project, of_trace=of_trace, span_id="root", digest="d", time=1, event={}, **more
    )


def test_what_waited_too_long_is_dropped_and_an_event_says_how_much(cast: Cast) -> None:
    here = factories.make_trace(cast.project)
    report(cast, *SPAN_TRACE_AND_SESSION)
    log_event(cast.project, TRACE)
    log_event(cast.project, here.trace_id, trace=here)
    age(WaitingScore, KEEP_LOG_EVENTS - timedelta(minutes=1))
    age(LogEvent, KEEP_LOG_EVENTS - timedelta(minutes=1))
    assert prune() == 0
    age(WaitingScore, KEEP_LOG_EVENTS + timedelta(minutes=1))
    age(LogEvent, KEEP_LOG_EVENTS + timedelta(minutes=1))
    assert prune() == 5
    told = Event.objects.filter(object_type="deletion").order_by("pk")
    assert list(told.values_list("attribute", "to_value", "project", "actor_kind")) == [
        ("waiting log records", "1", cast.project.pk, "beat"),
        ("waiting scores", "3", cast.project.pk, "beat"),
    ]
    assert prune() == 0
    assert check() == []


def test_what_waits_is_kept_no_longer_than_the_project_keeps_traces(cast: Cast) -> None:
    for project, keep in ((cast.project, 2), (cast.other_project, None)):
        project.keep_traces = keep
        project.save()
        one = said()
        WaitingScore.objects.create(project=project, of_trace=TRACE, digest="1", said=one._asdict())
        log_event(project, TRACE)
    age(WaitingScore, timedelta(days=2, minutes=1))
    age(LogEvent, timedelta(days=2, minutes=1))
    assert prune() == 2
    assert [one.project for one in WaitingScore.objects.all()] == [cast.other_project]
    assert [one.project for one in LogEvent.objects.all()] == [cast.other_project]
