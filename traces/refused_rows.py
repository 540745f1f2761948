"""Every row that an import refused, as a file: written step by step, read as it is sent.

The rows are kept packed in the database, in the transaction of their step, so that a step that is
repeated doubles none; they go with the upload.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from annotate_site.export_text import csv_lines, json_lines

from .ingest.records import BadRow
from .models import RefusedRows, Upload

MOST_PACKED = 64 * 1024**2  # bytes of one import
COLUMNS = ["row", "reason", "start"]
BEYOND_ROOM = "{:,} more rows were refused. The list is full."

Record = dict[str, int | str | None]


def keep_refused(*, upload: Upload, rows: Sequence[BadRow], room: int) -> int:
    """Keeps the rows while there is room, in bytes; how many bytes they took. Call it within the
    step that counts them.
    """
    if not rows or room <= 0:
        return 0
    lines = "".join(json_lines(map(_record, rows))).encode()
    packed = zlib.compress(lines)
    RefusedRows.objects.create(upload=upload, count=len(rows), packed=packed)
    return len(packed)


def _record(row: BadRow) -> Record:
    return {"row": row.number, "reason": row.reason, "start": row.start}


def refused_rows(upload: Upload, refused: int) -> Iterator[Record]:
    """{"row": number, "reason": sentence, "start": first characters} of each, in order; of
    `refused` in all, those that had no room are one record without a number.
    """
    after = kept = 0
    while batch := list(upload.refused_rows.filter(pk__gt=after).order_by("pk")[:20]):
        for one in batch:
            yield from map(json.loads, zlib.decompress(one.packed).splitlines())
            kept += one.count
        after = batch[-1].pk
    if kept < refused:
        yield {"row": None, "reason": BEYOND_ROOM.format(refused - kept), "start": ""}


def _csv(records: Iterable[Record]) -> Iterator[str]:
    return csv_lines(COLUMNS, ([one[name] for name in COLUMNS] for one in records))


REFUSED_FORMATS: dict[str, Callable[[Iterable[Record]], Iterator[str]]] = {
    "csv": _csv,
    "jsonl": json_lines,
}

REFUSED_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


def counts_of(upload: Upload) -> dict[str, int]:
    """{"added", "already_there", "refused"}: rows of its import until now."""
    told = (upload.job.result or upload.job.cursor or {}) if upload.job else {}
    return {key: int(told.get(key, 0)) for key in ("added", "already_there", "refused")}


def refused_file(upload: Upload, format: str) -> Iterator[bytes]:
    """The file in pieces; `format` is a key of REFUSED_FORMATS."""
    records = refused_rows(upload, counts_of(upload)["refused"])
    return (text.encode() for text in REFUSED_FORMATS[format](records))
