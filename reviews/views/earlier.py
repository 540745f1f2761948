"""Back through one's own submitted items, beside the present one."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from annotate_site.form_data import ROW_ID, read_number
from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member

from ..models import Annotation
from ..my_history.earlier import own_past


@queue_member(Can.ANNOTATE)
@require_GET
def past(request: QueueRequest) -> HttpResponse:
    """`before` and `after`: the id of the annotation shown now; without them the newest.

    204 where there is none on that side. Without htmx one's own work as a page.
    """
    if not request.htmx:
        return redirect("reviews:own-work", request.access.project.slug, request.queue.pk)
    before, after = _id(request, "before"), _id(request, "after")
    try:
        found = own_past(request.queue, request.user, before=before, after=after)
    except Annotation.DoesNotExist:
        raise Http404 from None
    if found is None:
        return HttpResponse(status=204)
    return render(request, "reviews/_past.html", {"queue": request.queue, "past": found})


def _id(request: QueueRequest, name: str) -> int | None:
    return read_number(request.GET, name, most=ROW_ID) if name in request.GET else None
