"""Reading what lists never read: the inputs and outputs of traces, and the steps of a run."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from annotate_site.projects.models import Project

from .models import Span, Trace

# How attributes of a span name its model: `model`, `gen_ai.request.model`, `llm.model_name`.
_NAMES_MODEL = re.compile(r"(?:^|[._])model(?:[._]?(?:name|id))?$", re.IGNORECASE)


@dataclass(frozen=True)
class Payload:
    """`steps`: the run's spans, each with the model that it names or ""; only where asked for."""

    trace: Trace
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    steps: list[tuple[Span, str]] = field(default_factory=list)


def load_payloads(
    project: Project, trace_ids: Iterable[UUID], *, steps: bool = False
) -> list[Payload]:
    """The project's traces among these ids with their roots' content, in the order given."""
    wanted = list(trace_ids)
    traces = Trace.objects.filter(project=project, pk__in=wanted).defer("attributes").in_bulk()
    roots: dict[UUID, Span] = {}
    spans = Span.objects.filter(project=project, trace__in=traces, parent_id="")
    for span in spans.only("trace_id", "inputs", "outputs").order_by("-id"):
        roots[span.trace_id] = span
    found = [pk for pk in dict.fromkeys(wanted) if pk in traces]
    walked = _steps(project, found) if steps else {}
    return [_payload(traces[pk], roots.get(pk), walked.get(pk, [])) for pk in found]


def load_payload(trace: Trace) -> Payload:
    root = trace.spans.filter(parent_id="").order_by("id").first()
    return _payload(trace, root, [])


def _payload(trace: Trace, root: Span | None, steps: list[tuple[Span, str]]) -> Payload:
    inputs, outputs = (root.inputs, root.outputs) if root else ({}, {})
    return Payload(trace, inputs, outputs, steps)


def _steps(project: Project, traces: list[UUID]) -> dict[UUID, list[tuple[Span, str]]]:
    """A trace that is a single span has no steps."""
    spans = Span.objects.filter(project=project, trace__in=traces, trace__span_count__gt=1)
    found: dict[UUID, list[tuple[Span, str]]] = {}
    for span in spans.defer("inputs", "outputs", "events").order_by("id").iterator(chunk_size=500):
        found.setdefault(span.trace_id, []).append((span, _model_of(span.attributes)))
        span.attributes = {}
    return found


def _model_of(attributes: dict[str, Any]) -> str:
    """The model that a span names, "" for none."""
    named = (value for key, value in attributes.items() if _NAMES_MODEL.search(key))
    return next((value for value in named if isinstance(value, str) and value), "")
