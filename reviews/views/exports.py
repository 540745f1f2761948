"""Downloads of a queue's answers. POST: an export is an event, and opens answers to its reader."""

from django.http import HttpResponseBadRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from annotate_site.errors import Refused
from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.models import Queue
from queues.visibility import Reader, answers_file

from ..results.export import FORMATS, SHAPES, Extra, Scope, export_rows, note_export

CONTENT_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@queue_member(Can.READ_RESULTS)
@require_POST
def queue_export(request: QueueRequest) -> HttpResponseBase:
    """`shape`: long or wide; `format`: jsonl or csv; `with`: what of `Extra` besides. Streams."""
    try:
        return stream_export(request.queue, Reader.of(request.access), request.POST)
    except BadExport as error:
        return HttpResponseBadRequest(str(error))


class BadExport(Refused):
    code = "bad_export"
    status = 422


def stream_export(queue: Queue, reader: Reader, asked: QueryDict) -> StreamingHttpResponse:
    """`asked` as of `queue_export`. Raises BadExport."""
    shape, format = asked.get("shape", "long"), asked.get("format", "jsonl")
    if shape not in SHAPES or format not in FORMATS:
        raise BadExport("An export is long or wide, as jsonl or csv.")
    extras = asked.getlist("with")
    if not set(extras) <= set(Extra):
        raise BadExport(f"An export is with {', '.join(Extra)}, or without.")
    scope = Scope(queue, reader, frozenset(map(Extra, extras)))
    note_export(scope, shape, format)
    rows = (text.encode() for text in export_rows(scope, shape, format))
    response = StreamingHttpResponse(rows, content_type=CONTENT_TYPES[format])
    name = answers_file(queue, reader, shape)
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return response
