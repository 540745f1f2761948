"""Reading what lists never read: the inputs and outputs of traces."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate_site.projects.models import Project

from .models import Span, Trace


@dataclass(frozen=True)
class Payload:
    trace: Trace
    inputs: dict[str, Any]
    outputs: dict[str, Any]


def load_payloads(project: Project, trace_ids: Iterable[UUID]) -> list[Payload]:
    """The project's traces among these ids with their roots' content, in the order given."""
    wanted = list(trace_ids)
    traces = Trace.objects.filter(project=project, pk__in=wanted).defer("attributes").in_bulk()
    roots: dict[UUID, Span] = {}
    spans = Span.objects.filter(project=project, trace__in=traces, parent_id="")
    for span in spans.only("trace_id", "inputs", "outputs").order_by("-id"):
        roots[span.trace_id] = span
    found = [pk for pk in dict.fromkeys(wanted) if pk in traces]
    return [_payload(traces[pk], roots.get(pk)) for pk in found]


def load_payload(trace: Trace) -> Payload:
    root = trace.spans.filter(parent_id="").order_by("id").first()
    return _payload(trace, root)


def _payload(trace: Trace, root: Span | None) -> Payload:
    return Payload(trace, root.inputs, root.outputs) if root else Payload(trace, {}, {})
