"""The rows of a Parquet file as JSON, batch by batch."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from traces.ingest.unpacking.refusal import Refused

MOST_COLUMNS = 1000
MOST_ROWS = 5_000_000
MOST_BYTES = 2 * 1024**3
TOO_MANY_COLUMNS = f"This table has more than {MOST_COLUMNS:,} columns."
TOO_MANY_ROWS = f"This file says that it holds more than {MOST_ROWS:,} rows."
EXPANDS = f"This file says that it expands to more than {MOST_BYTES // 1024**3} GB."
BROKEN = "This Parquet file cannot be read: it may be damaged, cut off or encrypted."
ROW_TOO_LARGE = "A row in it takes more memory than a row may."

# A dictionary lets a few bytes stand for many rows of large texts: fewer of these at once, then.
_BATCHES = (256, 16, 1)
_BATCH_BYTES = 2 * 1024**2
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}


def parquet_lines(file: BinaryIO, behind: int) -> Iterator[bytes]:
    """From row `behind` on. Raises Refused, and MemoryError."""
    try:
        yield from _lines(pq.ParquetFile(file, buffer_size=64 * 1024, pre_buffer=False), behind)
    except (MemoryError, BrokenPipeError):
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise Refused(BROKEN) from None


def _lines(file: pq.ParquetFile, behind: int) -> Iterator[bytes]:
    _check(file.metadata)
    names = _distinct(file.schema_arrow.names)
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        if behind < rows:
            yield from _of_group(file, group, names, behind)
        behind = max(0, behind - rows)


def _check(metadata: pq.FileMetaData) -> None:
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    if metadata.num_columns > MOST_COLUMNS:
        raise Refused(TOO_MANY_COLUMNS)
    if metadata.num_rows > MOST_ROWS:
        raise Refused(TOO_MANY_ROWS)
    if sum(group.total_byte_size for group in groups) > MOST_BYTES:
        raise Refused(EXPANDS)


def _of_group(file: pq.ParquetFile, group: int, names: list[str], behind: int) -> Iterator[bytes]:
    metadata = file.metadata.row_group(group)
    fits = max(1, int(_BATCH_BYTES * metadata.num_rows / max(1, metadata.total_byte_size)))
    for most in _BATCHES:
        try:
            for line in _of_batches(file, group, names, behind, min(most, fits)):
                yield line
                behind += 1
            return
        except MemoryError:
            continue
    raise Refused(ROW_TOO_LARGE)


def _of_batches(
    file: pq.ParquetFile, group: int, names: list[str], behind: int, size: int
) -> Iterator[bytes]:
    for batch in file.iter_batches(size, row_groups=[group], use_threads=False):
        if behind < batch.num_rows:
            columns = [_values(column) for column in batch.slice(behind).columns]
            for cells in zip(*columns, strict=True):
                row = dict(zip(names, cells, strict=True))
                yield json.dumps(row, ensure_ascii=False).encode(errors="replace")
        behind = max(0, behind - batch.num_rows)


def _values(column: pa.Array) -> list[Any]:
    """As JSON. What Python has no value for is the text or the number that it was stored as."""
    kind = _to_microseconds(column.type)
    if kind != column.type:
        column = column.cast(kind, safe=False)
    try:
        values = column.to_pylist(maps_as_pydicts="lossy")
    except (ValueError, OverflowError, pa.ArrowException):
        values = [_stored(scalar) for scalar in column]
    return [jsonable(value) for value in values]


def _stored(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        as_buffer = getattr(scalar, "as_buffer", None)
        return as_buffer().to_pybytes() if as_buffer else getattr(scalar, "value", None)


def _to_microseconds(kind: pa.DataType) -> pa.DataType:
    """Python has no nanoseconds."""
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_time64(kind):
        return pa.time64("us")
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if pa.types.is_struct(kind):
        return pa.struct([one.with_type(_to_microseconds(one.type)) for one in kind])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        made = pa.list_ if pa.types.is_list(kind) else pa.large_list
        return made(kind.value_field.with_type(_to_microseconds(kind.value_type)))
    if pa.types.is_map(kind):
        return pa.map_(kind.key_type, _to_microseconds(kind.item_type))
    return kind


def jsonable(value: Any) -> Any:
    """A value of Arrow as JSON: times as ISO 8601, amounts of time in seconds, pictures as
    addresses of their data.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(jsonable(key)): jsonable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(one) for one in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return _number(value)
    return _text(value) if isinstance(value, bytes) else str(value)


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value() and abs(value) < 10**15:
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _text(data: bytes) -> str:
    for magic, kind in _PICTURES.items():
        if data.startswith(magic):
            return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"data:application/octet-stream;base64,{base64.b64encode(data).decode()}"


def _distinct(names: list[str]) -> list[str]:
    taken: dict[str, None] = {}
    for name in names:
        numbered = (f"{name} ({count})" for count in range(2, len(names) + 2))
        taken[name if name not in taken else next(islice(_free(numbered, taken), 1))] = None
    return list(taken)


def _free(names: Iterator[str], taken: dict[str, None]) -> Iterator[str]:
    return (name for name in names if name not in taken)
