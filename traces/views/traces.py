"""A trace."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can, ProjectRequest, member

from ..ingest.parsed import MAX_SPANS
from ..listing import PageAddress
from ..models import Span, Status, Trace
from ..neighbours import neighbours_of
from ..payloads import load_payload
from ..queries import (
    line_around,
    queue_names,
    queue_places,
)
from ..reading.pieces import choices_of, dialects_of
from ..reading.raw import MOST_RAW, json_file, json_text
from ..reading.sections import Reading, read_sides
from ..reading.tree import json_tree
from ..span_tree import failed_only, span_tree
from ..view_models import (
    SHOWN_SPANS,
    place,
    span_facts,
    trace_facts,
    trace_heading,
)


@member(Can.READ_TRACES)
@require_safe
def trace_detail(request: ProjectRequest, trace: UUID) -> HttpResponse:
    """A trace to read; `span` shows one of its steps instead, `view=raw` everything as JSON.

    `view=json` is that JSON by itself; `as` is the dialect that a person chose to read it in;
    `errors=only` lists the spans that failed, and those above them.
    """
    found = get_object_or_404(request.access.project.traces, pk=trace)
    span = _span(found, request.GET.get("span", ""))
    if span:
        inputs, outputs, attributes = span.inputs, span.outputs, span.attributes
    else:
        payload = load_payload(found)
        inputs, outputs, attributes = payload.inputs, payload.outputs, found.attributes
    everything = {"inputs": inputs, "outputs": outputs, "attributes": attributes}
    if request.GET.get("view") == "json":
        return json_file(everything)
    raw = json_text(everything) if request.GET.get("view") == "raw" else ""
    read_as = request.GET.get("as", "")
    choices = [] if raw else choices_of(inputs, outputs)
    context = {
        "nav": "traces",
        "trace": found,
        "heading": trace_heading(found, repeated=line_around(found)),
        "span": span,
        "raw": raw[:MOST_RAW],
        "raw_length": len(raw),
        "raw_is_cut": len(raw) > MOST_RAW,
        "reading": Reading([]) if raw else _reading(inputs, outputs, read_as),
        "choices": choices,
        "read_as": read_as if read_as in {one.name for one in choices} else "",
        "attributes": json_tree(attributes) if attributes else None,
        "events": json_tree(span.events) if span and span.events else None,
        "places": _places(found),
        "facts": span_facts(span) if span else trace_facts(found, session_page=_session(found)),
    }
    context |= _list_around(found, span, PageAddress.from_carried(request.GET))
    context |= _spans(found, span, request.GET.get("errors") == "only")
    return render(request, "traces/trace_detail.html", context)


def _list_around(trace: Trace, span: Span | None, page: PageAddress) -> dict[str, Any]:
    """The way back to the list and on to its next trace.

    `address` is that of this page, and `trace_address` of the trace as a whole, each for another
    parameter to follow.
    """
    neighbours = neighbours_of(trace, page)
    carried = neighbours.page.carried
    trace_address = f"{carried}&" if carried else "?"
    of_span = f"{urlencode({'span': span.span_id})}&" if span else ""
    return {
        "neighbours": neighbours,
        "carried": carried,
        "list_query": neighbours.page.as_query(),
        "trace_address": trace_address,
        "address": f"{trace_address}{of_span}",
    }


def _session(trace: Trace) -> str:
    """The address of its session's page, "" for none."""
    page = reverse("traces:session-detail", args=[trace.project.slug])
    return f"{page}?{urlencode({'id': trace.session_id})}" if trace.session_id else ""


def _reading(inputs: dict[str, Any], outputs: dict[str, Any], read_as: str) -> Reading:
    return read_sides(inputs, outputs, dialects=dialects_of(inputs, outputs, read_as))


def _span(trace: Trace, span_id: str) -> Span | None:
    if not span_id:
        return None
    if "\x00" in span_id:
        raise Http404
    return get_object_or_404(trace.spans, span_id=span_id, project=trace.project_id)


def _spans(trace: Trace, current: Span | None, errors_only: bool) -> dict[str, Any]:
    """The span tree, for a trace of more than its root. Errors are looked for in all of it."""
    if trace.span_count < 2:
        return {}
    spans = trace.spans.filter(project=trace.project_id).order_by("id")
    lines = spans.defer("inputs", "outputs", "attributes", "events")
    failed = spans.filter(status=Status.ERROR).count()
    most = MAX_SPANS if errors_only else SHOWN_SPANS
    nodes = span_tree(lines[:most], current.span_id if current else "")
    return {
        "spans": failed_only(nodes) if errors_only else nodes,
        "spans_left": 0 if errors_only else max(0, trace.span_count - SHOWN_SPANS),
        "failed": failed,
        "errors_only": errors_only,
    }


def _places(trace: Trace) -> list[object]:
    project = trace.project
    found = queue_places(project, [trace], queue_names(project))
    return [place(one) for one in found.get(trace.pk, [])]
