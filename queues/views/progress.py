"""How far a queue is: a page, and its live part, which asks for itself every ten seconds."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate_site.http import is_fragment
from annotate_site.projects.access import Can

from ..access import QueueRequest, queue_member
from ..queries.live import progress_of
from ..queries.progress import refused_work
from ..states import ItemStatus
from ..visibility import Reader, answers_file
from .frame import queue_context

PEOPLE = 50  # on a page


@queue_member(Can.SEE_QUEUE)
@require_safe
def queue_progress(request: QueueRequest) -> HttpResponse:
    """Counts; by person, holds and refused work for those who read results, else one's own."""
    queue, access = request.queue, request.access
    if is_fragment(request):
        return render(request, "queues/queue_progress.html#live", _live(request, shared=True))
    more = _live(request, shared=False)
    if Can.READ_RESULTS in access:
        more["export_name"] = answers_file(queue, Reader.of(access), "long")
    if Can.MANAGE in access:
        more["refused"] = refused_work(queue)
    return render(request, "queues/queue_progress.html", queue_context(request, "progress", **more))


def _live(request: QueueRequest, *, shared: bool) -> dict[str, Any]:
    found = progress_of(request.queue, request.access, shared=shared)
    counted = found.counts
    return {
        "queue": request.queue,
        "counts": counted,
        "figures": [(status, counted.of(status)) for status in ItemStatus.values],
        "mine": found.mine,
        "people": found.people
        and Paginator(found.people, PEOPLE).get_page(request.GET.get("page")),
        "holds": found.holds,
        "holds_total": found.holds_total,
        "burn": found.burn_up,
        "matters": found.matters,
    }
