"""Traces that a program sends: read as a file of them is, stored all at once or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor
from annotate_site.projects.models import ApiToken, Project

from ..import_job import why_already_there
from ..ingest.cleaning import InputRefused
from ..ingest.parsed import ParsedTrace
from ..ingest.plan import GoodRow, in_chunks, plan_for, read_traces
from ..ingest.records import BadRow
from .log_rows import part_key
from .storing import Arrival, Stored, store_traces

MOST_ROWS = 1000
TOO_MANY = f"It holds more than {MOST_ROWS:,} rows. Send them in several requests."
NAME = "trace.json"  # traces without a name are called "trace 1", "trace 2", ...
ADDED, ALREADY_THERE, REFUSED = "added", "already_there", "refused"


@dataclass
class RowResult:
    """What came of one row: `row` counts from 1, `id` is ours, `notes` say what was mended."""

    row: int
    result: str
    reason: str = ""
    trace_id: str = ""
    id: UUID | None = None
    notes: list[str] = field(default_factory=list)


def read_batch(body: bytes) -> list[GoodRow | BadRow]:
    """JSON in our own format, or any that a file may have. Raises InputRefused."""
    plan = plan_for(BytesIO(body), NAME)
    rows = list(islice(read_traces(BytesIO(body), NAME, plan), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise InputRefused(TOO_MANY)
    return rows


@atomic_retry
def receive_traces(
    *,
    project: Project,
    rows: Iterable[GoodRow | BadRow],
    actor: Actor,
    token: ApiToken | None = None,
) -> list[RowResult]:
    """Stores the good rows in one transaction; a result for each row, in their order."""
    now, results = sql.clock(), []
    for chunk in in_chunks(rows):
        arrivals = {
            place: _arrival(project, row, now)
            for place, row in enumerate(chunk)
            if isinstance(row, GoodRow)
        }
        stored = store_traces(
            project=project, arrivals=list(arrivals.values()), actor=actor, origin=None,
            token=token,
        )  # fmt: skip
        results += [_result(row, arrivals.get(n), stored) for n, row in enumerate(chunk)]
    _fill_in_ids(project, results)
    return results


@atomic_retry
def receive_parts(
    *,
    project: Project,
    parts: Sequence[ParsedTrace],
    actor: Actor,
    token: ApiToken | None = None,
) -> list[ParsedTrace]:
    """Spans that came one by one, stored in one transaction. Those of a trace that is here whole
    are not taken: they are returned.
    """
    now = sql.clock()
    arrivals = [Arrival(part_key(project, part.trace_id), part, now) for part in parts]
    stored = store_traces(project=project, arrivals=arrivals, actor=actor, origin=None, token=token)
    return [one.trace for one in arrivals if one.id not in stored.ids]


def _arrival(project: Project, row: GoodRow, now: datetime) -> Arrival:
    start = now - timedelta(microseconds=row.number)
    key = part_key(project, row.trace.trace_id) if row.trace.is_part else uuid7()
    return Arrival(key, row.trace, start)


def _result(row: GoodRow | BadRow, arrival: Arrival | None, stored: Stored) -> RowResult:
    if isinstance(row, BadRow) or arrival is None:
        reason = row.reason if isinstance(row, BadRow) else ""
        return RowResult(row.number, REFUSED, reason)
    if arrival.id in stored.ids - stored.repeated:
        return RowResult(row.number, ADDED, "", row.trace.trace_id, notes=row.notes)
    why = why_already_there(row.trace)
    return RowResult(row.number, ALREADY_THERE, why, row.trace.trace_id)


def _fill_in_ids(project: Project, results: list[RowResult]) -> None:
    wanted = {result.trace_id for result in results if result.trace_id}
    found: dict[str, Any] = dict(
        project.traces.filter(trace_id__in=wanted).values_list("trace_id", "pk")
    )
    for result in results:
        result.id = found.get(result.trace_id)
