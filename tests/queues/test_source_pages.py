"""Pages that send spans, sessions and rows of datasets to a queue."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotate_site.jobs import run_job
from annotate_site.projects.models import Job, User
from queues import selected
from queues.models import Batch, Queue
from traces.sources import SourceKind

from .. import factories
from ..conftest import Cast
from ..traces.datasets.making import EXPECTED, add, make_dataset
from .pages import read, told, url
from .test_sources import add_keys, session, with_spans

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def choice(queue: Queue, **more: Any) -> dict[str, Any]:
    usual = {
        "shown": "1", "add": "1", "into": queue.pk, "inputs": "messages", "outputs": "messages",
    }  # fmt: skip
    return usual | more


def test_a_span_comes_from_its_page_with_its_steps_ticked(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    trace = with_spans(
        factories.make_trace(cast.project), ("a/b", "root", "tool"), ("c", "a/b", "llm")
    )
    client = browser_of(cast.manager)
    shown = read(client, f"/p/{cast.project.slug}/traces/{trace.pk}/?span=a%2Fb")
    assert f"?span={trace.pk}/a%2Fb" in shown
    key = f"{trace.pk}/a/b"
    page = client.get(url("item-add", cast.project, query={"span": key}))
    assert "Add 1 span" in page.content.decode()
    assert page.context["form"].display["steps"] is True
    response = client.post(url("item-add", cast.project), choice(queue, span=key, steps="on"))
    assert told(response) == ["1 span added to Refunds."]
    assert "steps" in queue.items.get().snapshot
    again = client.post(url("item-add", cast.project), choice(queue, span=[key, "nonsense"]))
    assert told(again)[-1] == "0 spans added to Refunds. 1 already there. 1 not found."


def test_a_span_that_says_nothing_itself_is_added_for_its_steps(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    steps = ("plan", "root", "chain"), ("look", "plan", "tool")
    trace = with_spans(factories.make_trace(cast.project), *steps)
    trace.spans.filter(span_id="plan").update(inputs={})
    sent = choice(queue, span=f"{trace.pk}/plan", inputs=[], outputs=[])
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    assert client.post(address, sent).status_code == 422
    client.post(address, sent | {"steps": "on"})
    assert queue.items.get().snapshot["inputs"] == {}
    assert len(queue.items.get().snapshot["steps"]["spans"]) == 2


def test_traces_can_be_added_as_their_sessions_each_once(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    session(cast, 3)
    session(cast, 2, "s-2")
    factories.make_trace(cast.project)
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    assert "Their sessions" in read(client, f"{address}?all=1")
    page = client.get(address, {"all": "1", "as": "session"})
    assert "Add 2 sessions" in page.content.decode()
    response = client.post(address, choice(queue, **{"all": "1", "as": "session"}))
    assert told(response) == ["2 sessions added to Refunds."]
    assert [item.source_key for item in queue.items.order_by("seq")] == ["s-1", "s-2"]
    assert Batch.objects.get().filter == {"as": "session", "all": "1", "filter": []}


def test_traces_without_a_session_offer_none(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_queue(cast.project)
    factories.make_trace(cast.project)
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    assert "Their sessions" not in read(client, f"{address}?all=1")
    assert "None of these traces has a session." in read(client, f"{address}?all=1&as=session")


def test_rows_of_a_dataset_are_added_and_what_is_expected_only_where_ticked(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    dataset = make_dataset(cast.project, cast.manager)
    add(dataset, cast.manager, [factories.make_trace(cast.project) for _ in range(3)], EXPECTED)
    version = dataset.versions.get()
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    shown = read(client, f"/p/{cast.project.slug}/datasets/{dataset.pk}/")
    assert f"{address}?rows_of={version.pk}" in shown
    page = client.get(address, {"rows_of": version.pk})
    assert "Add 3 dataset rows" in page.content.decode()
    assert [row.checked for row in page.context["form"].rows["expected"]] == [False]
    row = dataset.rows.earliest("pk").pk
    client.post(address, choice(queue, row=row, expected="messages"))
    assert queue.items.get().snapshot["expected"]["messages"]
    response = client.post(address, choice(queue, rows_of=version.pk))
    assert told(response)[-1] == "2 dataset rows added to Refunds. 1 already there."
    assert Batch.objects.latest("pk").filter == {"dataset": str(dataset.pk), "version": 1}


@pytest.mark.parametrize("number", range(5))
def test_sources_of_another_project_are_not_found(
    cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    factories.make_queue(cast.project)
    foreign = factories.make_trace(cast.other_project, session_id="theirs")
    theirs = make_dataset(cast.other_project, cast.other_manager, traces=1)
    given: list[dict[str, Any]] = [
        {"span": f"{foreign.pk}/root"}, {"session": "theirs"}, {"row": theirs.rows.get().pk},
        {"rows_of": theirs.versions.get().pk}, {"as": "session", "trace": foreign.pk},
    ]  # fmt: skip
    client = browser_of(cast.manager)
    assert client.get(url("item-add", cast.project), given[number]).status_code == 404


def test_many_sessions_are_added_by_a_job_that_names_them(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selected, "AT_ONCE", 1)
    queue = factories.make_queue(cast.project, name="Refunds")
    for number in range(3):
        session(cast, 1, f"s-{number}")
    client = browser_of(cast.manager)
    client.post(url("item-add", cast.project), choice(queue, **{"all": "1", "as": "session"}))
    job = Job.objects.get(kind="add_to_queue")
    assert job.title == "Add 3 sessions to Refunds"
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["added"], job.total) == ("done", 3, 3)
    assert "3 of 3 sessions" in " ".join(
        read(client, f"/p/{cast.project.slug}/jobs/{job.pk}/").split()
    )


def test_an_item_leads_to_what_it_was_made_from(cast: Cast, browser_of: BrowserOf) -> None:
    trace = with_spans(factories.make_trace(cast.project), ("a", "root", "tool"))
    session(cast, 1, "s 1")
    dataset = make_dataset(cast.project, cast.manager, traces=1)
    row = dataset.rows.get().pk
    given = {
        "span": (f"{trace.pk}/a", f"/traces/{trace.pk}/?span=a"),
        "session": ("s 1", "/traces/session/?id=s+1"),
        "dataset_row": (str(row), f"/datasets/{dataset.pk}/rows/{row}/"),
    }
    client = browser_of(cast.viewer)
    for kind, (key, address) in given.items():
        queue = factories.make_queue(cast.project)
        add_keys(queue, SourceKind(kind), [key])
        page = read(client, url("item-detail", cast.project, queue, item=queue.items.get()))
        assert f'{address}">Show the' in page
        assert client.get(f"/p/{cast.project.slug}{address}").status_code == 200
