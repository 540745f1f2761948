"""Files that are no text (Parquet, logs of Inspect), as lines of JSON from a process of its own.

Such a file says itself how much it becomes, and may lie: the process has little memory, and what it
cannot do with that is refused. It knows nothing of the site.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import IO

from traces.ingest.cleaning import InputRefused
from traces.ingest.file_kinds import Readable
from traces.ingest.records import BEYOND
from traces.ingest.scanner import CHUNK, Element, cut_lines
from traces.ingest.unpacking.refusal import LOST

KINDS = {b"PAR1": "parquet", b"PK\x03\x04": "inspect"}
TABLES = ("parquet",)
REFUSED = 3  # the exit status behind which standard error has a sentence
TOO_MUCH = "What is packed in this file takes more memory than a file may."
BROKEN = "This file cannot be unpacked: it may be damaged or cut off."
REST = "The rest of the file was not read. "

_ROOT = Path(__file__).parents[3]
# The allocator that gives up where memory ends, and one thread.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
_LONGEST_SENTENCE = 500


def packed_kind(start: bytes) -> str:
    """A kind of KINDS, by the beginning of a file; "" for any other."""
    return KINDS.get(start[:4], "")


def unpacked(start: bytes, file: Readable, *, behind: int = 0) -> Iterator[Element]:
    """The rows from `behind` on, each as JSON; the last one is lost where the rest of the file is.

    `start` is what was read of the file already. Raises InputRefused, at once and before any row,
    for what cannot be unpacked at all.
    """
    elements = _elements(_spooled(start, file), packed_kind(start), behind)
    first = list(islice(elements, 1))  # which tells whether it can be unpacked
    return chain(first, elements)


def _elements(source: IO[bytes], kind: str, behind: int) -> Iterator[Element]:
    command = [sys.executable, "-m", "traces.ingest.unpacking", kind, str(behind)]
    with source, tempfile.TemporaryFile() as told:
        child = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=told, cwd=_ROOT, env=_ENVIRONMENT
        )
        assert child.stdout
        out, any_row = child.stdout, False
        try:
            for element in cut_lines(iter(lambda: os.read(out.fileno(), CHUNK), b"")):
                if element.closing:  # else the child died in the middle of it
                    any_row = True
                    yield _lost(element) if element.data.startswith(LOST) else element
            if reason := _reason(child.wait(), told):
                if not any_row:
                    raise InputRefused(reason)
                yield Element(b"", 0, BEYOND, REST + reason, b"")
        finally:
            child.kill()
            out.close()
            child.wait()


def _lost(element: Element) -> Element:
    return replace(element, data=b"", reason=element.data.removeprefix(LOST).decode())


def _reason(status: int, told: IO[bytes]) -> str:
    """Why the child ended before the end of the file; "" where it did not."""
    if status == 0:
        return ""
    told.seek(0)
    sentence = told.read(_LONGEST_SENTENCE).decode(errors="replace").strip()
    if status == REFUSED and sentence:
        return sentence
    return TOO_MUCH if status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGXCPU) else BROKEN


def _spooled(start: bytes, file: Readable) -> IO[bytes]:
    """The file as one that can be read at any place; a storage need not give such a one."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - whoever takes it closes it
    spool.write(start)
    while chunk := file.read(CHUNK):
        spool.write(chunk)
    spool.seek(0)
    return spool
