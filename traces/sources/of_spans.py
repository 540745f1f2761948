"""A span as a source, with the steps below it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project

from ..models import Span, Trace
from ..payloads import Steps, load_steps, model_of
from ..reading.steps import bare_name, branch_of
from .keys import span_key, split_span_key
from .source import Part, Source, SourceKind

SPANS = """
select s.id, s.trace_id, s.span_id
  from unnest(%(traces)s::uuid[], %(spans)s::text[]) given (trace, span)
  join traces_span s on s.project_id = %(project)s and s.trace_id = given.trace
                    and s.span_id = given.span
"""


class _Row(NamedTuple):
    id: int
    trace_id: UUID
    span_id: str


def load_spans(project: Project, keys: Sequence[str], *, steps: bool) -> list[Source]:
    rows = _found(project, keys)
    runs = {row.trace_id for row in rows.values()}
    traces = Trace.objects.filter(pk__in=runs).defer("attributes").in_bulk()
    spans = Span.objects.in_bulk([row.id for row in rows.values()])
    walked = load_steps(project, list(runs)) if steps else {}
    wanted = [rows[key] for key in dict.fromkeys(keys) if key in rows]
    return [
        _source(spans[row.id], traces[row.trace_id], walked.get(row.trace_id, []))
        for row in wanted
    ]  # fmt: skip


def known_spans(project: Project, keys: Sequence[str]) -> set[str]:
    return set(_found(project, keys))


def _found(project: Project, keys: Sequence[str]) -> dict[str, _Row]:
    """By key."""
    pairs = [pair for key in keys if (pair := split_span_key(key))]
    params = {
        "project": project.pk,
        "traces": [trace for trace, _ in pairs],
        "spans": [span for _, span in pairs],
    }
    rows = sql.rows(SPANS, params, into=_Row) if pairs else []
    return {span_key(row.trace_id, row.span_id): row for row in rows}


def _source(span: Span, trace: Trace, run: Steps) -> Source:
    own = model_of(span)
    below = subtree(run, span.span_id)
    part = Part(
        span.name or trace.name, span.inputs, span.outputs, own or trace.model, span.start,
        below if len(below) > 1 else [],
    )  # fmt: skip
    key = span_key(trace.pk, span.span_id)
    bare = bare_name(part.title, span.kind, [part.model, trace.model])
    return Source(
        SourceKind.SPAN, key, part.title, [part], [trace], bare_title=bare, changes=trace.changes
    )


def subtree(run: Steps, span_id: str) -> Steps:
    """The span and those below it, in the order of the run."""
    kept = branch_of({span.span_id: span.parent_id for span, _ in run}, span_id)
    return [(span, model) for span, model in run if span.span_id in kept]
