"""The history of an item, in sentences."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can

from ..access import QueueRequest, queue_member
from ..queries.history import history_of
from ..visibility import Reader
from .frame import queue_context


@queue_member(Can.SEE_QUEUE)
@require_safe
def item_history(request: QueueRequest, item: UUID) -> HttpResponse:
    """All of it for those who read results; for anybody else what they did or had done to them."""
    items = request.queue.items.defer("snapshot").select_related("batch__added_by")
    found = get_object_or_404(items, pk=item)
    only = None if Can.READ_RESULTS in request.access else request.user
    lines = history_of(found, Reader.of(request.access), only=only)
    context = queue_context(request, "items", item=found, history=lines, own=only is not None)
    return render(request, "queues/item_history.html", context)
