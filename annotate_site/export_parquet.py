"""A Parquet file that leaves piece by piece: each row group, then the footer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import RawIOBase
from typing import Any


class Sink(RawIOBase):
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


def parquet_groups(schema: Any, groups: Iterable[Sequence[Sequence[Any]]]) -> Iterator[bytes]:
    """`schema`: pyarrow's. Each group has the values of each column, and is a row group."""
    import pyarrow as pa  # takes a tenth of a second, and most processes never need it
    from pyarrow.parquet import ParquetWriter

    sink = Sink()
    with ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        for group in groups:
            arrays = [pa.array(one, field.type) for one, field in zip(group, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


def parquet_rows(
    types: Mapping[str, str], rows: Iterable[Sequence[Any]], *, most: int = 5000
) -> Iterator[bytes]:
    """`types`: by heading, the alias of pyarrow's type, as `string` or `list<string>`."""
    import pyarrow as pa

    known = {"list<string>": pa.list_(pa.string())}
    fields = [
        pa.field(name, known.get(one) or pa.type_for_alias(one)) for name, one in types.items()
    ]
    return parquet_groups(pa.schema(fields), _columns(len(fields), rows, most))


def _columns(width: int, rows: Iterable[Sequence[Any]], most: int) -> Iterator[list[list[Any]]]:
    group: list[list[Any]] = [[] for _ in range(width)]
    for row in rows:
        for column, value in zip(group, row, strict=True):
            column.append(value)
        if len(group[0]) >= most:
            yield group
            group = [[] for _ in range(width)]
    if group and group[0]:
        yield group
