"""Traces go when their project's time is over, in batches by a job; copies in queues stay."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotate_site import sql
from annotate_site.jobs import run_job, running
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, Job, JobError, Project, User
from queues.models import Item
from tests import factories
from tests.conftest import Cast
from traces import jobs
from traces.actions.keeping import NoSuchTime, count_expired, keep_traces, start_due
from traces.actions.uploading import receive_upload, start_import
from traces.models import Span, Trace, TraceAttribute, TraceFeedback, TraceQueue, Upload

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def aged(project: Project, *days: int) -> list[Trace]:
    found = []
    for age in days:
        trace = factories.make_trace(project, name=f"{age} days")
        at = sql.clock() - timedelta(days=age, minutes=1)
        Trace.objects.filter(pk=trace.pk).update(created_at=at)
        found.append(trace)
    return found


def names(project: Project) -> list[str]:
    return sorted(project.traces.values_list("name", flat=True))


def run_due() -> Job:
    assert start_due() == 1
    job = Job.objects.get(kind="expire_traces", state="waiting")
    while run_job(str(job.pk)):
        pass
    job.refresh_from_db()
    return job


def test_without_a_setting_nothing_goes(cast: Cast) -> None:
    aged(cast.project, 4000)
    assert start_due() == 0
    assert names(cast.project) == ["4000 days"]


def test_what_is_older_goes_by_a_job_in_batches_each_with_its_event(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "EXPIRED_AT_ONCE", 2)
    monkeypatch.setattr(running, "SLICE", running.SLICE * 0)
    aged(cast.project, 29, 30, 31, 400)
    aged(cast.other_project, 400)
    keep_traces(project=cast.project, days=30, actor=SYSTEM)
    job = run_due()
    assert job.result == {"deleted": 3, "uploads": 0}
    assert names(cast.project) == ["29 days"]
    assert names(cast.other_project) == ["400 days"]
    told = Event.objects.filter(object_type="deletion").order_by("id")
    assert list(told.values_list("object_id", "from_value", "to_value", "reason")) == [
        (str(job.pk), "", "2", "older than 30 days"),
        (str(job.pk), "2", "3", "older than 30 days"),
    ]
    assert set(told.values_list("actor_kind", flat=True)) == {"beat"}
    assert start_due() == 0


def test_a_trace_goes_with_all_that_hangs_on_it_and_items_keep_their_copies(cast: Cast) -> None:
    [old] = aged(cast.project, 40)
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    [item] = factories.add_items(queue, [old])
    keep_traces(project=cast.project, days=30, actor=SYSTEM)
    run_due()
    kept = Item.objects.get(pk=item.pk)
    assert (kept.snapshot, kept.status) == (item.snapshot, "pending")
    for model in (Span, TraceAttribute, TraceFeedback, TraceQueue):
        assert not model._default_manager.filter(trace=old.pk).exists()


def test_old_uploads_go_with_their_files_but_not_while_they_are_imported(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def upload() -> Upload:
        file = ContentFile(b'[{"inputs": {"q": 1}, "outputs": {}}]')
        return receive_upload(project=cast.project, by=cast.manager, file=file, filename="a.json")

    done, waiting, new = upload(), upload(), upload()
    for one, at_once in ((done, True), (waiting, False)):
        job = start_import(upload=one, by=cast.manager, at_once=at_once)
        JobError.objects.create(job=job, row=1, message="The secret")
    aging = Upload.objects.filter(pk__in=[done.pk, waiting.pk])
    aging.update(created_at=sql.clock() - timedelta(days=40))
    keep_traces(project=cast.project, days=30, actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        assert run_due().result["uploads"] == 1
    assert set(Upload.objects.all()) == {waiting, new}
    assert JobError.objects.get().job.upload == waiting
    exists = new.file.storage.exists
    assert [exists(str(one.file.name)) for one in (done, waiting, new)] == [False, True, True]


def test_a_setting_changed_meanwhile_ends_the_job(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "EXPIRED_AT_ONCE", 1)
    monkeypatch.setattr(running, "SLICE", running.SLICE * 0)
    aged(cast.project, 31, 32)
    keep_traces(project=cast.project, days=30, actor=SYSTEM)
    start_due()
    job = Job.objects.get()
    assert run_job(str(job.pk))
    keep_traces(project=cast.project, days=None, actor=SYSTEM)
    while run_job(str(job.pk)):
        pass
    assert names(cast.project) == ["31 days"]


def test_a_second_clock_starts_no_second_job(cast: Cast) -> None:
    aged(cast.project, 31)
    keep_traces(project=cast.project, days=30, actor=SYSTEM)
    assert [start_due(), start_due()] == [1, 0]


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_time_that_cannot_be_is_refused(cast: Cast, days: int) -> None:
    with pytest.raises(NoSuchTime):
        keep_traces(project=cast.project, days=days, actor=SYSTEM)


def test_a_batch_costs_the_same_statements_for_few_and_many_and_reads_no_content(
    cast: Cast,
) -> None:
    def statements(count: int) -> list[str]:
        aged(cast.project, *([40] * count))
        job = Job.objects.create(
            project=cast.project, kind="expire_traces", title="x", params={"days": 30}
        )
        with CaptureQueriesContext(connection) as asked:
            run_job(str(job.pk))
        return [query["sql"] for query in asked.captured_queries]

    keep_traces(project=cast.project, days=30, actor=SYSTEM)
    few, many = statements(1), statements(20)
    assert len(few) == len(many)
    assert not [one for one in many if "attributes" in one or "inputs" in one]


def test_a_manager_is_told_the_number_before_anything_is_set(
    cast: Cast, browser_of: BrowserOf
) -> None:
    old = aged(cast.project, 40, 50, 1)
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    factories.add_items(queue, old[:1])
    assert count_expired(cast.project, 30).open == 1
    client, address = browser_of(cast.manager), reverse("traces:keeping", args=[cast.project.slug])

    def post(**data: str) -> str:
        return " ".join(client.post(address, data).content.decode().split())

    page = post(days="30")
    assert "2 traces arrived more than 30 days ago" in page
    assert "1 of them is in queues and not completed yet" in page
    assert "Delete 2 traces and keep 30 days" in page
    assert "arrived more than 10 days ago" in post(days="10", confirm="30")
    cast.project.refresh_from_db()
    assert cast.project.keep_traces is None
    post(days="30", confirm="30")
    cast.project.refresh_from_db()
    assert cast.project.keep_traces == 30
    event = Event.objects.get(attribute="days traces are kept")
    assert (event.actor, event.from_value, event.to_value) == (cast.manager, "", "30")
    assert client.post(address, {"days": "0"}).status_code == 422
    post(days="")
    cast.project.refresh_from_db()
    assert cast.project.keep_traces is None
    assert names(cast.project) == ["1 days", "40 days", "50 days"]
