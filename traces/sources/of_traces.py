"""A trace as a source; its key is our id of it."""

from collections.abc import Sequence

from annotate_site.projects.models import Project

from ..payloads import Payload, load_payloads
from .keys import read_id
from .source import Part, Source, SourceKind


def load_traces(project: Project, keys: Sequence[str], *, steps: bool) -> list[Source]:
    ids = [pk for key in keys if (pk := read_id(key))]
    return [
        Source(
            SourceKind.TRACE, str(payload.trace.pk), payload.trace.name, [part_of(payload)],
            [payload.trace], changes=payload.trace.changes,
        )
        for payload in load_payloads(project, ids, steps=steps)
    ]  # fmt: skip


def part_of(payload: Payload) -> Part:
    trace = payload.trace
    return Part(
        trace.name, payload.inputs, payload.outputs, trace.model, trace.start, payload.steps
    )


def known_traces(project: Project, keys: Sequence[str]) -> set[str]:
    ids = [pk for key in keys if (pk := read_id(key))]
    return {str(pk) for pk in project.traces.filter(pk__in=ids).values_list("pk", flat=True)}
