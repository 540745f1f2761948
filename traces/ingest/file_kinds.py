"""Tell files that hold JSON text from those that do not, and say what the others are."""

from __future__ import annotations

from traces.ingest.cleaning import Refused

WANTED = "Upload JSON or JSONL."

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
)
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_BINARY_SAMPLE = 8192


def utf8_text(data: bytes) -> bytes:
    """Return the file's text as UTF-8 without byte order mark; broken bytes stay as they are.

    Raises Refused for an empty file and for one whose first bytes show that it is no text.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise Refused(f"This file is {what}. {WANTED}")
    if data.startswith(_UTF16_BOMS):
        data = _from_utf16(data)
    data = data.removeprefix(_UTF8_BOM)
    start = data[:_BINARY_SAMPLE]
    if not start.strip() and not data.strip():
        raise Refused("This file is empty.")
    if b"\x00" in start and not start.lstrip().startswith((b"{", b"[")):
        raise Refused(f"This file is not text. {WANTED}")
    return data


def _from_utf16(data: bytes) -> bytes:
    try:
        return data.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise Refused("This file is not valid UTF-16 text. Save it as UTF-8.") from None


def other_text_kind(data: bytes, name: str) -> str | None:
    """The sentence for text that is no JSON at all, or None if it starts like JSON."""
    start = data[:_BINARY_SAMPLE].lstrip()
    if start.startswith((b"{", b"[")):
        return None
    if start.startswith(b"<"):
        return f"This file is an HTML or XML page. {WANTED}"
    first_line = start.splitlines()[0] if start else b""
    if name.lower().endswith((".csv", ".tsv")) or b"," in first_line or b"\t" in first_line:
        return f"This file looks like a table (CSV). {WANTED}"
    return f"This file is not JSON. {WANTED}"
