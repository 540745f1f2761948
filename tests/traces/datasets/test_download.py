"""A version as a file, read back by the libraries that engineers use."""

import csv
import json
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any

import pyarrow.json
import pyarrow.parquet
import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from traces.datasets import parquet, stored_rows
from traces.datasets.actions import add_some_rows, finish_addition, start_addition
from traces.datasets.download import FORMATS, download
from traces.datasets.models import Dataset, DatasetVersion
from traces.datasets.rows import NewRow

from ... import streamed
from ...conftest import Cast
from ...reviews.datasets.test_dataset_pages import url
from .making import make_dataset

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
ANNOTATIONS: list[dict[str, Any]] = [
    {
        "Right": False, "Score": 0, "Share": 0.5, "Parts": ["tone", "fäcts"], "Mixed": 1,
        "inputs": "x",
    },
    {"Right": True, "Score": -3, "Share": 2, "Parts": [], "Mixed": "two", "Note": "=cmd"},
    {},
]  # fmt: skip


def fill(dataset: Dataset, rows: list[NewRow]) -> DatasetVersion:
    assert dataset.created_by
    addition = start_addition(dataset=dataset, by=dataset.created_by, columns={}, filter={})
    add_some_rows(addition=addition, rows=rows)
    made = finish_addition(addition=addition, actor=SYSTEM).version
    assert made
    return made


@pytest.fixture
def version(cast: Cast) -> DatasetVersion:
    dataset = make_dataset(cast.project, cast.manager, name="Rück gaben: 2026")
    rows = [
        NewRow(f"item:{n}", {"z": n, "a": ["ü", None]}, {"text": "So.\n"}, {}, one, round=1)
        for n, one in enumerate(ANNOTATIONS)
    ]
    return fill(dataset, rows)


def hide_nothing(chunk: object) -> tuple[str, ...]:
    return ()


def whole(version: DatasetVersion, format: str) -> bytes:
    return b"".join(download(version, format, hide_nothing))


def test_parquet_has_a_typed_column_for_each_annotation(version: DatasetVersion) -> None:
    table = pyarrow.parquet.read_table(BytesIO(whole(version, "parquet")))
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        "row": "int64", "inputs": "string", "outputs": "string", "expected": "string",
        "Right": "bool", "Score": "int64", "Share": "double", "Parts": "list<element: string>",
        "Mixed": "string", "inputs (2)": "string", "Note": "string", "source": "string",
        "trace_id": "string", "trace": "string", "span_id": "string", "queue": "string",
        "item": "string", "round": "int64", "digest": "string",
    }  # fmt: skip
    rows = table.to_pylist()
    assert [row["Right"] for row in rows] == [False, True, None]
    assert [row["Score"] for row in rows] == [0, -3, None]
    assert [row["Parts"] for row in rows] == [["tone", "fäcts"], [], None]
    assert [row["Mixed"] for row in rows] == ["1", '"two"', None]
    assert [json.loads(row["inputs"])["z"] for row in rows] == [0, 1, 2]
    assert list(json.loads(rows[0]["inputs"])) == ["z", "a"]
    recounted = sha256("\n".join(row["digest"] for row in rows).encode()).hexdigest()
    assert table.schema.metadata[b"digest"].decode() == version.digest == recounted


def test_jsonl_holds_objects_and_every_column_in_every_line(version: DatasetVersion) -> None:
    lines = whole(version, "jsonl").decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len({tuple(row) for row in rows}) == 1
    assert rows[0]["inputs"] == {"z": 0, "a": ["ü", None]}
    assert [row["Share"] for row in rows] == [0.5, 2, None]
    assert rows[1]["Parts"] == []
    assert [row["row"] for row in rows] == [1, 2, 3]


def test_jsonl_of_one_shape_loads_with_pyarrow(cast: Cast) -> None:
    dataset = make_dataset(cast.project, cast.manager, traces=3)
    table = pyarrow.json.read_json(BytesIO(whole(dataset.versions.get(), "jsonl")))
    asked = table.column("inputs").to_pylist()
    assert [one["messages"][0]["role"] for one in asked] == ["user"] * 3


def test_csv_runs_no_formula_and_keeps_zero_and_false(version: DatasetVersion) -> None:
    rows = list(csv.DictReader(StringIO(whole(version, "csv").decode())))
    assert (rows[0]["Right"], rows[0]["Score"]) == ("false", "0")
    assert rows[1]["Note"] == "'=cmd"
    assert json.loads(rows[0]["Parts"]) == ["tone", "fäcts"]
    assert rows[2]["Right"] == ""


@pytest.mark.parametrize("format", FORMATS)
def test_a_version_without_rows_is_a_file_with_none(cast: Cast, format: str) -> None:
    version = DatasetVersion.objects.create(
        dataset=make_dataset(cast.project, cast.manager), number=1, digest="", rows=0
    )
    got = whole(version, format)
    if format == "parquet":
        assert pyarrow.parquet.read_table(BytesIO(got)).num_rows == 0
    else:
        assert len(got.decode().splitlines()) == (format == "csv")


@pytest.mark.breaks_promises
@pytest.mark.parametrize("format", FORMATS)
def test_memory_does_not_grow_with_the_number_of_rows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(stored_rows, "CHUNK", 10)
    monkeypatch.setattr(parquet, "GROUP_ROWS", 10)

    def peak(count: int) -> int:
        rows = [NewRow(f"item:{n}", {"text": f"{n}" * 5000}, {}, {}) for n in range(count)]
        version = fill(make_dataset(cast.project, cast.manager), rows)
        del rows
        sum(map(len, download(version, format, hide_nothing)))  # what is imported and prepared once
        tracemalloc.start()
        sum(map(len, download(version, format, hide_nothing)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few, many = peak(20), peak(200)
    assert many < 2 * few


def test_the_file_is_named_by_dataset_and_version_and_leaves_an_event(
    cast: Cast, browser_of: BrowserOf, version: DatasetVersion
) -> None:
    address = url("version-download", cast.project, version.dataset)
    client = browser_of(cast.viewer)
    response: Any = client.post(address, {"version": "1", "format": "parquet"})
    assert response["Content-Disposition"] == 'attachment; filename="ruck-gaben-2026-v1.parquet"'
    assert pyarrow.parquet.read_table(BytesIO(streamed.body(response))).num_rows == 3
    event = Event.objects.latest("id")
    assert (event.actor, event.attribute) == (cast.viewer, "download parquet")
    assert client.post(address, {"version": "2", "format": "csv"}).status_code == 404
    assert client.post(address, {"format": "xlsx"}).status_code == 400
    assert Event.objects.latest("id") == event
