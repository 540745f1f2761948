"""Tell files that hold JSON text from those that do not, and say what the others are."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Protocol

from traces.ingest.cleaning import InputRefused
from traces.ingest.scanner import CHUNK

WANTED = "Upload JSON, JSONL, CSV or Parquet."

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PARE", "an encrypted Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
)
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_UTF32_BOMS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_UTF16_BRACKETS = {
    b"[\x00": "utf-16-le", b"{\x00": "utf-16-le", b"\x00[": "utf-16-be", b"\x00{": "utf-16-be",
}  # fmt: skip
_TEXT_SAMPLE = 8192


class Readable(Protocol):
    """A file that is read forwards; a storage need not be able to seek."""

    def read(self, size: int, /) -> bytes: ...


def text_chunks(start: bytes, file: Readable) -> Iterator[bytes]:
    """A file's text as UTF-8 without byte order mark, chunk by chunk; broken bytes stay. `start` is
    what was read of it already.

    Raises InputRefused where the first bytes show that the file is no text.
    """
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise InputRefused(f"This file is {what}. {WANTED}")
    if start.startswith(_UTF32_BOMS):
        raise InputRefused("This file is UTF-32 text. Save it as UTF-8.")
    if codec := _utf16_codec(start):
        yield from _from_utf16(start, file, codec)
        return
    start = start.removeprefix(_UTF8_BOM)
    if b"\x00" in start and not start.lstrip().startswith((b"{", b"[")):
        raise InputRefused(f"This file is not text. {WANTED}")
    yield start
    while chunk := file.read(CHUNK):
        yield chunk


def _utf16_codec(start: bytes) -> str:
    """By its byte order mark, or by a bracket at its beginning; "" for what is none."""
    if start.startswith(_UTF16_BOMS):
        return "utf-16"
    return _UTF16_BRACKETS.get(start[:2], "")


def _from_utf16(start: bytes, file: Readable, codec: str) -> Iterator[bytes]:
    decoder = getincrementaldecoder(codec)()
    try:
        while start:
            yield decoder.decode(start).encode()
            start = file.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise InputRefused("This file is not valid UTF-16 text. Save it as UTF-8.") from None


def is_markup(text: bytes) -> bool:
    """A page of HTML or XML."""
    return text.lstrip().startswith(b"<")


def other_text_kind(data: bytes) -> str | None:
    """The sentence for text that is neither JSON nor a table, or None if it starts like JSON."""
    start = data[:_TEXT_SAMPLE].lstrip()
    if start.startswith((b"{", b"[")):
        return None
    if is_markup(start):
        return f"This file is an HTML or XML page. {WANTED}"
    return f"This file is neither JSON nor a table. {WANTED}"
