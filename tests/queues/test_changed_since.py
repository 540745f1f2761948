"""An item whose source has got further spans says so, whichever way they came; it stays itself."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.items.adding import add_sources, start_batch
from queues.models import Item, Queue
from queues.queries.changed import changed_since
from reviews.invariants import check
from tests import factories
from tests.conftest import Cast
from tests.otlp.sending import in_json, log, logs_request, request, span
from tests.reviews.judging import Judge
from tests.reviews.test_waiting_scores import upload
from tests.reviews.working import Worker
from traces.actions.log_events import receive_log_events
from traces.actions.receiving import read_batch, receive_parts, receive_traces
from traces.ingest.formats.otlp_logs import read_event, records_of
from traces.ingest.formats.otlp_request import otlp_parts
from traces.sources import SourceKind

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
SESSION = {"session.id": "talk"}


def sent(*numbers: int, trace: int = 1, **told: Any) -> Any:
    spans = [span(number, SESSION | told, trace=trace) for number in numbers]
    return in_json(request(*spans))


def by_otlp(cast: Cast, body: Any) -> None:
    receive_parts(project=cast.project, parts=otlp_parts(body), actor=SYSTEM)


def by_rest(cast: Cast, body: Any) -> None:
    rows = read_batch(json.dumps(body).encode())
    receive_traces(project=cast.project, rows=rows, actor=SYSTEM)


def by_file(cast: Cast, body: Any) -> None:
    upload(cast, body)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Items of a trace, of its span and of its session."""
    by_otlp(cast, sent(1))
    trace = cast.project.traces.get()
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], reviewers=[cast.reviewer],
        requires_review=True,
    )  # fmt: skip
    for kind, key in ((SourceKind.TRACE, str(trace.pk)), (SourceKind.SESSION, "talk"),
                      (SourceKind.SPAN, f"{trace.pk}/{1:016x}")):  # fmt: skip
        batch = start_batch(queue=queue, by=cast.manager, display={"inputs": []}, filter={})
        add_sources(queue=queue, kind=kind, keys=[key], batch=batch, actor=SYSTEM)
    return queue


def changed(queue: Queue) -> set[str]:
    """The kinds of those that changed."""
    items = {item.pk: item.source_kind for item in queue.items.all()}
    return {items[pk] for pk in changed_since(items)}


ALL = {"trace", "span", "session"}


@pytest.mark.parametrize("come", [by_otlp, by_rest, by_file])
def test_spans_that_come_late_mark_the_item_and_leave_its_snapshot(
    cast: Cast, queue: Queue, come: Callable[[Cast, Any], None]
) -> None:
    before = list(Item.objects.order_by("pk").values_list("snapshot", "snapshot_hash"))
    come(cast, sent(1))
    assert changed(queue) == set()
    come(cast, sent(2))
    assert changed(queue) == ALL
    assert list(Item.objects.order_by("pk").values_list("snapshot", "snapshot_hash")) == before
    assert check() == []


def test_a_span_that_says_more_and_a_log_record_change_it_too(cast: Cast, queue: Queue) -> None:
    records = records_of(in_json(logs_request(log("gen_ai.user.message", body={"content": "Hi"}))))
    events = [read_event(one[2]) for one in records]
    receive_log_events(project=cast.project, events=events)
    assert changed(queue) == ALL


def test_another_trace_changes_the_session_alone(cast: Cast, queue: Queue) -> None:
    by_otlp(cast, sent(9, trace=2))
    assert changed(queue) == {"session"}


def test_what_was_added_after_the_change_has_not_changed(cast: Cast, queue: Queue) -> None:
    by_otlp(cast, sent(2))
    later = factories.make_queue(cast.project, annotators=[cast.annotator])
    factories.add_items(later, [cast.project.traces.get()])
    assert changed(later) == set()


def test_a_deleted_trace_and_an_item_from_before_the_count_are_not_marked(
    cast: Cast, queue: Queue
) -> None:
    by_otlp(cast, sent(2))
    Item.objects.filter(source_kind="session").update(source_changes=None)
    assert changed(queue) == {"trace", "span"}
    cast.project.traces.all().delete()
    assert changed(queue) == set()


def test_pages_say_so_to_those_who_manage_read_or_review_and_to_no_annotator(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    item = queue.items.get(source_kind="trace")
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.pick(item), "true")
    Judge(queue, cast.reviewer).open(item)
    listed = reverse("queues:queue-detail", args=[cast.project.slug, queue.pk])
    own = reverse("queues:item-detail", args=[cast.project.slug, queue.pk, item.pk])
    review = reverse("reviews:item-review", args=[cast.project.slug, queue.pk, item.pk])
    read = [(cast.manager, listed), (cast.viewer, listed), (cast.manager, own),
            (cast.viewer, own), (cast.reviewer, review)]  # fmt: skip

    def pages() -> list[str]:
        return [browser_of(user).get(address).content.decode() for user, address in read]

    assert not [page for page in pages() if "Changed since" in page]
    by_otlp(cast, sent(2))
    assert [page.count("Changed since") for page in pages()] == [3, 3, 1, 1, 1]
    assert "Changed since" not in browser_of(cast.annotator).get(listed).content.decode()


def test_it_costs_one_statement_for_few_and_many_and_reads_no_content(
    cast: Cast, queue: Queue
) -> None:
    factories.add_items(queue, [factories.make_trace(cast.project) for _ in range(20)])
    for items in (list(queue.items.all())[:1], list(queue.items.all())):
        with CaptureQueriesContext(connection) as asked:
            changed_since([item.pk for item in items])
        [statement] = [query["sql"] for query in asked.captured_queries]
        assert "snapshot" not in statement
        assert "attributes" not in statement
