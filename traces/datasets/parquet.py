"""Rows as a Parquet file, which leaves piece by piece: each row group, then the footer."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import RawIOBase
from typing import Any

from .annotation_columns import AnnotationColumn, ColumnType
from .stored_rows import Row

GROUP_ROWS = 5000
GROUP_CHARACTERS = 8_000_000  # of JSON in one row group, about
WHOLE_NUMBERS = ("row", "round")


class _Sink(RawIOBase):
    """What the writer has written since it was last asked."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.length = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.length

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self.pieces.append(piece)
        self.length += len(piece)
        return len(piece)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


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
    from pyarrow.parquet import ParquetWriter

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
    schema, sink = pa.schema(fields, metadata=dict(metadata)), _Sink()
    with ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        for group in _groups(rows):
            values = _columns(columns, group, before, after)
            arrays = [pa.array(one, field.type) for one, field in zip(values, fields, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


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
