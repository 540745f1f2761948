"""The Analytics tab of a queue: figures of its answers, and their tables as files."""

from django.http import HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from annotate_site.export_text import csv_lines, marked
from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.views.frame import queue_context
from queues.visibility import Reader, Whose, answers_file

from ..results.export import Scope, note_export


@queue_member(Can.READ_RESULTS)
@require_safe
def analytics(request: QueueRequest) -> HttpResponse:
    """`field`: the one that is shown in full, the first for any other text."""
    from ..results.analytics.page import page_of  # loads numpy, which no other page needs

    reader = Reader.of(request.access)
    figures = page_of(request.queue, reader, request.GET.get("field", ""))
    context = queue_context(
        request, "analytics", figures=figures, only_completed=reader.whose != Whose.ALL
    )
    return render(request, "reviews/analytics.html", context)


@queue_member(Can.READ_RESULTS)
@require_POST
def analytics_export(request: QueueRequest) -> HttpResponseBase:
    """`table`: a name of TABLES, of `field` as on the page. POST: an export is an event."""
    from ..results.analytics.page import page_of
    from ..results.analytics.tables import TABLES

    name, reader = request.POST.get("table", ""), Reader.of(request.access)
    page = page_of(request.queue, reader, request.POST.get("field", ""))
    if name not in TABLES or page is None:
        return HttpResponseBadRequest(f"A table is one of {', '.join(TABLES)}.")
    note_export(Scope(request.queue, reader), f"figures {name}", "csv")
    table = TABLES[name](page)
    response = StreamingHttpResponse(
        (text.encode() for text in marked(csv_lines(*table))),
        content_type="text/csv; charset=utf-8",
    )
    filename = answers_file(request.queue, reader, f"figures-{name}")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response
