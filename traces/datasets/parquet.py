"""Rows of a dataset as a Parquet file."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from annotate_site.export_parquet import parquet_groups

from .annotation_columns import AnnotationColumn, ColumnType
from .stored_rows import Row

GROUP_ROWS = 5000
GROUP_CHARACTERS = 8_000_000  # of JSON in one row group, about
WHOLE_NUMBERS = ("row", "round")


def parquet_pieces(
    columns: Sequence[AnnotationColumn],
    rows: Iterable[Row],
    *,
    before: Sequence[str],
    after: Sequence[str],
    metadata: Mapping[str, str],
) -> Iterator[bytes]:
    """`before` and `after` the annotations: names of fields of a row."""
    import pyarrow as pa  # takes a tenth of a second, and most processes never need it

    types = {
        ColumnType.BOOLEAN: pa.bool_(), ColumnType.INTEGER: pa.int64(),
        ColumnType.NUMBER: pa.float64(), ColumnType.TEXT: pa.string(),
        ColumnType.TEXTS: pa.list_(pa.string()), ColumnType.JSON: pa.string(),
    }  # fmt: skip

    def own(name: str) -> Any:
        return pa.field(name, pa.int64() if name in WHOLE_NUMBERS else pa.string())

    fields = [
        *map(own, before),
        *(pa.field(one.heading, types[one.type]) for one in columns),
        *map(own, after),
    ]
    schema = pa.schema(fields, metadata=dict(metadata))
    return parquet_groups(schema, (_columns(columns, one, before, after) for one in _groups(rows)))


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row.inputs) + len(row.outputs) + len(row.expected)
        if len(group) >= GROUP_ROWS or size >= GROUP_CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _columns(
    columns: Sequence[AnnotationColumn],
    group: list[Row],
    before: Sequence[str],
    after: Sequence[str],
) -> list[list[Any]]:
    given = [json.loads(row.annotations) for row in group]
    return [
        *([getattr(row, name) for row in group] for name in before),
        *([_value(one, annotations) for annotations in given] for one in columns),
        *([getattr(row, name) for row in group] for name in after),
    ]


def _value(column: AnnotationColumn, annotations: dict[str, Any]) -> Any:
    value = annotations.get(column.key)
    if value is not None and column.type == ColumnType.JSON:
        return json.dumps(value, ensure_ascii=False)
    return value
