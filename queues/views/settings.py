"""The settings of a queue: free ones at any time, its fields while it is a draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor

from ..access import QueueRequest, queue_member
from ..actions.settings import NameTaken, change_fields, change_settings
from ..errors import QueueError
from ..forms.asked import AskedFields
from ..forms.members import AddMembersForm
from ..forms.settings import ChangedSettingsForm
from ..states import QueueStatus
from .frame import queue_context, queue_url

MOST_BATCHES = 100


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_settings(request: QueueRequest) -> HttpResponse:
    """POST changes what differs from what the page showed; 422 where something is wrong."""
    if request.method != "POST":
        return settings_page(request)
    form = ChangedSettingsForm(request.queue, request.POST)
    if form.is_valid():
        actor = Actor.person(request.user)
        try:
            change_settings(queue=request.queue, settings=form.settings(), actor=actor)
        except QueueError as error:
            form.add_error("name" if isinstance(error, NameTaken) else None, str(error))
        else:
            messages.success(request, "The settings are saved.")
            return redirect(queue_url(request, "queue-settings"))
    return settings_page(request, form=form)


@queue_member(Can.MANAGE)
@require_POST
def queue_fields(request: QueueRequest) -> HttpResponse:
    """The fields of a draft anew."""
    asked = AskedFields(request.access.project, request.POST)
    actor = Actor.person(request.user)
    try:
        change_fields(queue=request.queue, fields=asked.asked(), actor=actor)
    except QueueError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The fields are saved.")
    return redirect(f"{queue_url(request, 'queue-settings')}#fields")


def settings_page(
    request: QueueRequest,
    *,
    form: ChangedSettingsForm | None = None,
    add: AddMembersForm | None = None,
) -> HttpResponse:
    """The page, with a form that was refused in place of a fresh one (422)."""
    queue = request.queue
    rows = list(queue.queue_fields.filter(retired_at=None).select_related("field"))
    is_draft = queue.status == QueueStatus.DRAFT
    context: dict[str, Any] = {
        "form": form or ChangedSettingsForm(queue),
        "is_draft": is_draft,
        "fields": rows,
        "asked": AskedFields(queue.project, chosen=rows) if is_draft else None,
        "members": queue.members.filter(removed_at=None).select_related("user"),
        "add": add or AddMembersForm(queue),
        "batches": queue.batches.select_related("added_by").order_by("-pk")[:MOST_BATCHES],
    }
    status = 422 if form or add else 200
    context = queue_context(request, "settings", **context)
    return render(request, "queues/queue_settings.html", context, status=status)
