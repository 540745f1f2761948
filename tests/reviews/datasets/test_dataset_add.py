"""From the traces page to a dataset: what is selected, which columns, what is added."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from annotate_site.jobs import run_job, running
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job, User
from traces import selecting
from traces.datasets import adding
from traces.datasets.actions import archive_dataset
from traces.datasets.models import Dataset, DatasetRow, DatasetVersion
from traces.models import Trace

from ... import factories
from ...conftest import Cast
from ...queues.pages import read, told
from ...traces.datasets.making import make_dataset, sources
from .test_dataset_pages import url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def choice(traces: list[Trace], **more: Any) -> dict[str, Any]:
    usual = {
        "shown": "1", "add": "1", "new_name": "Refunds", "trace": [trace.pk for trace in traces],
        "inputs-path": "messages", "inputs-column": "inputs",
        "outputs-path": "messages", "outputs-column": "outputs",
    }  # fmt: skip
    return usual | more


def test_the_page_offers_each_path_with_a_column_and_shows_the_first_rows(
    cast: Cast, browser_of: BrowserOf
) -> None:
    inputs = {"question": "How many eggs?", "case": {"gold": "nine"}}
    traces = [factories.make_trace(cast.project, inputs=inputs) for _ in range(5)]
    client, query = browser_of(cast.manager), {"trace": [trace.pk for trace in traces]}
    page = client.get(url("dataset-add", cast.project, query=query))
    offered = {
        (row.side, row.path): next(name for name, _, chosen in row.choices if chosen)
        for rows in page.context["form"].rows.values()
        for row in rows
    }
    assert offered == {
        ("inputs", "question"): "inputs", ("inputs", "case"): "inputs",
        ("inputs", "case.gold"): "with", ("outputs", "messages"): "outputs",
    }  # fmt: skip
    assert "Add 5 traces" in " ".join(page.content.decode().split())
    assert page.content.decode().count('class="row-preview"') == 3
    assert not Dataset.objects.exists()


def test_the_preview_follows_the_columns(cast: Cast, browser_of: BrowserOf) -> None:
    inputs = {"question": "How many eggs?", "case": {"gold": "nine", "id": "case-7"}}
    trace = factories.make_trace(cast.project, inputs=inputs)
    data = choice(
        [trace], new_name="", **{
            "inputs-path": ["question", "case", "case.gold"],
            "inputs-column": ["inputs", "", "expected"],
        },
    )  # fmt: skip
    address, htmx = url("dataset-add", cast.project), {"HX-Request": "true"}
    page = browser_of(cast.manager).post(address, data, headers=htmx).content.decode()
    assert "<html" not in page
    assert page.index("How many eggs?") < page.index("<h2>Expected</h2>") < page.index("nine")
    assert "case-7" not in page
    assert not Dataset.objects.exists()


def test_what_is_chosen_becomes_a_version_and_again_adds_nothing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    traces = [factories.make_trace(cast.project) for _ in range(3)]
    client, address = browser_of(cast.manager), url("dataset-add", cast.project)
    response = client.post(address, choice(traces[::-1], note="The first"))
    dataset = Dataset.objects.get()
    assert response["Location"] == url("dataset-detail", cast.project, dataset)
    assert told(response) == ["3 rows added to Refunds."]
    version = dataset.versions.get()
    assert (version.note, version.created_by) == ("The first", cast.manager)
    assert sources(version) == [f"trace:{trace.pk}" for trace in traces[::-1]]
    again = client.post(address, choice([*traces, traces[0]], new_name="", into=dataset.pk))
    assert told(again)[-1] == (
        "0 rows added to Refunds. 3 already there. No new version was needed."
    )
    more = choice([*traces, factories.make_trace(cast.project)], new_name="", into=dataset.pk)
    assert told(client.post(address, more))[-1] == "1 row added to Refunds. 3 already there."
    assert dataset.versions.count() == 2


def test_traces_of_another_project_are_not_found(cast: Cast, browser_of: BrowserOf) -> None:
    mine, foreign = (
        factories.make_trace(cast.project), factories.make_trace(cast.other_project, "a secret")
    )  # fmt: skip
    client, address = browser_of(cast.manager), url("dataset-add", cast.project)
    assert client.post(address, choice([foreign])).status_code == 404
    sent = choice([], trace=[foreign.pk, mine.pk, "nonsense"])
    assert "a secret" not in client.post(address, sent | {"add": []}).content.decode()
    assert told(client.post(address, sent)) == ["1 row added to Refunds. 2 not found."]
    assert DatasetRow.objects.get().trace == mine.pk


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"new_name": ""}, "Choose a dataset, or name a new one."),
        ({"new_name": "Taken"}, "There is a dataset named “Taken” already."),
        ({"inputs-column": "", "outputs-column": ""}, "Choose at least one input or output"),
        ({"inputs-column": "nonsense"}, "Some columns were not understood."),
        ({"inputs-path": "bad\\"}, "Some columns were not understood."),
        ({"inputs-path": "a\x00b"}, "Some columns were not understood."),
    ],
)
def test_a_choice_that_makes_no_sense_is_told(
    cast: Cast, browser_of: BrowserOf, wrong: dict[str, Any], sentence: str
) -> None:
    make_dataset(cast.project, cast.manager, name="Taken")
    data = choice([factories.make_trace(cast.project)], **wrong)
    response = browser_of(cast.manager).post(url("dataset-add", cast.project), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not DatasetVersion.objects.exists()


@pytest.mark.parametrize("which", ["archived", "foreign"])
def test_a_dataset_that_takes_nothing_is_refused(
    cast: Cast, browser_of: BrowserOf, which: str
) -> None:
    project = cast.project if which == "archived" else cast.other_project
    dataset = make_dataset(project, cast.manager)
    if which == "archived":
        archive_dataset(dataset=dataset, archived=True, actor=SYSTEM)
    data = choice([factories.make_trace(cast.project)], new_name="", into=dataset.pk)
    response = browser_of(cast.manager).post(url("dataset-add", cast.project), data)
    assert response.status_code == 422
    assert "is archived, or is no longer there" in response.content.decode()


def test_nothing_selected_leads_back_to_the_traces(cast: Cast, browser_of: BrowserOf) -> None:
    client = browser_of(cast.manager)
    for query in ({}, {"all": "1", "status": "nonsense"}):
        assert "No traces are selected." in read(
            client, url("dataset-add", cast.project, query=query)
        )


def test_a_large_selection_is_a_job_of_many_steps_and_one_version(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "AT_ONCE", 2)
    monkeypatch.setattr(selecting, "CHUNK", 2)
    monkeypatch.setattr(running, "SLICE", timedelta())
    dataset = make_dataset(cast.project, cast.manager, traces=1, name="x" * 200)
    for number in range(4):
        factories.make_trace(cast.project, name=f"refund {number}")
    data = choice([], new_name="", into=dataset.pk, all="1", note="All")
    response = browser_of(cast.manager).post(url("dataset-add", cast.project), data)
    job = Job.objects.get()
    assert response["Location"].endswith(f"/jobs/{job.pk}/")
    factories.make_trace(cast.project, name="arrived later")
    steps = []
    while run_job(str(job.pk)):
        job.refresh_from_db()
        steps.append((job.done, dataset.versions.count()))
    assert steps == [(0, 1), (2, 1), (4, 1), (5, 1)]
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {
        "dataset": str(dataset.pk), "version": 2, "added": 4, "changed": 0, "already_there": 1,
        "not_found": 0,
    })  # fmt: skip
    assert dataset.versions.get(number=2).note == "All"
    assert "Show the dataset" in read(browser_of(cast.manager), response["Location"])


def test_a_job_whose_dataset_was_archived_meanwhile_says_so(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "AT_ONCE", 0)
    factories.make_trace(cast.project, name="refund")
    factories.make_trace(cast.project, name="parcel")
    chosen = choice([], all="1", name="refund")
    browser_of(cast.manager).post(url("dataset-add", cast.project), chosen)
    archive_dataset(dataset=Dataset.objects.get(), archived=True, actor=SYSTEM)
    job = Job.objects.get()
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.total == 1
    assert (job.state, job.failure) == ("failed", "This dataset is archived. Restore it first.")
