"""The job that turns an upload into traces, chunk by chunk."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid5

from annotate_site import sql
from annotate_site.jobs import JobFailed, Step, Steps, runs
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, JobError

from .actions.log_rows import part_key
from .actions.storing import Arrival, Origin, store_traces
from .actions.uploading import GONE, KIND, opened, plan_of
from .ingest.cleaning import InputRefused
from .ingest.parsed import ParsedTrace
from .ingest.plan import GoodRow, in_chunks, read_traces
from .ingest.records import BEYOND, BadRow, Position
from .models import Upload
from .refused_rows import MOST_PACKED, keep_refused

MOST_REPORTED = 1000  # refused rows reported one by one; the rest are only counted
EQUAL = "It has no id and equals a row that was imported already, here or before: one trace."
SAID = "What it says of a trace was imported already. It was not changed."
MOST_REPEATS_REPORTED = 100  # the same for rows already there, which must not hide the refused

# Of an empty table PostgreSQL knows nothing: it looks for each span's trace among all of the
# project, until autovacuum comes within a minute.
HAS_STATISTICS = """
select reltuples >= 1 as known from pg_class where oid = 'traces_trace'::regclass
"""
GATHER_STATISTICS = "analyze traces_trace"


@runs(KIND)
def import_upload(job: Job) -> Steps:
    """Stores the upload's good rows; {"added", "already_there", "refused"} count all rows.

    The cursor has the same counts, of the rows until there, and the place in the file.
    """
    upload = Upload.objects.filter(project=job.project, pk=job.params["upload"]).first()
    if upload is None:
        raise JobFailed(GONE)
    try:
        return (yield from _Import(job, upload).run())
    except InputRefused as refused:
        raise JobFailed(str(refused)) from None


class _Import:
    def __init__(self, job: Job, upload: Upload) -> None:
        self.job, self.upload = job, upload
        self.actor = Actor.of_job(job)
        cursor = job.cursor or {"added": 0, "already_there": 0, "refused": 0}
        self.added: int = cursor["added"]
        self.already_there: int = cursor["already_there"]
        self.refused: int = cursor["refused"]
        self.traces: int = cursor.get("traces", self.added)  # fewer than rows where these are spans
        self.refused_bytes: int = cursor.get("refused_bytes", 0)
        self.after = Position(cursor["offset"], cursor["number"]) if job.cursor else None

    def run(self) -> Steps:
        with opened(self.upload) as file:
            plan, name = plan_of(self.upload), self.upload.filename
            for chunk in in_chunks(read_traces(file, name, plan, self.after)):
                self._refuse([row for row in chunk if isinstance(row, BadRow)])
                self._store([row for row in chunk if isinstance(row, GoodRow)])
                yield Step(self._cursor(chunk[-1].end, chunk[-1].number), self.seen)
        if self.job.total is None:
            yield Step(self._cursor(BEYOND, self.seen), self.seen, total=self.seen)
        return self.counts

    def _cursor(self, offset: int, number: int) -> dict[str, Any]:
        place = {"offset": offset, "number": number}
        return self.counts | place | {"traces": self.traces, "refused_bytes": self.refused_bytes}

    @property
    def seen(self) -> int:
        return self.added + self.already_there + self.refused

    @property
    def counts(self) -> dict[str, Any]:
        return {
            "added": self.added, "already_there": self.already_there, "refused": self.refused,
        }  # fmt: skip

    def _refuse(self, rows: list[BadRow]) -> None:
        shown = rows[: max(0, MOST_REPORTED - self.refused)]
        self._report((row.number, row.reason) for row in shown)
        self.refused += len(rows)
        room = MOST_PACKED - self.refused_bytes
        self.refused_bytes += keep_refused(upload=self.upload, rows=rows, room=room)

    def _store(self, rows: list[GoodRow]) -> None:
        arrivals = [self._arrival(row) for row in rows]
        stored = store_traces(
            project=self.job.project,
            arrivals=arrivals,
            actor=self.actor,
            origin=Origin("upload", self.upload.pk, self.traces),
        )
        pairs = zip(rows, arrivals, strict=True)
        added = stored.ids - stored.repeated
        repeats = [row for row, arrival in pairs if arrival.id not in added]
        self._report(
            (row.number, why_already_there(row.trace))
            for row in repeats[: max(0, MOST_REPEATS_REPORTED - self.already_there)]
        )
        if not self.added and added:
            _gather_statistics()
        self.added += len(rows) - len(repeats)
        self.already_there += len(repeats)
        self.traces += stored.new

    def _arrival(self, row: GoodRow) -> Arrival:
        """Rows without a time follow each other downwards in lists, as they do in the file."""
        start = self.upload.created_at - timedelta(microseconds=row.number)
        whole = uuid5(self.upload.pk, str(row.number))
        key = part_key(self.job.project, row.trace.trace_id) if row.trace.is_part else whole
        return Arrival(key, row.trace, start)

    def _report(self, rows: Iterable[tuple[int, str]]) -> None:
        first = dict(reversed(list(rows)))  # a row may hold several traces
        JobError.objects.bulk_create(
            JobError(job=self.job, row=number, message=sentence[:500])
            for number, sentence in sorted(first.items())
        )


def _gather_statistics() -> None:
    row = sql.one(HAS_STATISTICS)
    if row and not row.known:
        sql.run(GATHER_STATISTICS)


def why_already_there(trace: ParsedTrace) -> str:
    if not trace.spans:
        return SAID
    if trace.id_of_content:
        return EQUAL
    return f"A trace with the id {trace.trace_id} is already here. It was not changed."
