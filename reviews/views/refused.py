"""Refused work, taken after all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from annotate_site.errors import Refused
from annotate_site.projects.access import Can
from queues.access import QueueRequest, queue_member
from queues.models import Reservation

from ..actions.accepting import accept_refused


@queue_member(Can.MANAGE)
@require_POST
def refused_accept(request: QueueRequest, reservation: int) -> HttpResponse:
    """The answers kept with this hold count as one annotation more."""
    holds = Reservation.objects.filter(queue=request.queue, kind=Reservation.Kind.ANNOTATE)
    found = get_object_or_404(holds.select_related("annotator"), pk=reservation)
    try:
        accept_refused(queue=request.queue, reservation=found, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Accepted: the answers of {found.annotator} count.")
    progress = reverse("queues:queue-progress", args=[request.access.project.slug, found.queue_id])
    return redirect(progress)
