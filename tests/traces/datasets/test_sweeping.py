"""Rows of additions that came to nothing go; what a version or another addition has stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job
from traces.datasets.actions import add_some_rows, finish_addition, start_addition
from traces.datasets.models import Dataset, DatasetAddition, DatasetRow
from traces.datasets.rows import NewRow
from traces.datasets.sweeping import sweep_additions

from ...conftest import Cast
from .making import make_dataset

pytestmark = pytest.mark.django_db


def begin(dataset: Dataset, *names: str, days: int = 0) -> DatasetAddition:
    assert dataset.created_by
    addition = start_addition(dataset=dataset, by=dataset.created_by, columns={}, filter={})
    add_some_rows(addition=addition, rows=[NewRow(name, {"n": name}, {}, {}) for name in names])
    at = sql.clock() - timedelta(days=days)
    DatasetAddition.objects.filter(pk=addition.pk).update(created_at=at)
    return addition


def left() -> list[str]:
    return sorted(DatasetRow.objects.values_list("source", flat=True))


def test_rows_that_never_came_to_be_in_a_version_are_swept(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    done = begin(dataset, "kept", "shared", days=9)
    finish_addition(addition=done, actor=SYSTEM)
    begin(dataset, "shared", "gone", "wanted", days=9)
    begin(dataset, "wanted", "new")
    assert sweep_additions() == 1
    assert left() == ["kept", "new", "shared", "wanted"]
    assert sweep_additions() == 0


def test_what_a_job_still_works_on_is_not_swept(cast: Cast) -> None:
    addition = begin(make_dataset(cast.project, cast.manager), "a", days=9)
    job = Job.objects.create(
        project=cast.project, kind="add_to_dataset", title="x", params={"addition": addition.pk}
    )
    assert sweep_additions() == 0
    Job.objects.filter(pk=job.pk).update(state="failed")
    assert sweep_additions() == 1
    assert left() == []


def test_a_row_of_a_version_cannot_be_deleted_nor_changed(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager)
    finish_addition(addition=begin(dataset, "kept"), actor=SYSTEM)
    for statement in (
        "delete from traces_datasetrow",
        "update traces_datasetrow set preview = 'x'",
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            sql.run(statement)
