"""Downloads of a queue's answers. POST: an export is an event, and opens answers to its reader."""

from django.http import HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.visibility import Reader, answers_file

from ..results.export import FORMATS, SHAPES, Extra, Scope, export_rows, note_export

CONTENT_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@queue_member(Can.READ_RESULTS)
@require_POST
def queue_export(request: QueueRequest) -> HttpResponseBase:
    """`shape`: long or wide; `format`: jsonl or csv; `with`: what of `Extra` besides. Streams."""
    shape, format = request.POST.get("shape", "long"), request.POST.get("format", "jsonl")
    if shape not in SHAPES or format not in FORMATS:
        return HttpResponseBadRequest("An export is long or wide, as jsonl or csv.")
    asked = request.POST.getlist("with")
    if not set(asked) <= set(Extra):
        return HttpResponseBadRequest(f"An export is with {', '.join(Extra)}, or without.")
    scope = Scope(request.queue, Reader.of(request.access), frozenset(map(Extra, asked)))
    note_export(scope, shape, format)
    rows = (text.encode() for text in export_rows(scope, shape, format))
    response = StreamingHttpResponse(rows, content_type=CONTENT_TYPES[format])
    name = answers_file(request.queue, scope.reader, shape)
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return response
