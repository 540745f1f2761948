"""What waits for a queue's managers, and reviews that they end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate_site.form_data import ROW_ID, read_number
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.holds.ending import release_review_hold
from ..queries.attention import attention_of
from .frame import queue_context, queue_url


@queue_member(Can.MANAGE)
@require_safe
def queue_attention(request: QueueRequest) -> HttpResponse:
    """What goes no further until somebody acts, by kind."""
    context = queue_context(request, "attention", matters=attention_of(request.queue.pk))
    return render(request, "queues/queue_attention.html", context)


@queue_member(Can.MANAGE)
@require_POST
def review_end(request: QueueRequest, item: UUID) -> HttpResponse:
    """Ends the review of `holder`, whom the page showed; nobody else's."""
    found = get_object_or_404(request.queue.items.only("pk"), pk=item)
    released = release_review_hold(
        queue=request.queue,
        item_id=found.pk,
        holder_id=read_number(request.POST, "holder", most=ROW_ID),
        actor=Actor.person(request.user),
    )
    if released:
        messages.success(request, "The review has ended; its draft is kept. Others may open it.")
    else:
        messages.error(request, "This review had already ended; nothing was changed.")
    return redirect(queue_url(request, "queue-progress"))
