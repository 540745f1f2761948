"""Reading what lists never read: the inputs and outputs of traces, and the steps of a run."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from annotate_site import sql
from annotate_site.projects.models import Project

from .models import Span, Trace

# Of `span`, with whether each asks and answers, what a trace shows whose root says nothing: the
# first span with inputs. Calls of a model beside each other are a conversation that grows, so where
# that is one, the last of them.
ASKING = """
first as (
  select distinct on (trace_id) trace_id, id, span_id, parent_id, kind from span where asks
   order by trace_id, start, span_id
), asking as materialized (
  select distinct on (first.trace_id) first.trace_id, coalesce(later.id, first.id) as id,
         coalesce(later.span_id, first.span_id) as span_id
    from first left join span later
      on later.trace_id = first.trace_id and later.parent_id = first.parent_id
     and first.kind = 'llm' and later.kind = 'llm' and later.asks and later.answers
   order by first.trace_id, later.start desc nulls last, later.span_id desc
)
"""
# The stored size tells an empty object (two bytes and their length) without reading the others.
SIDES = f"""
with span as (
  select trace_id, id, span_id, parent_id, kind, start, pg_column_size(inputs) > 3 as asks,
         pg_column_size(outputs) > 3 as answers
    from traces_span where project_id = %s and trace_id = any(%s)
), {ASKING}
select span.trace_id, (array_agg(asking.id))[1] as asked,
       (array_agg(span.id order by span.start desc nulls last, span.span_id desc)
          filter (where span.answers))[1] as answered
  from span left join asking on asking.trace_id = span.trace_id group by span.trace_id
"""

# How attributes of a span name its model: `model`, `gen_ai.request.model`, `llm.model_name`.
_NAMES_MODEL = re.compile(r"(?:^|[._])model(?:[._]?(?:name|id))?$", re.IGNORECASE)


Sides = tuple[dict[str, Any], dict[str, Any]]  # inputs and outputs
Steps = list[tuple[Span, str]]  # spans in order, each with the model that it names or ""


@dataclass(frozen=True)
class Payload:
    """`steps`: of the run; only where asked for."""

    trace: Trace
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    steps: Steps = field(default_factory=list)


def load_payloads(
    project: Project, trace_ids: Iterable[UUID], *, steps: bool = False
) -> list[Payload]:
    """The project's traces among these ids with their roots' content, in the order given."""
    wanted = list(trace_ids)
    traces = Trace.objects.filter(project=project, pk__in=wanted).defer("attributes").in_bulk()
    found = [pk for pk in dict.fromkeys(wanted) if pk in traces]
    sides = sides_of(project.pk, found)
    walked = load_steps(project, found) if steps else {}
    return [Payload(traces[pk], *sides[pk], walked.get(pk, [])) for pk in found]


def load_payload(trace: Trace) -> Payload:
    return Payload(trace, *sides_of(trace.project.pk, [trace.pk])[trace.pk])


def sides_of(project: UUID, traces: Sequence[UUID]) -> dict[UUID, Sides]:
    """The inputs and outputs of roots; see `ParsedTrace.sides` where these are empty."""
    sides: dict[UUID, Sides] = {}
    spans = Span.objects.filter(project=project, trace__in=traces, parent_id="")
    for span in spans.only("trace_id", "inputs", "outputs").order_by("-start", "-span_id"):
        sides[span.trace_id] = span.inputs, span.outputs
    silent = [pk for pk in traces if not any(sides.get(pk, ()))]
    return sides | _sides_of_others(project, silent) if silent else sides


def _sides_of_others(project: UUID, traces: list[UUID]) -> dict[UUID, Sides]:
    rows = {row.trace_id: row for row in sql.rows(SIDES, [project, traces])}
    wanted = [pk for row in rows.values() for pk in (row.asked, row.answered) if pk]
    spans = Span.objects.only("inputs", "outputs").in_bulk(wanted)
    found: dict[UUID, Sides] = {}
    for pk in traces:
        row = rows.get(pk)
        asked, answered = (spans.get(row.asked), spans.get(row.answered)) if row else (None, None)
        inputs, own = (asked.inputs, asked.outputs) if asked else ({}, {})
        found[pk] = inputs, own or (answered.outputs if answered else {})
    return found


def load_steps(project: Project, traces: list[UUID]) -> dict[UUID, Steps]:
    """A trace that is a single span has no steps."""
    spans = Span.objects.filter(project=project, trace__in=traces, trace__span_count__gt=1)
    found: dict[UUID, Steps] = {}
    for span in spans.defer("inputs", "outputs", "events").order_by("id").iterator(chunk_size=500):
        found.setdefault(span.trace_id, []).append((span, model_of(span)))
        span.attributes = {}
    return found


def model_of(span: Span) -> str:
    """The model that it names, "" for none."""
    named = (value for key, value in span.attributes.items() if _NAMES_MODEL.search(key))
    own = (value for value in named if isinstance(value, str) and value)
    return span.model or next(own, "")
