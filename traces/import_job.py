"""The job that turns an upload into traces, chunk by chunk."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import uuid5

from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Job, JobError

from .actions.storing import Arrival, Origin, store_traces
from .actions.uploading import GONE, KIND, content_of, plan_of
from .ingest.cleaning import Refused
from .ingest.plan import GoodRow, read_traces
from .ingest.rows import BadRow, read_rows
from .models import Upload

CHUNK = 200
MOST_TOLD = 1000  # refused rows told one by one; the rest are only counted
MOST_REPEATS_TOLD = 100  # the same for rows already there, which must not hide the refused


@runs(KIND)
def import_upload(job: Job) -> Steps:
    """Stores the upload's good rows; {"added", "already_there", "refused"} count all rows.

    The cursor has the same counts, of the rows until there.
    """
    upload = Upload.objects.filter(project=job.project, pk=job.params["upload"]).first()
    if upload is None:
        raise JobFailed(GONE)
    try:
        return (yield from _Import(job, upload).run())
    except Refused as refused:
        raise JobFailed(str(refused)) from None


class _Import:
    def __init__(self, job: Job, upload: Upload) -> None:
        self.job, self.upload = job, upload
        self.actor = Actor.person(job.created_by) if job.created_by else SYSTEM
        counts = job.cursor or {"added": 0, "already_there": 0, "refused": 0}
        self.added: int = counts["added"]
        self.already_there: int = counts["already_there"]
        self.refused: int = counts["refused"]

    def run(self) -> Steps:
        file, name = content_of(self.upload), self.upload.filename
        if self.job.total is None:
            yield Step(None, 0, sum(1 for _ in read_rows(file, name)))
            file.seek(0)
        rows = read_traces(file, name, plan_of(self.upload))
        for chunk in _chunks(islice(rows, self.seen, None)):
            self._refuse([row for row in chunk if isinstance(row, BadRow)])
            self._store([row for row in chunk if isinstance(row, GoodRow)])
            yield Step(self.counts, self.seen)
        return self.counts

    @property
    def seen(self) -> int:
        return self.added + self.already_there + self.refused

    @property
    def counts(self) -> dict[str, Any]:
        return {
            "added": self.added, "already_there": self.already_there, "refused": self.refused,
        }  # fmt: skip

    def _refuse(self, rows: list[BadRow]) -> None:
        told = rows[: max(0, MOST_TOLD - self.refused)]
        self._tell((row.number, row.reason) for row in told)
        self.refused += len(rows)

    def _store(self, rows: list[GoodRow]) -> None:
        arrivals = {row.number: self._arrival(row) for row in rows}
        stored = store_traces(
            project=self.job.project,
            arrivals=list(arrivals.values()),
            actor=self.actor,
            origin=Origin("upload", self.upload.pk, self.added),
        )
        repeats = [number for number, arrival in arrivals.items() if arrival.id not in stored]
        self._tell(
            (number, _already_there(arrivals[number].trace.trace_id))
            for number in repeats[: max(0, MOST_REPEATS_TOLD - self.already_there)]
        )
        self.added += len(stored)
        self.already_there += len(repeats)

    def _arrival(self, row: GoodRow) -> Arrival:
        """Rows without a time follow each other downwards in lists, as they do in the file."""
        start = self.upload.created_at - timedelta(microseconds=row.number)
        return Arrival(uuid5(self.upload.pk, str(row.number)), row.trace, start)

    def _tell(self, rows: Iterable[tuple[int, str]]) -> None:
        JobError.objects.bulk_create(
            JobError(job=self.job, row=number, message=sentence[:500]) for number, sentence in rows
        )


def _already_there(trace_id: str) -> str:
    return f"A trace with the id {trace_id} is already here. It was not changed."


def _chunks(rows: Iterator[GoodRow | BadRow]) -> Iterator[list[GoodRow | BadRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
