"""A dataset's files load unchanged with the programs that people train and evaluate with."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pandas
import pyarrow.json
import pyarrow.parquet
import pytest

from .site import Site

# Read by huggingface_hub when it is imported: a file on this disk needs no network.
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
QUESTIONS = ["How many eggs?", "ما هو الوقت؟", "Nothing = '' and zero"]
CASES: list[dict[str, Any]] = [{"gold": 9}, {"gold": None}, {"gold": 0}]


@pytest.fixture(scope="module")
def files(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same version in each format, as a program takes it."""
    traces = [
        {
            "trace_id": f"eggs-{n}",
            "name": "eggs",
            "inputs": {"question": question, "case": case},
            "outputs": {"answer": "nine", "sure": False, "score": 0},
        }
        for n, (question, case) in enumerate(zip(QUESTIONS, CASES, strict=True))
    ]
    assert site.api("POST", "traces", traces).json["added"] == 3
    dataset = site.api("POST", "datasets", {"name": "Eggs"}).json["id"]
    columns = {
        "inputs": {"question": "inputs", "case": "expected"},
        "outputs": dict.fromkeys(("answer", "sure", "score"), "outputs"),
    }
    ids = [trace["trace_id"] for trace in traces]
    given = {"trace_ids": ids, "columns": columns}
    assert site.api("POST", f"datasets/{dataset}/versions", given).json["version"] == 1
    folder, written = tmp_path_factory.mktemp("files"), {}
    for name in ("jsonl", "parquet", "csv"):
        answer = site.api("GET", f"datasets/{dataset}/versions/1/download?format={name}")
        assert answer.status == 200
        written[name] = folder / f"eggs.{name}"
        written[name].write_bytes(answer.body)
    return written


def as_sent(rows: list[dict[str, Any]], *, opened: bool) -> None:
    """`opened`: whether JSON columns came as objects, or as the text that they are in a file."""
    objects = rows if opened else [row | _opened(row) for row in rows]
    assert [row["inputs"] for row in objects] == [{"question": one} for one in QUESTIONS]
    assert [row["expected"] for row in objects] == [{"case": case} for case in CASES]
    assert [row["outputs"] for row in objects] == [
        {"answer": "nine", "sure": False, "score": 0} for _ in QUESTIONS
    ]
    assert [row["trace_id"] for row in objects] == ["eggs-0", "eggs-1", "eggs-2"]
    assert [row["row"] for row in objects] == [1, 2, 3]


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.loads(row[name]) for name in ("inputs", "outputs", "expected")}


def load(format: str, path: Path, cache: Path) -> Any:
    from datasets import load_dataset

    return load_dataset(format, data_files=str(path), split="train", cache_dir=str(cache))


def test_pyarrow_reads_parquet_and_the_digest_counts_again(files: dict[str, Path]) -> None:
    table = pyarrow.parquet.read_table(files["parquet"])
    as_sent(table.to_pylist(), opened=False)
    digests = "\n".join(table.column("digest").to_pylist())
    told = table.schema.metadata[b"digest"].decode()
    assert hashlib.sha256(digests.encode()).hexdigest() == told


def test_pyarrow_reads_lines(files: dict[str, Path]) -> None:
    as_sent(pyarrow.json.read_json(files["jsonl"]).to_pylist(), opened=True)


def test_pandas_reads_parquet_lines_and_csv(files: dict[str, Path]) -> None:
    as_sent(pandas.read_parquet(files["parquet"]).to_dict("records"), opened=False)
    as_sent(pandas.read_json(files["jsonl"], lines=True).to_dict("records"), opened=True)
    as_sent(pandas.read_csv(files["csv"]).to_dict("records"), opened=False)


def test_datasets_loads_parquet(files: dict[str, Path], tmp_path: Path) -> None:
    as_sent(load("parquet", files["parquet"], tmp_path).to_list(), opened=False)


def test_datasets_loads_lines(files: dict[str, Path], tmp_path: Path) -> None:
    as_sent(load("json", files["jsonl"], tmp_path).to_list(), opened=True)
