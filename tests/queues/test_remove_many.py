"""Many items are removed by a job, batch by batch: each once, whatever happens in between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotate_site.jobs import running
from annotate_site.jobs.outbox import FIRST_PAUSE, drain
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, Job, Outbox, User
from queues import jobs
from queues.actions.assignment.claiming import claim_next
from queues.actions.items.changing import Removed, remove_item, remove_some
from queues.models import Item, Queue, Slot
from traces.models import TraceQueue

from .. import factories
from ..bench.bulk import grown_queue
from ..conftest import Cast
from .pages import url

BrowserOf = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def start(client: Client, queue: Queue) -> Job:
    """All items of the queue, as the list's page sends them."""
    client.post(url("items-remove", queue.project, queue), {"all": "1", "sure": "1"})
    return Job.objects.get(kind=jobs.REMOVE_ITEMS)


def removals(queue: Queue) -> list[str]:
    told = Event.objects.filter(queue_id=queue.pk, attribute="removed", to_value="removed")
    return sorted(told.values_list("object_id", flat=True))


def test_each_item_is_removed_once_though_its_batches_stop_and_fail(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch is a slice, and one fails once after it has removed its items."""
    monkeypatch.setattr(running, "SLICE", timedelta())
    monkeypatch.setattr("queues.views.item_life.BATCH", 3)
    monkeypatch.setattr(jobs, "BATCH", 4)
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=14)
    job = start(browser_of(cast.manager), queue)
    held = claim_next(queue_id=queue.pk, user=cast.annotator)
    gone = queue.items.order_by("-seq")[0]
    remove_item(queue=queue, item_id=gone.pk, confirmed=False, actor=SYSTEM)
    factories.finish(queue.items.order_by("seq")[5].pk)
    calls: list[Removed] = []

    def remove_and_fail_once(**given: Any) -> Removed:
        removed = remove_some(**given)
        calls.append(removed)
        if len(calls) == 2:
            raise OperationalError("the connection is gone")
        return removed

    monkeypatch.setattr(jobs, "remove_some", remove_and_fail_once)
    assert drain() == 0
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("waiting", 4, 14)
    assert len(removals(queue)) == 3 + 1
    Outbox.objects.update(due_at=F("due_at") - FIRST_PAUSE)
    assert drain() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.failure) == ("done", 14, "")
    assert job.result == {"queue": str(queue.pk), "removed": 13, "held": 1}
    assert list(queue.items.present()) == [Item.objects.get(pk=held.item_id)]
    removed = queue.items.exclude(removed_at=None).values_list("pk", flat=True)
    assert removals(queue) == sorted(map(str, removed))
    assert TraceQueue.objects.filter(queue_id=queue.pk).count() == 1
    assert not Slot.objects.filter(item__in=removed).exclude(state__in=["void", "done"]).exists()


def test_a_queue_of_which_all_that_was_open_is_removed_completes(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queues.views.item_life.BATCH", 1)
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3)
    first, *rest = queue.items.order_by("seq")
    factories.finish(first.pk)
    client = browser_of(cast.manager)
    data = {"item": [str(item.pk) for item in rest], "sure": "1"}
    client.post(url("items-remove", cast.project, queue), data)
    assert drain() == 1
    queue.refresh_from_db()
    assert (queue.status, queue.completed_by) == ("completed", "itself")


@pytest.mark.breaks_promises  # rows in bulk have no events
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "items", [1_200, pytest.param(100_000, marks=pytest.mark.soak, id="100000")]
)
def test_a_large_queue_is_emptied(cast: Cast, browser_of: BrowserOf, items: int) -> None:
    field = factories.make_field(cast.project)
    queue = grown_queue(cast.project, [field], items, {cast.annotator: 0})
    client = browser_of(cast.manager)
    job = start(client, queue)
    while job.state != "done":
        drain()
        job.refresh_from_db()
        assert job.state in ("waiting", "done"), job.failure
    assert (job.result["removed"], job.done, job.total) == (items, items, items)
    assert not queue.items.present().exists()
    assert len(removals(queue)) == items
    assert not Slot.objects.filter(queue=queue).exclude(state="void").exists()


def test_the_page_of_a_job_does_not_read_its_thousands_of_ids(
    cast: Cast, browser_of: BrowserOf
) -> None:
    """It asks each second, and a hundred thousand ids are four megabytes."""
    job = Job.objects.create(
        project=cast.project, kind=jobs.REMOVE_ITEMS, title="Remove", params={"items": ["x"]}
    )
    client = browser_of(cast.manager)
    asked = f"/p/{cast.project.slug}/jobs/{job.pk}/"
    with CaptureQueriesContext(connection) as queries:
        client.get(asked)
    about = [one["sql"] for one in queries if 'FROM "projects_job"' in one["sql"]]
    assert about
    assert not any(f'"{column}",' in one for one in about for column in ("params", "cursor"))
