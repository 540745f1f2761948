"""The Analytics tab of a queue: figures of its answers, and their tables as files."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.views.frame import queue_context
from queues.visibility import Reader, Whose


@queue_member(Can.READ_RESULTS)
@require_safe
def analytics(request: QueueRequest) -> HttpResponse:
    """`field`: the one that is shown in full, the first for any other text."""
    from ..results.analytics.page import page_of  # loads numpy, which no other page needs

    reader = Reader.of(request.access)
    figures = page_of(request.queue, reader, request.GET.get("field", ""))
    context = queue_context(
        request, "analytics", only_completed=reader.whose != Whose.ALL, **figures
    )
    return render(request, "reviews/analytics.html", context)
