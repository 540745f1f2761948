"""From the traces page to a queue: what is selected, what is shown, what is added."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.jobs import run_job
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job, User
from queues import selected
from queues.actions.status import archive_queue, close_queue
from queues.models import Batch, Item, Queue
from traces.models import Trace

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def choice(queue: Queue, traces: list[Trace], **more: Any) -> dict[str, Any]:
    usual = {
        "shown": "1", "add": "1", "into": queue.pk, "inputs": "messages", "outputs": "messages",
        "trace": [trace.pk for trace in traces],
    }  # fmt: skip
    return usual | more


def test_the_page_counts_offers_paths_and_previews(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_queue(cast.project, name="Refunds")
    inputs = {"question": "How many eggs?", "other": {"deep": "below"}}
    traces = [factories.make_trace(cast.project, inputs=inputs, model="gpt-x") for _ in range(2)]
    client = browser_of(cast.manager)
    data = {"trace": [trace.pk for trace in traces]}
    for response in (
        client.get(url("item-add", cast.project, query=data)),
        client.post(url("item-add", cast.project), data),
    ):
        page = response.content.decode()
        assert response.status_code == 200
        assert "Add 2 traces" in " ".join(page.split())
        assert 'value="other.deep"' in page
        assert "in 2 of 2" in page
        assert "gpt-x" not in page
    assert not Batch.objects.exists()


def test_the_preview_follows_the_choice(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, hidden_extras=["scores"])
    inputs = {"question": "How many eggs?", "answer_key": "nine"}
    trace = factories.make_trace(cast.project, inputs=inputs, model="gpt-x")
    data = {"shown": "1", "trace": trace.pk, "inputs": "question"}
    client, htmx = browser_of(cast.manager), {"HX-Request": "true"}
    page = client.post(url("item-add", cast.project), data, headers=htmx).content.decode()
    assert "How many eggs?" in page
    assert "nine" not in page
    assert "gpt-x" not in page
    assert "<html" not in page
    data |= {"into": str(queue.pk), "inputs": "answer_key"}
    page = client.post(url("item-add", cast.project), data, headers=htmx).content.decode()
    assert "nine" in page
    assert "gpt-x" in page
    assert not Batch.objects.exists()


SOLUTION = {"question": "How many eggs?"}, {"model": {"text": "nine", "is_correct": False}}


@pytest.mark.parametrize(
    ("ticked", "shown"),
    [
        (["model", "model.text"], {"model": {"text": "nine"}}),
        (["model.text"], {"model": {"text": "nine"}}),
        (["model", "model.text", "model.is_correct"], SOLUTION[1]),
        (["model"], {}),
    ],
)
def test_a_key_whose_box_is_empty_is_not_in_the_snapshot_though_its_parent_is_ticked(
    cast: Cast, browser_of: BrowserOf, ticked: list[str], shown: dict[str, Any]
) -> None:
    queue = factories.make_queue(cast.project)
    trace = factories.make_trace(cast.project, inputs=SOLUTION[0], outputs=SOLUTION[1])
    data = choice(queue, [trace], inputs="question", outputs=ticked)
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    page = client.post(address, data, headers={"HX-Request": "true"}).content.decode()
    assert ("is_correct" in page) == ("is_correct" in str(shown))
    client.post(address, data)
    assert queue.items.get().snapshot["outputs"] == shown


def test_on_first_sight_each_key_and_all_inside_it_are_ticked(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project)
    trace = factories.make_trace(cast.project, inputs=SOLUTION[0], outputs=SOLUTION[1])
    client = browser_of(cast.manager)
    page = client.get(url("item-add", cast.project, query={"trace": trace.pk}))
    assert [row.checked for row in page.context["form"].rows["outputs"]] == [True] * 3
    data = choice(queue, [trace], into="", outputs=["model", "model.text"])
    page = client.post(url("item-add", cast.project), data)
    assert [row.checked for row in page.context["form"].rows["outputs"]] == [False, True, False]


def test_what_is_chosen_is_added_in_order_and_adding_twice_adds_nothing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    traces = [factories.make_trace(cast.project) for _ in range(3)]
    client = browser_of(cast.manager)
    response = client.post(url("item-add", cast.project), choice(queue, traces[::-1], outputs=[]))
    assert response["Location"] == url("queue-detail", cast.project, queue)
    assert told(response) == ["3 traces added to Refunds."]
    items = list(queue.items.order_by("seq"))
    assert [item.source_key for item in items] == [str(trace.pk) for trace in traces[::-1]]
    assert items[0].snapshot["outputs"] == {}
    assert items[0].snapshot["inputs"]["messages"]
    again = client.post(url("item-add", cast.project), choice(queue, [*traces, traces[0]]))
    assert told(again)[-1] == "0 traces added to Refunds. 3 already there."
    assert queue.items.count() == 3
    batch = Batch.objects.earliest("pk")
    assert (batch.added, batch.display, batch.added_by) == (
        3, {"inputs": ["messages"], "outputs": []}, cast.manager
    )  # fmt: skip


def test_traces_of_another_project_are_not_found(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    mine = factories.make_trace(cast.project)
    foreign = factories.make_trace(cast.other_project, "a secret")
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    given: list[dict[str, Any]] = [
        choice(queue, [foreign]), {"trace": foreign.pk}, {"trace": "nonsense"}
    ]  # fmt: skip
    for data in given:
        assert client.post(address, data).status_code == 404
        assert client.get(address, data).status_code == 404
    assert not Item.objects.exists()
    sent = choice(queue, [], trace=[foreign.pk, mine.pk, "nonsense"])
    assert "a secret" not in client.post(address, sent | {"add": []}).content.decode()
    response = client.post(address, sent)
    assert told(response) == ["1 trace added to Refunds. 2 not found."]
    assert Item.objects.get().source_key == str(mine.pk)


@pytest.mark.parametrize("stop", [archive_queue, close_queue])
def test_a_queue_that_takes_nothing_is_not_offered_and_refuses(
    cast: Cast, browser_of: BrowserOf, stop: Callable[..., Queue]
) -> None:
    queue = factories.make_queue(cast.project, name="Shut")
    factories.make_queue(cast.project, name="Open one")
    trace = factories.make_trace(cast.project)
    stop(queue=queue, actor=SYSTEM)
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    assert "Shut" not in read(client, url("item-add", cast.project, query={"trace": trace.pk}))
    response = client.post(address, choice(queue, [trace], outputs=[]))
    assert response.status_code == 422
    assert "This queue can&#x27;t take anything now" in response.content.decode()
    assert response.context["form"].display == {"inputs": ["messages"], "outputs": []}
    assert not Item.objects.exists()
    assert not Batch.objects.exists()


def test_a_queue_of_another_project_is_refused(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_queue(cast.project)
    foreign = factories.make_queue(cast.other_project)
    trace = factories.make_trace(cast.project)
    response = browser_of(cast.manager).post(
        url("item-add", cast.project), choice(foreign, [trace])
    )
    assert response.status_code == 422
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"inputs": [], "outputs": []}, "Choose at least one input or output to show."),
        ({"inputs": "bad\\"}, "Some inputs or outputs were not understood."),
        ({"inputs": "x" * 1001}, "Some inputs or outputs were not understood."),
        ({"inputs": "a\x00b"}, "Some inputs or outputs were not understood."),
        ({"into": ""}, "Choose the queue to add to."),
    ],
)
def test_a_choice_that_makes_no_sense_is_told(
    cast: Cast, browser_of: BrowserOf, wrong: dict[str, Any], sentence: str
) -> None:
    queue = factories.make_queue(cast.project)
    trace = factories.make_trace(cast.project)
    data = choice(queue, [trace], **wrong)
    response = browser_of(cast.manager).post(url("item-add", cast.project), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Batch.objects.exists()


def test_nothing_selected_leads_back_to_the_traces(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_queue(cast.project)
    client = browser_of(cast.manager)
    for query in ({}, {"all": "1"}, {"all": "1", "status": "nonsense"}):
        page = read(client, url("item-add", cast.project, query=query))
        assert "No traces are selected." in page
    response = client.post(url("item-add", cast.project), {"shown": "1", "add": "1"})
    assert response.status_code == 422


def test_all_that_match_a_filter_are_added_and_no_others(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    matching = [factories.make_trace(cast.project, name=f"refund {n}") for n in range(3)]
    factories.make_trace(cast.project, name="parcel")
    query = {"all": "1", "name": "refund"}
    client = browser_of(cast.manager)
    page = read(client, url("item-add", cast.project, query=query))
    assert "Add 3 traces" in " ".join(page.split())
    client.post(url("item-add", cast.project), choice(queue, [], **query))
    keys = queue.items.order_by("seq").values_list("source_key", flat=True)
    assert list(keys) == [str(trace.pk) for trace in matching[::-1]]
    assert Batch.objects.get().filter == {"all": "1", "filter": ["name:contains:refund"]}


@pytest.mark.breaks_promises  # a job that is as if it had crashed, with no event
def test_a_large_selection_runs_as_a_job_once(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selected, "AT_ONCE", 2)
    queue = factories.make_queue(cast.project, name="Refunds")
    traces = [factories.make_trace(cast.project) for _ in range(4)]
    factories.add_items(queue, traces[:1])
    response = browser_of(cast.manager).post(
        url("item-add", cast.project), choice(queue, [], all="1")
    )
    job = Job.objects.get(kind="add_to_queue")
    assert response["Location"].endswith(f"/jobs/{job.pk}/")
    assert queue.items.count() == 1
    factories.make_trace(cast.project, name="arrived later")
    run_job(str(job.pk))
    job.refresh_from_db()
    expected = {"queue": str(queue.pk), "added": 3, "duplicates": 1, "not_found": 0}
    assert (job.state, job.result, job.done, job.total) == ("done", expected, 4, 4)
    Job.objects.filter(pk=job.pk).update(state="waiting")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.result, queue.items.count()) == (expected, 4)


def test_a_job_whose_queue_was_closed_meanwhile_says_so(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selected, "AT_ONCE", 0)
    queue = factories.make_queue(cast.project)
    factories.make_trace(cast.project)
    browser_of(cast.manager).post(url("item-add", cast.project), choice(queue, [], all="1"))
    archive_queue(queue=queue, actor=SYSTEM)
    job = Job.objects.get(kind="add_to_queue")
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.failure.startswith("This queue is archived.")
    assert not Item.objects.exists()


@pytest.mark.parametrize("number", [2, 9])
def test_the_page_costs_the_same_for_few_traces_and_for_many(
    cast: Cast,
    browser_of: BrowserOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    factories.make_queue(cast.project)
    traces = [factories.make_trace(cast.project) for _ in range(number)]
    address = url("item-add", cast.project, query={"trace": [trace.pk for trace in traces]})
    client = browser_of(cast.manager)
    with django_assert_num_queries(11):
        read(client, address)
