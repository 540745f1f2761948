"""Reading selected traces with what was judged of them, in chunks, each a short transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.models import Project, User
from traces.selecting import Selection

from ...judging.listing import scores_of_traces
from .headings import Headings

TRACES = """
select id, trace_id, name, start, session_id, user_id, status, model, latency, tokens_in,
       tokens_out, cost::float8 as cost, tags, input_preview, output_preview
  from traces_trace where project_id = %(project)s and id = any(%(traces)s)
"""


@dataclass(frozen=True)
class TraceScope:
    """Which traces of a project, and who reads what was judged of them."""

    project: Project
    reader: User
    selection: Selection


@dataclass(frozen=True)
class JudgedTrace:
    """A trace and its scores, in their order: rows of `judging.listing`."""

    row: Any
    scores: list[Any]


def read_judged(scope: TraceScope) -> Iterator[JudgedTrace]:
    """In the order of the selection; the reader has opened others' answers in it."""
    for page in scope.selection.pages():
        yield from _read_chunk(scope, page.ids)


@atomic_retry
def _read_chunk(scope: TraceScope, ids: list[UUID]) -> list[JudgedTrace]:
    rows = sql.rows(TRACES, {"project": scope.project.pk, "traces": ids})
    traces = {row.id: row for row in rows}
    scores: dict[UUID, list[Any]] = defaultdict(list)
    for score in scores_of_traces(scope.project, scope.reader, ids):
        scores[score.told_of].append(score)
    return [JudgedTrace(traces[pk], scores[pk]) for pk in ids if pk in traces]


def who(score: Any) -> str:
    """Whose column a score is in."""
    return str(score.email or score.evaluator or score.source_key or "program")


class Names:
    """Headings of fields and names; the versions of a field have one."""

    def __init__(self) -> None:
        self._headings = Headings()

    def of(self, score: Any) -> str:
        return self._headings.of(score.about, score.name)
