"""People of a queue: listed, added, given rights, removed. All lead back to their list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate_site.errors import Refused
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.people.members import add_members, remove_member, set_rights
from ..forms.members import NO_RIGHT, AddMembersForm
from ..models import QueueMember
from ..queries.people import members_of
from .frame import queue_context, queue_url

PAGE = 50


@queue_member(Can.MANAGE)
@require_safe
def queue_people(request: QueueRequest) -> HttpResponse:
    """`q`, `page`: 50 people a page, in their order; and members of the project to add."""
    return _page(request, AddMembersForm(request.queue))


def _page(request: QueueRequest, add: AddMembersForm) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    page = Paginator(members_of(request.queue, text), PAGE).get_page(request.GET.get("page"))
    more = {"page": page, "q": text, "add": add, "kept": request.GET.urlencode()}
    context = queue_context(request, "people", **more)
    return render(request, "queues/queue_people.html", context, status=422 if add.is_bound else 200)


@queue_member(Can.MANAGE)
@require_POST
def member_add(request: QueueRequest) -> HttpResponse:
    form = AddMembersForm(request.queue, request.POST)
    if not form.is_valid():
        return _page(request, form)
    people = list(form.cleaned_data["people"])
    rights = {name: form.cleaned_data[name] for name in ("can_annotate", "can_review")}
    actor = Actor.person(request.user)
    try:
        add_members(queue=request.queue, users=people, actor=actor, **rights)
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, form)
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
    return redirect(people_url(request))


def people_url(request: QueueRequest) -> str:
    """The list, searched and at the page where it was."""
    kept = request.GET.urlencode()
    return queue_url(request, "queue-people") + (f"?{kept}" if kept else "")
