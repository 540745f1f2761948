"""A version as a file: JSONL, CSV or Parquet, in pieces of which one at a time is in memory.

A version never changes, so that its chunks need no common transaction.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from annotate_site.export_text import csv_lines

from .annotation_columns import AnnotationColumn, annotation_columns
from .models import DatasetVersion
from .parquet import parquet_pieces
from .stored_rows import Open, Row, read_rows

BEFORE = ("row", "inputs", "outputs", "expected")
AFTER = ("source", "trace_id", "trace", "span_id", "queue", "item", "round", "digest")
JSON_COLUMNS = ("inputs", "outputs", "expected")

Rows = Iterable[Row]
Format = Callable[[DatasetVersion, list[AnnotationColumn], Rows], Iterator[bytes]]


def download(version: DatasetVersion, format: str, open: Open) -> Iterator[bytes]:
    """`format`: a key of FORMATS."""
    columns = annotation_columns(version, taken=(*BEFORE, *AFTER))
    return FORMATS[format](version, columns, read_rows(version, open))


def _jsonl(version: DatasetVersion, columns: list[AnnotationColumn], rows: Rows) -> Iterator[bytes]:
    """What is stored as JSON is written as it is stored, and never parsed."""
    for row in rows:
        given = json.loads(row.annotations)
        pairs = [
            *((name, _written(row, name)) for name in BEFORE),
            *((one.heading, json.dumps(given.get(one.key), ensure_ascii=False)) for one in columns),
            *((name, _written(row, name)) for name in AFTER),
        ]
        fields = (f"{json.dumps(name, ensure_ascii=False)}: {value}" for name, value in pairs)
        yield ("{" + ", ".join(fields) + "}\n").encode()


def _written(row: Row, name: str) -> str:
    value = getattr(row, name)
    return value if name in JSON_COLUMNS else json.dumps(value, ensure_ascii=False)


def _csv(version: DatasetVersion, columns: list[AnnotationColumn], rows: Rows) -> Iterator[bytes]:
    names = [*BEFORE, *(one.heading for one in columns), *AFTER]
    return (line.encode() for line in csv_lines(names, (_cells(row, columns) for row in rows)))


def _cells(row: Row, columns: list[AnnotationColumn]) -> list[Any]:
    given = json.loads(row.annotations)
    annotated = (given.get(one.key) for one in columns)
    return [
        *(getattr(row, name) for name in BEFORE),
        *(_flat(value) for value in annotated),
        *(getattr(row, name) for name in AFTER),
    ]


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _parquet(
    version: DatasetVersion, columns: list[AnnotationColumn], rows: Rows
) -> Iterator[bytes]:
    told = {
        "dataset": version.dataset.name, "version": str(version.number), "digest": version.digest,
    }  # fmt: skip
    return parquet_pieces(columns, rows, before=BEFORE, after=AFTER, metadata=told)


FORMATS: dict[str, Format] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
