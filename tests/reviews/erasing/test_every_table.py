"""Every table that can hold content of a trace is known here, and empty of it after an erasure."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models

from annotate_site.projects.events import SYSTEM
from reviews.actions.reporting import report_scores
from reviews.erasing.job import start_erasure
from reviews.erasing.of_sender import count_erasable
from reviews.invariants import check
from tests import factories
from tests.browser.poison import APPS, TEXTS
from tests.conftest import Cast
from tests.otlp.sending import in_json, log, logs_request, request, span
from tests.reviews.judging import Judge
from tests.reviews.working import Worker
from tests.traces.datasets.making import add, make_dataset
from traces.actions.log_events import receive_log_events
from traces.actions.receiving import receive_parts
from traces.actions.uploading import receive_upload, start_import
from traces.ingest.formats.otlp_logs import read_event, records_of
from traces.ingest.formats.otlp_request import otlp_parts
from traces.ingest.judgments import Judgment
from traces.models import RefusedRows, Trace

from .test_of_sender import SECRET, WHO, everywhere

pytestmark = pytest.mark.django_db

# Tables that the scene below fills with the person's words.
FILLED = {
    "traces.Trace", "traces.Span", "traces.TraceAttribute", "traces.TraceText",
    "traces.TraceFeedback", "traces.LogEvent", "traces.DatasetRow", "traces.Upload",
    "queues.Item", "queues.Reservation",
    "reviews.Annotation", "reviews.Score", "reviews.WaitingScore", "reviews.Review",
}  # fmt: skip
# Filters, and keys that are forgotten: tests of their own in `test_of_sender`.
FILTERS = {"traces.SavedView", "traces.DatasetAddition", "queues.Batch", "queues.Rule",
           "projects.Job"}  # fmt: skip
PACKED = {"traces.RefusedRows", "projects.JobError"}  # go with their upload
# What managers write, ids, states, counts and hashes: nothing that a trace contains.
WITHOUT = {
    "projects.User", "projects.Project", "projects.Membership", "projects.Invitation",
    "projects.SignInLink", "projects.Event", "projects.Outbox", "projects.IdempotencyKey",
    "projects.Heartbeat", "projects.ApiToken", "projects.Notice", "projects.NoticeChoice",
    "projects.Mail",
    "fields.Field", "traces.ScoreName", "traces.ChosenColumns", "traces.Dataset",
    "traces.DatasetVersion", "traces.TraceQueue",
    "queues.Queue", "queues.GuidelinesVersion", "queues.QueueParts", "queues.ShareLink",
    "queues.Slot",
}  # fmt: skip


def test_every_table_with_texts_is_known_to_the_erasure() -> None:
    with_texts = {
        f"{model._meta.app_label}.{model.__name__}"
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if any(isinstance(one, (*TEXTS, models.BinaryField)) for one in model._meta.fields)
    }
    assert with_texts == FILLED | FILTERS | PACKED | WITHOUT


def said(trace: str, span_id: str, session: str = "") -> Judgment:
    raw = {"said": SECRET}
    return Judgment(trace, span_id, session, "Kind", [SECRET], SECRET, "model", "", "j", "1", raw)


def receive(cast: Cast) -> Trace:
    """A trace by OTLP with log records and scores, of which some wait."""
    told = {"user.id": WHO, "session.id": "talk", "note": SECRET, "input.value": SECRET}
    parts = otlp_parts(in_json(request(span(1, told, name=SECRET))))
    receive_parts(project=cast.project, parts=parts, actor=SYSTEM)
    records = [
        log("gen_ai.user.message", body={"content": SECRET}, number=number) for number in (1, 2)
    ]
    events = [read_event(one[2]) for one in records_of(in_json(logs_request(*records)))]
    receive_log_events(project=cast.project, events=events)
    trace = cast.project.traces.get()
    token, _ = factories.make_secret_token(cast.project, cast.manager, "ingest")
    judgments = [said(trace.trace_id, ""), said(trace.trace_id, "f" * 16)]
    report_scores(project=cast.project, token=token, judgments=judgments, actor=SYSTEM)
    return trace


def judge(cast: Cast, traces: list[Trace]) -> None:
    """Answered, rejected with remarks, skipped with a reason, answered again as a draft."""
    field = factories.make_field(cast.project, "text", name="Why")
    queue = factories.make_queue(
        cast.project, fields=[field], annotators=[cast.annotator, cast.second],
        reviewers=[cast.reviewer], requires_review=True,
    )  # fmt: skip
    items = factories.add_items(queue, traces)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.pick(items[0]), SECRET)
    judge_of = Judge(queue, cast.reviewer)
    judge_of.open(items[0])
    judge_of.reject(items[0], SECRET)
    worker.skip(worker.pick(items[1]), SECRET)
    other = Worker(queue, cast.second)
    other.save(other.pick(items[1]), SECRET)


def upload(cast: Cast) -> None:
    file = ContentFile(b'["not an object, by ' + SECRET.encode() + b'", {"q": "1", "a": "2"}]')
    name = f"{SECRET}.json"
    given = receive_upload(project=cast.project, by=cast.manager, file=file, filename=name)
    start_import(upload=given, by=cast.manager, at_once=True)
    assert RefusedRows.objects.count() == 1


def test_no_table_has_their_words_after_an_erasure(cast: Cast) -> None:
    upload(cast)
    cast.project.traces.all().delete()
    first = receive(cast)
    second = factories.make_trace(cast.project, SECRET, user_id=WHO)
    judge(cast, [first, second])
    add(make_dataset(cast.project, cast.manager), cast.manager, [first, second])
    tables = {apps.get_model(name)._meta.db_table for name in FILLED}
    assert tables - set(everywhere(SECRET)) == set()
    assert count_erasable(cast.project, WHO).others == 3
    job = start_erasure(project=cast.project, user_id=WHO, reason="Letter", by=cast.manager)
    job.refresh_from_db()
    assert (job.state, job.result["others"]) == ("done", 3)
    assert everywhere(SECRET) == []
    assert everywhere(WHO) == []
    assert not RefusedRows.objects.exists()
    assert check() == []
