"""Whatever a file holds, reading it takes little memory above an idle process: as much as one row,
and no more for a file that is longer.
"""

import json
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from subprocess import run
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from traces.ingest.scanner import MAX_BYTES

# A file that is kept as a whole takes more than is allowed, and its rows far more.
SIZE = 20 * 1024**2
MOST = 30  # MB
# One row that is as large as may be, as Python's objects.
MOST_OF_A_ROW = 150
LARGE_ROWS = ("texts", "numbers", "objects", "a cell of objects")
ASTRAL = "𝄞".encode()


def filled(before: bytes, unit: bytes, after: bytes, size: int = SIZE) -> Iterator[bytes]:
    """`unit` again and again between two ends, `size` bytes in all."""
    yield before
    times, block = (size - len(before) - len(after)) // len(unit), unit * 1000
    for _ in range(times // 1000):
        yield block
    yield unit * (times % 1000) + after


def largest(unit: bytes) -> Iterator[bytes]:
    """One row that is just small enough, of as many values as fit."""
    return filled(b'[{"question": "a", "x": [', unit + b",", unit + b"]}]", MAX_BYTES)


LOG = b'{"status": "success", "eval": {"task": "a"}, "samples": ['
SAMPLE = b'{"id": 1, "epoch": 1, "target": "a", "messages": [], "input": "' + b"c" * 8960 + b'"},'
SPANS = b'{"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": ['
SPAN = b'{"traceId": "a", "spanId": "b", "name": "' + b"c" * 9000 + b'"},'


def table(unit: bytes, size: int = SIZE) -> Iterator[bytes]:
    return filled(b"question,answer\n", unit, b"last,1\n", size)


FILES = {
    "spans of one request": (filled(SPANS, SPAN, b"{}]}]}]}"), 2318),
    "one span": (filled(SPANS + b'{"traceId": "', b"abc", b'"}]}]}]}'), 0),
    "many rows": (filled(b"[", b'{"question": "' + b"a" * 9000 + b'"},', b"{}]", 3 * SIZE), 6977),
    "one element": (filled(b'[{"question": 1}, {"question": "', b"abc", b'"}]'), 1),
    "brackets": (filled(b'[{"question": 1}, {"question": ', b"[", b"}]"), 1),
    "pairs of brackets": (filled(b'[{"question": 1}, {"x": [', b"[],", b"1]}]", SIZE), 1),
    "endless string": (filled(b'[{"question": 1}, {"question": "', rb"\"", b""), 1),
    "one line": (filled(b'{"question": 1}\n{"question": "', b"abc", b'"}\n{"question": 2}'), 2),
    "empty lines": (filled(b'{"question": 1}\n', b"\n", b'{"question": 2}', SIZE // 20), 2),
    "spaces": (filled(b'[{"question": 1},', b" ", b'{"question": 2}]'), 2),
    "texts": (largest(b'"' + ASTRAL + b'"'), 1),
    "numbers": (largest(b"9e9"), 1),
    "objects": (largest(b'{"aaaaaaaaaaaaaaaaaaaaaaaaaa": {"a": 1.5}}'), 1),
    "a table": (table(b"a" * 9000 + b",1\n"), 2330),
    "a quotation mark of a table": (
        filled(b'question,answer\n"', b"a" * 9000 + b",1\n", b"", SIZE // 2),
        1163,
    ),
    "a cell of objects": (
        filled(b'question,answer\n1,"[', b'{""aaaaaaaaaaaaa"":{""a"":1.5}},', b'1]"\n', MAX_BYTES),
        1,
    ),
    "a cell of Python": (table(b'"[' + b"'a'," * 24_000 + b'{}]",1\n', SIZE // 20), 11),
    "samples of a log": (filled(LOG, SAMPLE, b"{}]}"), 2324),
    "a sample of events": (
        filled(LOG + SAMPLE[:-2] + b',"events":[', b'{"a":1},', b"1]}]}", SIZE // 2),
        1,
    ),
    "cleaned text": (filled(b'[{"question": "', rb"\u0000", b'"}]', MAX_BYTES), 1),
}


@pytest.mark.parametrize("kind", FILES)
def test_memory_is_bounded_whatever_a_file_holds(kind: str, tmp_path: Path) -> None:
    chunks, rows = FILES[kind]
    path = tmp_path / ("a.csv" if "table" in kind or "cell" in kind else "a.json")
    with path.open("wb") as file:
        file.writelines(chunks)
    command = [sys.executable, "-m", "tests.traces.peak_memory", str(path)]
    out = run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    path.unlink()
    found = json.loads(out)
    assert found["rows"] == rows
    assert found["grown"] < (MOST_OF_A_ROW if kind in LARGE_ROWS else MOST), found


def parquet(column: Any) -> bytes:
    file = BytesIO()
    pq.write_table(pa.table({"question": column}), file, compression="zstd")
    return file.getvalue()


def repeated(text: str, times: int) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array([0] * times, pa.int32()), pa.array([text]))


PARQUET: dict[str, tuple[Callable[[], bytes], int]] = {
    "texts that a dictionary repeats": (lambda: parquet(repeated("x" * 1_000_000, 60)), 60),
    "one row of such texts after another": (
        lambda: parquet(
            pa.concat_arrays([
                pa.ListArray.from_arrays(pa.array([0, 1], pa.int32()), pa.array(["x"])),
                pa.ListArray.from_arrays(
                    pa.array([0, 4000], pa.int32()), pa.array(["x" * 100_000] * 4000)
                ),
            ])
        ),
        1,
    ),
    "many rows": (lambda: parquet(pa.array([f"{n}" * 20 for n in range(20_000)])), 20_000),
}  # fmt: skip


@pytest.mark.parametrize("kind", PARQUET)
def test_memory_is_bounded_whatever_a_file_unpacks_to(kind: str, tmp_path: Path) -> None:
    make, rows = PARQUET[kind]
    path = tmp_path / "a.parquet"
    path.write_bytes(make())
    command = [sys.executable, "-m", "tests.traces.peak_memory", str(path)]
    found = json.loads(run(command, check=True, capture_output=True, timeout=300).stdout)
    assert found["rows"] == rows
    assert found["grown"] < MOST_OF_A_ROW, found
