"""The guidelines of a queue on a page of their own, with what changed; and that they were read."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can

from ..access import QueueRequest, queue_member
from ..actions.guidelines import note_guidelines
from ..queries.guidelines import rail_of, revisions_of
from .frame import queue_context, queue_url


@queue_member(Can.SEE_QUEUE)
@require_http_methods(["GET", "HEAD", "POST"])
def guidelines(request: QueueRequest) -> HttpResponse:
    """GET shows them; POST notes that a member opened (`seen`: which ones) or shut the rail."""
    if request.method == "POST":
        return _note(request)
    rail, revisions = rail_of(request.queue, request.belonging), revisions_of(request.queue)
    context = queue_context(request, "guidelines", rail=rail, revisions=revisions)
    return render(request, "queues/guidelines.html", context)


def _note(request: QueueRequest) -> HttpResponse:
    """For scripts JSON: whether the mark stays."""
    if not {Can.ANNOTATE, Can.REVIEW} & request.access.can:
        raise PermissionDenied
    shut = request.POST.get("open")
    changed = note_guidelines(
        queue=request.queue,
        user=request.user,
        seen=_moment(request.POST.get("seen", "")),
        is_open=None if shut is None else shut == "1",
    )
    if not request.accepts("text/html"):
        return JsonResponse({"changed": changed})
    return redirect(queue_url(request, "guidelines"))


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
