"""Two versions beside each other: what was added, changed and removed, by source."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from traces.datasets import differences
from traces.datasets.actions import remove_rows
from traces.datasets.differences import Kind, read_differences
from traces.datasets.models import Dataset, DatasetVersion

from ... import factories
from ...conftest import Cast
from ...queues.pages import read
from ...reviews.datasets.test_dataset_pages import url
from .making import add, make_dataset

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    """Version 1: A B C D. Version 2: A' B C D E F. Version 3: A' C D E F."""
    dataset = make_dataset(cast.project, cast.manager)
    traces = [factories.make_trace(cast.project, f"Question {letter}") for letter in "ABCDEF"]
    add(dataset, cast.manager, traces[:4])
    columns = {"inputs": {"messages": "inputs"}, "outputs": {"messages": "expected"}}
    addition = [traces[0], *traces[4:]]
    add(dataset, cast.manager, addition, columns)
    gone = dataset.rows.get(preview="Question B")
    remove_rows(dataset=dataset, row_ids=[gone.pk], actor=SYSTEM)
    return dataset


def versions(dataset: Dataset, *numbers: int) -> list[DatasetVersion]:
    return [dataset.versions.get(number=number) for number in numbers]


def test_each_kind_has_its_rows_and_columns(dataset: Dataset) -> None:
    earlier, later = versions(dataset, 1, 3)
    told = {kind: read_differences(earlier, later, kind) for kind in Kind}
    assert told[Kind.ADDED].counts == (2, 1, 1)
    found = {
        kind: [(row.place, row.preview, row.columns) for row in one.rows]
        for kind, one in told.items()
    }
    assert found == {
        Kind.ADDED: [(4, "Question E", []), (5, "Question F", [])],
        Kind.CHANGED: [(1, "Question A", ["outputs", "expected"])],
        Kind.REMOVED: [(2, "Question B", [])],
    }
    back = read_differences(later, earlier, Kind.REMOVED)
    assert back.counts == (1, 1, 2)
    assert [row.preview for row in back.rows] == ["Question E", "Question F"]
    assert read_differences(later, later, None).counts == (0, 0, 0)


def test_the_counts_are_those_that_the_version_says_of_itself(dataset: Dataset) -> None:
    for number in (2, 3):
        before, made = versions(dataset, number - 1, number)
        counts = read_differences(before, made, None).counts
        assert counts == (made.added, made.changed, made.removed)


def test_pages_follow_the_places(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "PAGE", 1)
    earlier, later = versions(dataset, 1, 3)
    first = read_differences(earlier, later, Kind.ADDED)
    assert ([row.place for row in first.rows], first.after) == ([4], 4)
    last = read_differences(earlier, later, Kind.ADDED, after=4)
    assert ([row.place for row in last.rows], last.after) == ([5], None)


def test_the_page_leads_to_both_rows_and_refuses_unknown_versions(
    cast: Cast, browser_of: BrowserOf, dataset: Dataset
) -> None:
    client = browser_of(cast.viewer)

    def address(**query: object) -> str:
        return url("version-differences", cast.project, dataset, query=query)

    page = read(client, address(**{"from": 1, "to": 2, "kind": "changed"}))
    rows = dataset.rows.filter(preview="Question A").values_list("pk", flat=True)
    assert all(url("row-detail", cast.project, dataset, row=pk) in page for pk in rows)
    assert "outputs, expected" in page
    assert client.get(address()).context["kind"] == "removed"
    for wrong in ({"from": 1, "to": 9}, {"from": "x", "to": 2}, {"from": 0}):
        assert client.get(address(**wrong)).status_code == 404
    empty = make_dataset(cast.project, cast.manager)
    assert client.get(url("version-differences", cast.project, empty)).status_code == 404
