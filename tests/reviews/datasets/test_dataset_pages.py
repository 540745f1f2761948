"""The list, a dataset at its versions, a row, and what a manager does with them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project, User
from traces.datasets import queries
from traces.datasets.actions import archive_dataset
from traces.datasets.models import Dataset, DatasetRow
from traces.models import Trace

from ... import factories
from ...conftest import Cast
from ...queues.pages import read, told
from ...traces.datasets.making import EXPECTED, MESSAGES, add, make_dataset

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def url(name: str, project: Project, dataset: Dataset | None = None, **more: Any) -> str:
    query = more.pop("query", None)
    where = {"project": project.slug} | ({"dataset": dataset.pk} if dataset else {})
    address = reverse(f"datasets:{name}", kwargs=where | more)
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def test_the_list_tells_rows_and_version_and_hides_what_is_archived(
    cast: Cast, browser_of: BrowserOf
) -> None:
    client = browser_of(cast.viewer)
    assert "No datasets yet" in read(client, url("dataset-list", cast.project))
    make_dataset(cast.project, cast.manager, traces=3, name="Refunds")
    old = make_dataset(cast.project, cast.manager, name="Old ones")
    make_dataset(cast.other_project, cast.other_manager, name="A secret")
    archive_dataset(dataset=old, archived=True, actor=SYSTEM)
    page = client.get(url("dataset-list", cast.project))
    (line,) = page.context["page"]
    assert (line.name, line.row_count, line.number) == ("Refunds", 3, 1)
    assert "A secret" not in page.content.decode()
    everything = {"archived": "1", "q": "O"}
    page = client.get(url("dataset-list", cast.project, query=everything))
    assert [line.name for line in page.context["page"]] == ["Old ones"]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_for_few_and_for_many(
    cast: Cast,
    browser_of: BrowserOf,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _ in range(number):
        dataset = make_dataset(cast.project, cast.manager, traces=number)
    client = browser_of(cast.viewer)
    read(client, url("dataset-list", cast.project))
    with django_assert_num_queries(7):
        read(client, url("dataset-list", cast.project))
    with django_assert_num_queries(9):
        read(client, url("dataset-detail", cast.project, dataset))


def test_a_dataset_is_made_renamed_archived_and_restored(cast: Cast, browser_of: BrowserOf) -> None:
    client = browser_of(cast.manager)
    response = client.post(url("dataset-new", cast.project), {"name": "Refunds"})
    dataset = Dataset.objects.get()
    assert response["Location"] == url("dataset-detail", cast.project, dataset)
    taken = client.post(url("dataset-new", cast.project), {"name": "REFUNDS"})
    assert taken.status_code == 422
    assert "There is a dataset named" in taken.content.decode()
    client.post(url("dataset-rename", cast.project, dataset), {"name": "Returns"})
    assert "Returns" in read(client, url("dataset-detail", cast.project, dataset))
    client.post(url("dataset-archive", cast.project, dataset))
    dataset.refresh_from_db()
    assert dataset.archived_at
    client.post(url("dataset-archive", cast.project, dataset), {"restore": "1"})
    dataset.refresh_from_db()
    assert dataset.archived_at is None


def test_pages_of_rows_follow_their_places(
    cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    dataset = make_dataset(cast.project, cast.manager, traces=5)
    client = browser_of(cast.viewer)

    def places(**query: Any) -> list[int]:
        page = client.get(url("dataset-detail", cast.project, dataset, query=query))
        return [line.place for line in page.context["page"].rows]

    assert [places(), places(after=2), places(after=4), places(before=4)] == [
        [1, 2], [3, 4], [5], [2, 3],
    ]  # fmt: skip
    assert places(after=99) == []
    assert places(after="nonsense") == [1, 2]


def test_an_earlier_version_is_shown_as_it_was(cast: Cast, browser_of: BrowserOf) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=2)
    add(dataset, cast.manager, [factories.make_trace(cast.project)])
    client = browser_of(cast.manager)
    first = read(client, url("dataset-detail", cast.project, dataset, query={"version": 1}))
    assert "This is an earlier version" in first
    assert first.count('name="row"') == 2  # for a queue
    assert "/remove/" not in first
    latest = read(client, url("dataset-detail", cast.project, dataset))
    assert latest.count('name="row"') == 3
    for unknown in ("3", "0", "x", "-1"):
        address = url("dataset-detail", cast.project, dataset, query={"version": unknown})
        assert client.get(address).status_code == 404


def test_a_row_reads_as_its_trace_does_and_leads_to_it(cast: Cast, browser_of: BrowserOf) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    traces = [factories.make_trace(cast.project, f"Question {n}") for n in range(2)]

    add(dataset, cast.manager, traces, EXPECTED)
    row = DatasetRow.objects.get(trace=traces[0].pk)
    client, address = browser_of(cast.viewer), url("row-detail", cast.project, dataset, row=row.pk)
    page = read(client, address)
    assert "Question 0" in page
    assert "<h2>Expected</h2>" in page
    link = reverse("traces:trace-detail", args=[cast.project.slug, traces[0].pk])
    assert f'href="{link}"' in page
    Trace.objects.filter(pk=traces[0].pk).delete()
    page = read(client, address)
    assert "Question 0" in page
    assert f"{row.trace_id}, deleted" in page
    other = make_dataset(cast.project, cast.manager)
    assert client.get(url("row-detail", cast.project, other, row=row.pk)).status_code == 404


def test_rows_are_removed_into_a_new_version(cast: Cast, browser_of: BrowserOf) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=3)
    foreign = make_dataset(cast.project, cast.manager, traces=1)
    row, theirs = dataset.rows.earliest("pk"), foreign.rows.get()
    client, address = browser_of(cast.manager), url("rows-remove", cast.project, dataset)
    said = told(client.post(address, {"row": [row.pk, theirs.pk, "nonsense"]}))
    assert said == ["Version 2 is without 1 row. Earlier versions still have them."]
    assert told(client.post(address, {"row": row.pk}))[-1].endswith("Nothing was changed.")
    assert [version.rows for version in dataset.versions.order_by("number")] == [3, 2]
    assert foreign.versions.count() == 1
    archive_dataset(dataset=dataset, archived=True, actor=SYSTEM)
    kept = dataset.rows.latest("pk")
    assert client.post(address, {"row": kept.pk}).status_code == 409
    assert add(foreign, cast.manager, [factories.make_trace(cast.project)], MESSAGES).added == 1
