"""Looking at an item before picking it, in a queue where annotators choose."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can

from ..access import QueueRequest, queue_member
from ..queries.items import preview_item
from ..snapshots import item_reading
from ..states import Strategy
from .frame import queue_context

PAGE = "queues/item_preview.html"


@queue_member(Can.ANNOTATE)
@require_safe
def item_preview(request: QueueRequest, item: UUID) -> HttpResponse:
    """What annotators see of the item, and whether this one can pick it; never an answer.

    Nothing is held by looking. 404 where the queue hands out its items by itself.
    """
    queue = request.queue
    found = preview_item(queue, item, request.user) if queue.strategy == Strategy.MANUAL else None
    if found is None:
        raise Http404
    context = queue_context(
        request,
        "items",
        row=found[1],
        reading=item_reading(found[0], queue),
    )
    template = f"{PAGE}#preview" if request.htmx else PAGE
    return render(request, template, context)
