"""What the import of 100,000 rows takes, beside a COPY of the same rows, and how much memory."""

import csv
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.db import connection

from annotate_site.jobs import run_job
from tests import factories
from traces.actions.uploading import receive_upload, start_import

from .telling import budget

ROWS = 100_000
LEAST_PER_SECOND, MOST_MB = 1000, 150
PAGE_BYTES = 4096
QUESTION = "A loaf of rye was ordered on Monday and has not come. What should I tell them? "
ANSWER = "Say that it left the bakery this morning, and offer a second one without charge. "


def measure() -> None:
    """Prints rows a second of both, and by how much memory grew."""
    print(f"\nImport of {ROWS:,} rows of CSV")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        _write(path)
        copied = _copy()
        with _growth() as most:
            imported = _import(path)
        size = path.stat().st_size / 1e6
    print(f"  {size:.0f} MB; a COPY of the same rows alone: {copied:,.0f} rows/s")
    kept = imported >= LEAST_PER_SECOND
    budget("rows/s", f"{imported:,.0f}", f"at least {LEAST_PER_SECOND:,}", kept)
    budget("memory above idle, MB", f"{most[0]:.0f}", f"below {MOST_MB}", most[0] < MOST_MB)


def _rows() -> Iterator[list[str]]:
    return ([f"r-{n}", QUESTION * 3 + str(n), ANSWER * 3, "small"] for n in range(ROWS))


def _write(path: Path) -> None:
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "question", "answer", "model"])
        out.writerows(_rows())


def _import(path: Path) -> float:
    person, project = factories.make_user("Importer"), factories.make_project("Imports")
    began = time.perf_counter()
    with path.open("rb") as file:
        upload = receive_upload(project=project, by=person, file=File(file), filename=path.name)
    job = start_import(upload=upload, by=person, at_once=False)
    while run_job(str(job.pk)):
        pass
    took = time.perf_counter() - began
    job.refresh_from_db()
    assert job.result["added"] == ROWS, job.failure
    return ROWS / took


def _copy() -> float:
    """As one statement into a table without an index."""
    with connection.cursor() as cursor:
        cursor.execute("create table bench_copied (id text, inputs json, outputs json, model text)")
        began = time.perf_counter()
        with cursor.copy("copy bench_copied from stdin") as copy:
            for name, question, answer, model in _rows():
                inputs, outputs = json.dumps({"question": question}), json.dumps({"answer": answer})
                copy.write_row((name, inputs, outputs, model))
        took = time.perf_counter() - began
        cursor.execute("drop table bench_copied")
    return ROWS / took


@contextmanager
def _growth() -> Iterator[list[float]]:
    """By how many MB the process has grown at most, looked at 20 times a second."""
    over, idle, most = threading.Event(), _memory(), [0.0]

    def look() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], (_memory() - idle) / 1e6)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES
