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
from ..models import Span, Trace
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
from ..span_tree import NOTHING, SpanNode, SpanRow, failed_only, lines_of, span_tree
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
    """A trace to read; `span` shows one of its steps beside the tree, `top` only the tree below
    one. `view=raw` is everything as JSON, `view=json` that JSON by itself; `as` is the dialect that
    a person chose to read it in. `errors=only` lists the spans that failed, and those above them,
    `list=all` however many there are.
    """
    found = get_object_or_404(request.access.project.traces, pk=trace)
    top = _span(found, request.GET.get("top", ""))
    span = _span(found, request.GET.get("span", "")) or top
    everything = _content(found, span)
    if request.GET.get("view") == "json":
        return json_file(everything)
    context = {"nav": "traces", "trace": found, "span": span, "top": top.span_id if top else ""}
    context |= _list_around(found, span, top, PageAddress.from_carried(request.GET))
    context |= _beside(request, everything) | _tree(request, found, span, top)
    if request.htmx.target == "beside":
        return render(request, "traces/_beside.html", context)
    context |= {
        "heading": trace_heading(found, repeated=line_around(found)),
        "places": _places(found),
        "facts": trace_facts(found, session_page=_session(found)),
    }
    return render(request, "traces/trace_detail.html", context)


def _content(trace: Trace, span: Span | None) -> dict[str, Any]:
    if span:
        sides = {"inputs": span.inputs, "outputs": span.outputs}
        return sides | {"attributes": span.attributes, "events": span.events}
    payload = load_payload(trace)
    sides = {"inputs": payload.inputs, "outputs": payload.outputs}
    return sides | {"attributes": trace.attributes}


def _beside(request: ProjectRequest, everything: dict[str, Any]) -> dict[str, Any]:
    """What was said, to read or as JSON."""
    inputs, outputs = everything["inputs"], everything["outputs"]
    attributes, events = everything["attributes"], everything.get("events")
    raw = json_text(everything) if request.GET.get("view") == "raw" else ""
    read_as = request.GET.get("as", "")
    choices = [] if raw else choices_of(inputs, outputs)
    return {
        "raw": raw[:MOST_RAW],
        "raw_length": len(raw),
        "raw_is_cut": len(raw) > MOST_RAW,
        "reading": Reading([]) if raw else _reading(inputs, outputs, read_as),
        "choices": choices,
        "read_as": read_as if read_as in {one.name for one in choices} else "",
        "attributes": json_tree(attributes) if attributes else None,
        "events": json_tree(events) if events else None,
    }


def _list_around(
    trace: Trace, span: Span | None, top: Span | None, page: PageAddress
) -> dict[str, Any]:
    """The way back to the list and on to its next trace.

    `address` is that of this page, `trace_address` of the trace as a whole, and `tree_address` with
    the same tree, each for another parameter to follow.
    """
    neighbours = neighbours_of(trace, page)
    carried = neighbours.page.carried
    trace_address = f"{carried}&" if carried else "?"
    tree_address = f"{trace_address}{urlencode({'top': top.span_id})}&" if top else trace_address
    of_span = f"{urlencode({'span': span.span_id})}&" if span else ""
    return {
        "neighbours": neighbours,
        "carried": carried,
        "list_query": neighbours.page.as_query(),
        "into": neighbours.page.listing.into,
        "trace_address": trace_address,
        "tree_address": tree_address,
        "address": f"{tree_address}{of_span}",
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


def _tree(
    request: ProjectRequest, trace: Trace, span: Span | None, top: Span | None
) -> dict[str, Any]:
    """The spans as lines, for a trace of more than its root, and the facts of the one chosen."""
    spans = _spans_of(trace)
    current = span.span_id if span else ""
    nodes = span_tree(spans, current, top=top.span_id if top else "")
    lines = lines_of(nodes)
    errors_only, all_of_them = (
        request.GET.get(name) == value for name, value in (("errors", "only"), ("list", "all"))
    )
    failed = sum(node.has_failed for node in lines)
    listed = lines_of(failed_only(nodes)) if errors_only else lines
    shown = listed if all_of_them else _first(listed)
    more = "&errors=only" if errors_only else "&list=all" if all_of_them else ""
    sums = {node.span.span_id: node.sums for node in lines}
    return {
        "has_spans": trace.span_count > 1,
        "lines": shown,
        "line_more": more,
        "listed_spans": len(lines),
        "spans_left": len(listed) - len(shown),
        "failed": failed,
        "errors_only": errors_only,
        "span_facts": span_facts(span, sums.get(span.span_id, NOTHING)) if span else [],
    }


def _spans_of(trace: Trace) -> list[SpanRow]:
    spans = trace.spans.filter(project=trace.project_id).order_by("id")
    return [SpanRow(*row) for row in spans.values_list(*SpanRow._fields)[:MAX_SPANS]]


def _first(lines: list[SpanNode]) -> list[SpanNode]:
    """The first of very many, and as many as it takes to show the one chosen."""
    chosen = next((place for place, node in enumerate(lines) if node.is_current), 0)
    return lines[: max(SHOWN_SPANS, chosen + 1)]


def _places(trace: Trace) -> list[object]:
    project = trace.project
    found = queue_places(project, [trace], queue_names(project))
    return [place(one) for one in found.get(trace.pk, [])]
