"""Logs of Inspect in its own file (`.eval`): a ZIP archive with a file of JSON for each sample."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, BinaryIO

from traces.ingest.sample_cutting import sample_row
from traces.ingest.scanner import CHUNK, cut_elements
from traces.ingest.unpacking.refusal import LOST, Refused

NO_LOG = (
    "This file is a ZIP archive or an Office document, and no log of Inspect. "
    "Upload JSON, JSONL, CSV or Parquet."
)
NO_OBJECT = "It is not an object."
NO_SAMPLES = "This log of Inspect holds no samples."
BROKEN = (
    "This file is a ZIP archive or an Office document, or a log of Inspect that is damaged. "
    "Upload JSON, JSONL, CSV or Parquet."
)
MOST_MEMBERS = 100_000

_HEADERS = ("header.json", "_journal/start.json")
_ZSTANDARD = 93
_LOCAL_HEADER = struct.Struct("<26xHH")
_MOST_HEADER = 1024**2


def archive_lines(file: BinaryIO, behind: int) -> Iterator[bytes]:
    """Samples as rows, in the order of the archive, from sample `behind` on. Raises Refused."""
    try:
        yield from _lines(zipfile.ZipFile(file), behind)
    except BrokenPipeError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, zlib.error):
        raise Refused(BROKEN) from None


def _lines(archive: zipfile.ZipFile, behind: int) -> Iterator[bytes]:
    names = archive.namelist()
    samples = [name for name in names if name.startswith("samples/") and name.endswith(".json")]
    headers = [name for name in _HEADERS if name in names]
    if not headers or len(names) > MOST_MEMBERS:
        raise Refused(NO_LOG)
    if not samples:
        raise Refused(NO_SAMPLES)
    around = _around(archive, headers[0])
    for name in samples[behind:]:
        yield _line(archive, archive.getinfo(name), around)


def _around(archive: zipfile.ZipFile, name: str) -> bytes:
    with _opened(archive, archive.getinfo(name)) as member:
        try:
            header: Any = json.loads(member.read(_MOST_HEADER))
        except ValueError:
            return b""
    told = header.get("eval") if isinstance(header, dict) else None
    return json.dumps(told).encode() if isinstance(told, dict) else b""


def _line(archive: zipfile.ZipFile, info: zipfile.ZipInfo, around: bytes) -> bytes:
    with _opened(archive, info) as member:
        first = member.read(CHUNK).lstrip()
        if not first.startswith(b"{"):
            return LOST + NO_OBJECT.encode()
        rest = iter(lambda: member.read(CHUNK), b"")
        row = sample_row(around, cut_elements(_chunks(first[1:], rest), closing=b"}"))
    return row.data or LOST + row.reason.encode()


def _chunks(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """A member, decompressed as it is read; Python 3.11 to 3.13 know no Zstandard."""
    if info.compress_type != _ZSTANDARD:
        return archive.open(info)
    import pyarrow as pa

    file: Any = archive.fp
    file.seek(info.header_offset)
    lengths = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(info.header_offset + _LOCAL_HEADER.size + sum(lengths))
    unpacked: IO[bytes] = pa.CompressedInputStream(
        pa.PythonFile(_Part(file, info.compress_size), "r"), "zstd"
    )
    return unpacked


class _Part(io.RawIOBase):
    """The next bytes of a file, up to a number of them."""

    def __init__(self, file: Any, size: int) -> None:
        self._file, self._left = file, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)
