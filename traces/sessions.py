"""A session as one reading: its traces in order, a page at a time, and the sums of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from annotate_site.keyset import Keyset
from annotate_site.projects.models import Project

from .models import Status, Trace
from .payloads import Payload, load_payloads
from .queries import COLUMNS, Cursor
from .reading.pieces import dialects_of
from .reading.sections import Reading, read_content

PAGE = 20
IN_ORDER = Keyset(("start", "id"))


@dataclass(frozen=True)
class Totals:
    """Of all traces of a session; a sum is None where none of them tells its part."""

    traces: int
    failed: int
    start: datetime
    end: datetime | None
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None
    latency: int | None


@dataclass(frozen=True)
class SessionPage:
    """Some of a session's traces, in order; `before` and `after` as in `TracePage`."""

    traces: list[Trace]
    reading: Reading
    before: Cursor | None
    after: Cursor | None


def traces_of_session(project: Project, session_id: str) -> QuerySet[Trace]:
    return project.traces.filter(session_id=session_id).exclude(session_id="")


def totals_of(traces: QuerySet[Trace]) -> Totals | None:
    """None where there are no traces."""
    found = traces.aggregate(
        traces=Count("pk"), failed=Count("pk", filter=Q(status=Status.ERROR)),
        first=Min("start"), last=Max("end"), tokens_in=Sum("tokens_in"),
        tokens_out=Sum("tokens_out"), cost=Sum("cost"), latency=Sum("latency"),
    )  # fmt: skip
    start, end = found.pop("first"), found.pop("last")
    return Totals(start=start, end=end, **found) if found["traces"] else None


def read_session(
    project: Project, traces: QuerySet[Trace], *, after: Cursor | None, before: Cursor | None
) -> SessionPage:
    page = IN_ORDER.page(traces.only(*COLUMNS), PAGE, after=after, before=before)
    payloads = load_payloads(project, [trace.pk for trace in page.rows])
    return SessionPage(
        page.rows,
        read_runs(payloads),
        Cursor(*page.before) if page.before else None,
        Cursor(*page.after) if page.after else None,
    )


def read_runs(payloads: Sequence[Payload]) -> Reading:
    """The conversations of these traces, one after the other."""
    return read_content({"parts": [_part(payload) for payload in payloads]})


def _part(payload: Payload) -> dict[str, Any]:
    trace, inputs, outputs = payload.trace, payload.inputs, payload.outputs
    return {
        "trace": str(trace.pk), "title": trace.name, "start": trace.start.isoformat(),
        "model": trace.model, "inputs": inputs, "outputs": outputs,
        "dialects": dialects_of(inputs, outputs).as_json(),
    }  # fmt: skip
