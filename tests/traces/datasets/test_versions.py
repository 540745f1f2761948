"""Versions: what adding and removing makes of them, and that nothing changes one."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event
from traces.datasets.actions import (
    add_some_traces,
    archive_dataset,
    create_dataset,
    finish_addition,
    note_download,
    remove_rows,
    rename_dataset,
    start_addition,
)
from traces.datasets.digests import row_digest, version_digest
from traces.datasets.errors import DatasetArchived, DatasetNameTaken
from traces.datasets.models import DatasetAdditionRow, DatasetPlace, DatasetRow

from ... import factories
from ...conftest import Cast
from .making import MESSAGES, add, make_dataset, sources

pytestmark = pytest.mark.django_db


def test_rows_come_in_the_order_given_with_their_content_and_where_they_are_from(
    cast: Cast,
) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    traces = [factories.make_trace(cast.project, f"Question {n}") for n in range(3)]
    told = add(dataset, cast.manager, traces[::-1])
    assert (told.added, told.changed, told.already_there, told.not_found) == (3, 0, 0, 0)
    assert told.version
    assert (told.version.number, told.version.rows) == (1, 3)
    assert sources(told.version) == [f"trace:{trace.pk}" for trace in traces[::-1]]
    row = DatasetRow.objects.get(trace=traces[1].pk)
    assert row.inputs == {"messages": [{"role": "user", "content": "Question 1"}]}
    assert row.outputs["messages"][0]["role"] == "assistant"
    assert (row.expected, row.annotations, row.trace_id) == ({}, {}, traces[1].trace_id)
    assert row.preview == "Question 1"
    assert not DatasetAdditionRow.objects.exists()


def test_adding_the_same_again_adds_nothing_and_makes_no_version(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    traces = [factories.make_trace(cast.project) for _ in range(2)]
    add(dataset, cast.manager, traces)
    told = add(dataset, cast.manager, traces[::-1])
    assert (told.added, told.already_there, told.version) == (0, 2, None)
    more = add(dataset, cast.manager, [*traces, factories.make_trace(cast.project)])
    assert (more.added, more.already_there) == (1, 2)
    assert [version.rows for version in dataset.versions.order_by("number")] == [2, 3]
    assert DatasetRow.objects.count() == 3


def test_a_source_with_other_columns_takes_the_place_that_it_had(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    traces = [factories.make_trace(cast.project) for _ in range(3)]
    first = add(dataset, cast.manager, traces).version
    told = add(dataset, cast.manager, traces[:1], {"inputs": {"messages": "expected"}})
    assert (told.added, told.changed, told.already_there) == (0, 1, 0)
    assert first
    assert told.version
    assert sources(told.version) == sources(first)
    content = DatasetPlace.objects.filter(place=1).order_by("version__number")
    assert [bool(one.row.expected) for one in content] == [False, True]
    back = add(dataset, cast.manager, traces[:1]).version
    assert back
    assert (back.number, back.digest) == (3, first.digest)
    assert DatasetRow.objects.count() == 4  # the earlier row is used again


def test_traces_of_another_project_are_not_found(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    foreign = factories.make_trace(cast.other_project)
    told = add(dataset, cast.manager, [foreign, factories.make_trace(cast.project)])
    assert (told.added, told.not_found) == (1, 1)
    assert not DatasetRow.objects.filter(trace=foreign.pk).exists()


def test_removing_makes_a_version_whose_places_have_no_gap(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=4)
    first = dataset.versions.get()
    rows = list(first.places.order_by("place").values_list("row", flat=True))
    made = remove_rows(dataset=dataset, row_ids=[rows[1], 10**9], actor=SYSTEM)
    assert made
    assert (made.number, made.rows, made.removed, made.added) == (2, 3, 1, 0)
    places = made.places.order_by("place").values_list("place", "row")
    assert list(places) == [(1, rows[0]), (2, rows[2]), (3, rows[3])]
    assert first.places.count() == 4
    assert remove_rows(dataset=dataset, row_ids=[rows[1]], actor=SYSTEM) is None


def test_the_digest_is_that_of_the_rows_in_their_order(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=3)
    version = dataset.versions.get()
    rows = [place.row for place in version.places.order_by("place").select_related("row")]
    digests = [row_digest(vars(row)) for row in rows]
    assert [row.digest for row in rows] == digests
    assert version.digest == version_digest(digests) != version_digest(digests[::-1])
    nothing = remove_rows(dataset=dataset, row_ids=[row.pk for row in rows], actor=SYSTEM)
    assert nothing
    assert (nothing.rows, nothing.digest) == (0, version_digest([]))


def test_the_digest_of_a_row_is_known_beforehand() -> None:
    row: dict[str, Any] = {
        "source": "trace:1", "inputs": {"b": "ü", "a": 1}, "outputs": {}, "expected": {},
        "annotations": {},
    }  # fmt: skip
    same = row | {"inputs": {"a": 1, "b": "ü"}, "preview": "does not count"}
    # sha256 of {"annotations":{},"expected":{},"inputs":{"a":1,"b":"ü"},"outputs":{},"source":...}
    assert row_digest(row) == row_digest(same) == (
        "57c6db36d93944b43578c58af142c304eae8a65b729bd78767eed402c61eaeaa"
    )  # fmt: skip
    assert row_digest(row | {"source": "trace:2"}) != row_digest(row)


@pytest.mark.parametrize("table", ["version", "row", "place"])
@pytest.mark.parametrize("change", ["update {} set id = id + 1", "delete from {}"])
def test_the_database_refuses_to_change_a_version(cast: Cast, table: str, change: str) -> None:
    make_dataset(cast.project, cast.manager, traces=1)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        sql.run(change.format(f"traces_dataset{table}"))


def test_an_archived_dataset_takes_nothing_until_it_is_restored(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=1)
    addition = start_addition(dataset=dataset, by=cast.manager, columns={}, filter={})
    ids = [factories.make_trace(cast.project).pk]
    add_some_traces(addition=addition, trace_ids=ids, chosen=MESSAGES)
    assert archive_dataset(dataset=dataset, archived=True, actor=SYSTEM)
    assert not archive_dataset(dataset=dataset, archived=True, actor=SYSTEM)
    for refused in (
        lambda: finish_addition(addition=addition, actor=SYSTEM),
        lambda: remove_rows(dataset=dataset, row_ids=[], actor=SYSTEM),
        lambda: start_addition(dataset=dataset, by=cast.manager, columns={}, filter={}),
    ):
        with pytest.raises(DatasetArchived):
            refused()
    assert archive_dataset(dataset=dataset, archived=False, actor=SYSTEM)
    assert finish_addition(addition=addition, actor=SYSTEM).added == 1


def test_a_name_is_taken_whatever_its_letters_are(cast: Cast) -> None:
    dataset = create_dataset(project=cast.project, by=cast.manager, name="Refunds")
    create_dataset(project=cast.other_project, by=cast.other_manager, name="Refunds")
    with pytest.raises(DatasetNameTaken):
        create_dataset(project=cast.project, by=cast.manager, name="REFUNDS")
    other = create_dataset(project=cast.project, by=cast.manager, name="Parcels")
    with pytest.raises(DatasetNameTaken):
        rename_dataset(dataset=other, name="refunds", description="", actor=SYSTEM)
    rename_dataset(dataset=dataset, name="Returns", description="All", actor=SYSTEM)
    dataset.refresh_from_db()
    assert (dataset.name, dataset.description) == ("Returns", "All")


def test_each_change_is_an_event_that_continues_the_one_before(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager, name="One", traces=1)
    add(dataset, cast.manager, [factories.make_trace(cast.project)])
    rename_dataset(dataset=dataset, name="Two", description="", actor=SYSTEM)
    archive_dataset(dataset=dataset, archived=True, actor=SYSTEM)
    version = dataset.versions.get(number=2)
    note_download(version=version, actor=Actor.person(cast.viewer), format="csv")
    told = Event.objects.filter(object_type="dataset", object_id=str(dataset.pk)).order_by("id")
    assert list(told.values_list("attribute", "from_value", "to_value", "reason")) == [
        ("name", "", "One", ""),
        ("version", "", "1", ""),
        ("version", "1", "2", ""),
        ("name", "One", "Two", ""),
        ("archived", "offered", "archived", ""),
        ("download csv", "", "", "version 2"),
    ]
