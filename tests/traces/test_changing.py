"""Many traces at once: tagged or deleted, at once or by a job, with an event and a page before."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site import sql
from annotate_site.jobs import run_job
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, Job, User
from queues.models import Item
from reviews.models import Score
from tests import factories
from tests.conftest import Cast
from tests.reviews.working import Worker
from traces.actions.changing import Bulk, delete_traces, tag_traces
from traces.attribute_rows import fill_attributes
from traces.models import Span, Trace, TraceAttribute, TraceFeedback, TraceQueue

Browser = Callable[[User], Client]


def tags(cast: Cast) -> list[list[str]]:
    return list(cast.project.traces.order_by("name").values_list("tags", flat=True))


def tag(cast: Cast, add: list[str], remove: list[str], bulk: Bulk | None = None) -> int:
    ids = list(cast.project.traces.values_list("pk", flat=True))
    return tag_traces(
        project=cast.project, ids=ids, add=add, remove=remove, actor=SYSTEM,
        bulk=bulk or Bulk(str(uuid4())),
    )  # fmt: skip


def test_tags_are_added_behind_those_that_are_there(cast: Cast) -> None:
    given: list[list[str]] = [[], ["b", "a"], ["c"]]
    for number, one in enumerate(given):
        factories.make_trace(cast.project, name=str(number), tags=one)
    foreign = factories.make_trace(cast.other_project, tags=["c"])
    assert tag(cast, ["a", "d"], ["c"]) == 3
    assert tags(cast) == [["a", "d"], ["b", "a", "d"], ["a", "d"]]
    assert tag(cast, ["a"], ["x"]) == 0
    assert Trace.objects.get(pk=foreign.pk).tags == ["c"]


def test_a_trace_keeps_its_first_tags_where_there_is_no_room(cast: Cast) -> None:
    full = [f"t{number}" for number in range(50)]
    factories.make_trace(cast.project, tags=full)
    assert tag(cast, ["new"], []) == 0
    assert tag(cast, ["new"], ["t3"]) == 1
    assert len(tags(cast)[0]) == 50
    assert tags(cast)[0][-1] == "new"


def test_each_change_of_many_leaves_an_event_that_continues_the_last(cast: Cast) -> None:
    factories.make_trace(cast.project)
    tag(cast, ["a"], [], Bulk("b"))
    tag(cast, ["b"], ["a"], Bulk("b", 1))
    events = Event.objects.filter(object_type="tagging").order_by("id")
    told = [(one.from_value, one.to_value, one.reason) for one in events]
    assert told == [("", "1", "added a"), ("1", "2", "added b, removed a")]


def test_a_deleted_trace_leaves_its_items_and_answers(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager, annotators=[cast.annotator])
    traces = [factories.make_trace(cast.project, attributes={"a": 1}) for _ in range(2)]
    fill_attributes(cast.project.pk, [trace.pk for trace in traces])
    item = factories.add_items(queue, traces[:1])[0]
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    assert TraceFeedback.objects.filter(trace=traces[0]).exists()
    snapshot = Item.objects.get(pk=item.pk).snapshot
    ids = [trace.pk for trace in traces]
    count = delete_traces(project=cast.project, ids=[*ids, uuid4()], actor=SYSTEM, bulk=Bulk("d"))
    assert count == 2
    for model in (Trace, Span, TraceAttribute, TraceQueue, TraceFeedback):
        sql.run("set constraints all immediate")
        assert not model.objects.exists(), model
    assert Item.objects.get(pk=item.pk).snapshot == snapshot
    assert Score.objects.get(item=item).trace is None
    event = Event.objects.get(object_type="deletion")
    assert (event.from_value, event.to_value) == ("", "2")


def test_deleting_never_looks_for_spans_without_their_project(cast: Cast) -> None:
    """An index of spans that starts with the project would be read from end to end."""
    trace = factories.make_trace(cast.project)
    with CaptureQueriesContext(connection) as captured:
        delete_traces(project=cast.project, ids=[trace.pk], actor=SYSTEM, bulk=Bulk("d"))
    assert not [one["sql"] for one in captured if "traces_span" in one["sql"]]
    keys = sql.rows(
        "select array_length(conkey, 1) as columns from pg_constraint where contype = 'f'"
        " and confrelid = 'traces_trace'::regclass and confdeltype = 'c'"
    )
    assert [row.columns for row in keys] == [2, 2, 2, 2]


def test_another_projects_traces_are_not_deleted(cast: Cast) -> None:
    foreign = factories.make_trace(cast.other_project)
    assert not delete_traces(project=cast.project, ids=[foreign.pk], actor=SYSTEM, bulk=Bulk("d"))
    assert not Event.objects.filter(object_type="deletion").exists()
    assert Span.objects.filter(trace=foreign).exists()


def post(client: Client, cast: Cast, name: str, **data: Any) -> Any:
    return client.post(reverse(f"traces:{name}", args=[cast.project.slug]), data)


def test_the_pages_name_the_number_and_then_do_it(cast: Cast, browser_of: Browser) -> None:
    client = browser_of(cast.manager)
    traces = [factories.make_trace(cast.project, name=f"run {number}") for number in range(3)]
    some = [str(trace.pk) for trace in traces[:2]]
    assert "Tag 2 traces" in post(client, cast, "trace-tag", trace=some).content.decode()
    response = post(client, cast, "trace-tag", trace=some, confirm="1")
    assert response.status_code == 422
    assert "Name a tag to add or to remove." in response.content.decode()
    assert post(client, cast, "trace-tag", trace=some, confirm="1", add="a, b").status_code == 302
    assert sorted(tags(cast)) == [[], ["a", "b"], ["a", "b"]]
    page = client.get(
        reverse("traces:trace-delete", args=[cast.project.slug]),
        {"all": "1", "filter": "tags:is:a"},
    )
    assert "Delete 2 traces?" in page.content.decode()
    assert cast.project.traces.count() == 3
    post(client, cast, "trace-delete", all="1", filter="tags:is:a", confirm="1")
    assert cast.project.traces.count() == 1


@pytest.mark.parametrize("name", ["trace-tag", "trace-delete"])
def test_a_filter_that_cannot_be_read_reaches_nothing(
    cast: Cast, browser_of: Browser, name: str
) -> None:
    factories.make_trace(cast.project)
    client = browser_of(cast.manager)
    data = {"all": "1", "filter": "latency:gt:x", "confirm": "1", "add": "a"}
    post(client, cast, name, **data)
    assert tags(cast) == [[]]


@pytest.mark.parametrize(("name", "left"), [("trace-tag", 7), ("trace-delete", 2)])
def test_many_are_changed_by_a_job_in_steps(
    cast: Cast, browser_of: Browser, monkeypatch: pytest.MonkeyPatch, name: str, left: int
) -> None:
    monkeypatch.setattr("traces.views.changing.AT_ONCE", 2)
    monkeypatch.setattr("traces.selecting.CHUNK", 2)
    for number in range(7):
        factories.make_trace(cast.project, tags=["x"] if number < 5 else [])
    client = browser_of(cast.manager)
    response = post(
        client, cast, name, all="1", filter="tags:is:x", confirm="1", add="y", remove="x"
    )
    job = Job.objects.get()
    assert str(job.pk) in response["Location"]
    factories.make_trace(cast.other_project, tags=["x"])
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result, job.total) == ("done", {"changed": 5}, 5)
    assert cast.project.traces.count() == left
    kind = "tagging" if name == "trace-tag" else "deletion"
    steps = Event.objects.filter(object_type=kind).order_by("id").values_list("to_value", flat=True)
    assert list(steps) == ["2", "4", "5"]
