"""The away switch: for oneself, and by a manager for another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from annotate_site.templatetags.ui import count

from ..access import QueueRequest, queue_member
from ..actions.people.members import set_away
from ..errors import NotMember
from .frame import queue_url
from .members import people_url


@queue_member(Can.ANNOTATE)
@require_POST
def away(request: QueueRequest) -> HttpResponse:
    """Oneself, as `away` says: 1 or nothing. Leads back to the queue or to My work."""
    _set(request, request.user, "You are")
    if request.POST.get("back") == "home":
        return redirect("my-work")
    return redirect(queue_url(request))


@queue_member(Can.MANAGE)
@require_POST
def member_away(request: QueueRequest, person: int) -> HttpResponse:
    members = request.queue.members.filter(removed_at=None).select_related("user")
    found = get_object_or_404(members, user=person)
    _set(request, found.user, f"{found.user} is")
    return redirect(people_url(request))


def _set(request: QueueRequest, user: User, who: str) -> None:
    gone = request.POST.get("away") == "1"
    actor = Actor.person(request.user)
    try:
        freed = set_away(queue=request.queue, user=user, away=gone, actor=actor)
    except NotMember as error:
        messages.error(request, str(error))
        return
    if not gone:
        messages.success(request, f"{who} back: items are handed out as usual again.")
        return
    kept = f" {count(freed, 'item')} waiting for them went back to the queue." if freed else ""
    messages.success(request, f"{who} marked away.{kept} What is open stays open.")
