"""Parquet: typed columns as JSON, goes on behind any row, and whatever is damaged or a bomb."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traces.ingest.cleaning import InputRefused
from traces.ingest.plan import plan_for, read_traces
from traces.ingest.records import BadRow, Position, Row
from traces.ingest.rows import read_first_rows, read_rows
from traces.ingest.scanner import MAX_BYTES, TOO_LARGE
from traces.ingest.unpacking import REST, TOO_MUCH
from traces.ingest.unpacking.parquet import (
    BROKEN,
    ROW_TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    jsonable,
)

from .samples import read_bytes, reasons
from .senders import only

NAME = "a.parquet"


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    file = BytesIO()
    pq.write_table(pa.table(columns), file, **{"compression": "zstd", **options})
    return file.getvalue()


def repeated(text: str, times: int) -> Any:
    """A column whose rows are all one text, in a few bytes."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * times, pa.int32()), pa.array([text]))


def test_each_type_becomes_json() -> None:
    moment = datetime.datetime(2026, 3, 1, 10, 0, 0, 500000, datetime.UTC)
    row = only(parquet({
        "question": ["Why?"], "answer": ['{"text": "So"}'], "score": [0], "is_right": [False],
        "at": pa.array([moment], pa.timestamp("ns", "UTC")), "price": [Decimal("1.50")],
        "took": pa.array([1500], pa.duration("ms")), "day": [datetime.date(2026, 3, 1)],
        "parts": [[{"type": "text", "n": None}]], "picture": [b"\x89PNG."], "raw": [b"\xff\x00"],
        "named": pa.array([[("k", 1.5)]], pa.map_(pa.string(), pa.float64())), "none": pa.nulls(1),
        "far": pa.array([2**50], pa.timestamp("ms")), "nan": [float("nan")],
    }), NAME)  # fmt: skip
    assert (row.root.inputs, row.root.outputs) == ({"question": "Why?"}, {"answer": {"text": "So"}})
    assert row.attributes == {
        "score": 0, "is_right": False, "at": "2026-03-01T10:00:00.500000+00:00", "price": 1.5,
        "took": 1.5, "day": "2026-03-01", "parts": [{"type": "text", "n": None}],
        "picture": "data:image/png;base64,iVBORy4=",
        "raw": "data:application/octet-stream;base64,/wA=", "named": {"k": 1.5}, "far": 2**50,
    }  # fmt: skip


def test_numbers_with_a_point_stay_exact() -> None:
    assert [jsonable(Decimal(text)) for text in ("3", "0.1", "0.12345678901234567890")] == [
        3, 0.1, "0.12345678901234567890",
    ]  # fmt: skip


def test_columns_of_one_name_are_both_kept() -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["q", "q"])
    file = BytesIO()
    pq.write_table(table, file)
    assert [row.value for row in read_bytes(file.getvalue()) if isinstance(row, Row)] == [
        {"q": "a", "q (2)": "b"}
    ]


def test_a_file_goes_on_behind_any_row() -> None:
    data = parquet({"q": [f"row {n}" for n in range(50)]}, row_group_size=7)
    whole = read_bytes(data)
    assert [row.number for row in whole] == list(range(1, 51))
    for at in (0, 6, 7, 20, 48, 49):
        assert list(read_rows(BytesIO(data), NAME, Position(1, at + 1))) == whole[at + 1 :]


def test_the_first_rows_of_a_large_file_end_where_a_page_has_enough() -> None:
    rows, whole = read_first_rows(BytesIO(parquet({"q": repeated("x" * 1_000_000, 20)})), NAME)
    assert (len(list(rows)), whole) == (5, False)


def test_a_row_beyond_the_limit_is_refused_alone() -> None:
    rows = read_bytes(parquet({"q": ["a", "x" * (MAX_BYTES + 1), "b"]}))
    assert reasons(rows) == {2: TOO_LARGE}
    assert isinstance(rows[1], BadRow)
    assert rows[1].start.startswith('{"q": "xxx')


def test_a_file_cut_off_or_damaged_is_refused_with_a_sentence() -> None:
    data = parquet({"q": [f"row {n}" for n in range(100)]})
    for broken in (
        data[:4],
        data[:-20],
        data[:50],
        b"PAR1" * 3,
        data[:60] + b"\xff" * 40 + data[100:],
    ):
        with pytest.raises(InputRefused, match=BROKEN[:30]):
            read_bytes(broken)


def test_rows_before_the_damage_are_read() -> None:
    texts = [f"row {n} {'x' * 50}" for n in range(2000)]
    data = parquet({"q": texts}, row_group_size=1000, compression="none", use_dictionary=False)
    at = data.index(b"row 1500 ")
    rows = read_bytes(data[: at - 40] + b"\xff" * 40 + data[at:])
    assert reasons(rows) == {len(rows): REST + BROKEN}
    assert 1000 < len(rows) <= 1501


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a page": (lambda: parquet({"q": ["x" * 120_000_000]}, use_dictionary=False), "memory"),
    "a row of texts": (
        lambda: parquet({"q": pa.ListArray.from_arrays([0, 3000], repeated("x" * 10**6, 3000))}),
        ROW_TOO_LARGE,
    ),
    "columns": (lambda: parquet({f"c{n}": [1] for n in range(10_000)}), TOO_MANY_COLUMNS),
    "rows": (lambda: parquet({"q": pa.nulls(5_000_001, pa.int8())}), TOO_MANY_ROWS),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_with_a_sentence(kind: str) -> None:
    make, sentence = BOMBS[kind]
    data = make()
    assert len(data) < 4_000_000
    with pytest.raises(InputRefused, match=sentence):
        read_bytes(data)
    assert "memory" in TOO_MUCH


def test_texts_that_a_dictionary_repeats_are_read_in_little_memory() -> None:
    data = parquet({"q": repeated("x" * 1_000_000, 100_000)})
    assert len(data) < 2000
    rows = list(islice(read_rows(BytesIO(data), NAME), 30))
    assert all(isinstance(row, Row) for row in rows)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=30))
def test_no_damage_raises_anything_but_a_refusal(place: int, noise: bytes) -> None:
    data = bytearray(parquet({"q": [f"row {n}" for n in range(200)], "s": [{"a": [1]}] * 200}))
    place %= len(data) - len(noise) - 8
    data[4 + place : 4 + place + len(noise)] = noise
    try:
        plan = plan_for(BytesIO(data), NAME)
        found = list(read_traces(BytesIO(data), NAME, plan))
    except InputRefused:
        return
    assert [row.number for row in found] == list(range(1, len(found) + 1))
