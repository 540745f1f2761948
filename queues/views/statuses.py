"""Moves of a queue's status."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..commands import COMMANDS
from ..errors import WrongState
from ..queries.holds import live_holds
from ..states import QueueStatus
from .detail import items_page
from .frame import queue_context, queue_url


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_status(request: QueueRequest) -> HttpResponse:
    """GET asks whether it is meant, and says what happens; POST of `command` does it.

    What a draft lacks is told at its checklist; a reload of that leads back to the queue.
    """
    if request.method != "POST" and "command" not in request.GET:
        return redirect(queue_url(request))
    command = COMMANDS.get(request.POST.get("command") or request.GET.get("command", ""))
    if command is None:
        raise Http404
    if request.method != "POST":
        holds = live_holds(request.queue)[1] if command.asks else 0
        context = queue_context(request, "", command=command, holds=holds)
        return render(request, "queues/queue_status.html", context)
    try:
        command.run(request.queue, Actor.person(request.user))
    except WrongState as error:
        if request.queue.status == QueueStatus.DRAFT and command.name == "activate":
            return items_page(request, refused=str(error))
        messages.error(request, str(error))
    else:
        messages.success(request, command.told(request.queue))
    return redirect(queue_url(request))
