"""Unpacks standard input to lines of JSON: `python -m traces.ingest.unpacking KIND BEHIND`.

Run by its package alone, with the memory and the time that it sets for itself.
"""

import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

from traces.ingest.unpacking import REFUSED, TOO_MUCH
from traces.ingest.unpacking.refusal import Refused

MEMORY = 56 * 1024**2  # bytes of data, above what the interpreter and pyarrow take
SECONDS = 300  # of processor time
MOST_TEXT = 2 * 1024**3
EXPANDS = f"It expands to more than {MOST_TEXT // 1024**3} GB of text."


def lines(kind: str, file: BinaryIO, behind: int) -> Iterator[bytes]:
    """Its reader, imported before memory is limited."""
    if kind == "parquet":
        from traces.ingest.unpacking.parquet import parquet_lines as read
    else:
        from traces.ingest.unpacking.inspect_archive import archive_lines as read
    limit_memory()
    return read(file, behind)


def limit_memory() -> None:
    """To MEMORY above what the process has now."""
    with open("/proc/self/statm") as statm:
        data = int(statm.read().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (data + MEMORY, data + MEMORY))


def main(kind: str, behind: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    size, out = 0, sys.stdout.buffer
    for line in lines(kind, sys.stdin.buffer, behind):
        size += len(line) + 1
        if size > MOST_TEXT:
            raise Refused(EXPANDS)
        out.write(line + b"\n")
    out.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except BrokenPipeError:
        sys.exit(1)
    except Refused as refused:
        sys.stdout.flush()
        print(refused, file=sys.stderr)
        sys.exit(REFUSED)
    except MemoryError:
        sys.stdout.flush()
        print(TOO_MUCH, file=sys.stderr)
        sys.exit(REFUSED)
