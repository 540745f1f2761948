"""People of a queue: added, given rights, removed. All lead back to its settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from annotate_site.errors import Refused
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.people.members import add_members, remove_member, set_rights
from ..forms.members import NO_RIGHT, AddMembersForm
from ..models import QueueMember
from .frame import queue_url
from .settings import settings_page


@queue_member(Can.MANAGE)
@require_POST
def member_add(request: QueueRequest) -> HttpResponse:
    form = AddMembersForm(request.queue, request.POST)
    if not form.is_valid():
        return settings_page(request, add=form)
    people = list(form.cleaned_data["people"])
    rights = {name: form.cleaned_data[name] for name in ("can_annotate", "can_review")}
    actor = Actor.person(request.user)
    try:
        add_members(queue=request.queue, users=people, actor=actor, **rights)
    except Refused as error:
        form.add_error(None, str(error))
        return settings_page(request, add=form)
    messages.success(request, f"{', '.join(str(person) for person in people)} added.")
    return _back(request)


@queue_member(Can.MANAGE)
@require_POST
def member_rights(request: QueueRequest, person: int) -> HttpResponse:
    """Both rights as they are to be."""
    found = _member(request, person)
    annotate, review = "can_annotate" in request.POST, "can_review" in request.POST
    if not annotate and not review:
        messages.error(request, f"{NO_RIGHT} Nothing was changed for {found.user}.")
        return _back(request)
    try:
        set_rights(
            queue=request.queue,
            user=found.user,
            can_annotate=annotate,
            can_review=review,
            actor=Actor.person(request.user),
        )
    except QueueMember.DoesNotExist:
        messages.error(request, f"{found.user} has just been removed from the queue.")
    else:
        messages.success(request, f"The rights of {found.user} are saved.")
    return _back(request)


@queue_member(Can.MANAGE)
@require_POST
def member_remove(request: QueueRequest, person: int) -> HttpResponse:
    found = _member(request, person)
    remove_member(queue=request.queue, user=found.user, actor=Actor.person(request.user))
    messages.success(
        request, f"{found.user} is removed. Submitted work stays; items they held are free again."
    )
    return _back(request)


def _member(request: QueueRequest, person: int) -> QueueMember:
    members = request.queue.members.filter(removed_at=None).select_related("user")
    return get_object_or_404(members, user=person)


def _back(request: QueueRequest) -> HttpResponse:
    return redirect(f"{queue_url(request, 'queue-settings')}#people")
