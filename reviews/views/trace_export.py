"""Traces that were selected in the list, as a file with what was judged of them."""

from django.http import Http404, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can, ProjectRequest, member
from traces.selecting import Selection

from ..results.export.traces import FORMATS, SHAPES, TraceScope, export_pieces, note_export

CONTENT_TYPES = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def trace_export(request: ProjectRequest) -> HttpResponseBase:
    """The traces page sends here what is selected; POST with `confirm` streams the file.

    `shape`: long or wide; `format`: jsonl, csv or parquet.
    """
    data = request.POST if request.method == "POST" else request.GET
    selection = Selection.of(request.access.project, data)
    if selection.filter is None and not selection.is_empty and not selection.count:
        raise Http404
    if "confirm" not in request.POST or not selection.count:
        context = {"nav": "traces", "selection": selection}
        return render(request, "reviews/trace_export.html", context)
    shape, format = request.POST.get("shape", "wide"), request.POST.get("format", "jsonl")
    if shape not in SHAPES or format not in FORMATS:
        return HttpResponseBadRequest("An export is long or wide, as jsonl, csv or parquet.")
    scope = TraceScope(request.access.project, request.user, selection)
    note_export(scope, shape, format)
    pieces = export_pieces(scope, shape, format)
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[format])
    name = f"{request.access.project.slug}-traces-{shape}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
