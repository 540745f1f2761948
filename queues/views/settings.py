"""The settings of a queue: free ones, its fields, the number of annotations it asks for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotate_site.errors import Refused
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job
from annotate_site.projects.models.records import JobState
from annotate_site.templatetags.ui import count

from ..access import QueueRequest, queue_member
from ..actions.items.required import change_required
from ..actions.settings import NameTaken, change_fields, change_settings
from ..forms.asked import AskedFields
from ..forms.members import AddMembersForm
from ..forms.settings import ChangedSettingsForm, RequiredForm
from ..models import Queue, QueueField
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
        except Refused as error:
            form.add_error("name" if isinstance(error, NameTaken) else None, str(error))
        else:
            messages.success(request, "The settings are saved.")
            return redirect(queue_url(request, "queue-settings"))
    return settings_page(request, form=form)


@queue_member(Can.MANAGE)
@require_POST
def queue_fields(request: QueueRequest) -> HttpResponse:
    """What the queue asks from now on."""
    asked = AskedFields(request.access.project, request.POST, chosen=asked_rows(request.queue))
    actor = Actor.person(request.user)
    try:
        change_fields(queue=request.queue, fields=asked.asked(), actor=actor)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The fields are saved.")
    return redirect(f"{queue_url(request, 'queue-settings')}#fields")


@queue_member(Can.MANAGE)
@require_POST
def queue_required(request: QueueRequest) -> HttpResponse:
    """The number of annotations; its items follow at once, or by a job that the answer shows."""
    form = RequiredForm(request.POST)
    if not form.is_valid():
        return settings_page(request, required=form)
    try:
        job = change_required(
            queue=request.queue,
            required=form.cleaned_data["annotations_required"],
            raise_completed=form.cleaned_data["raise_completed"],
            actor=Actor.person(request.user),
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        if job and job.state == JobState.WAITING:
            return redirect("projects:job-detail", request.access.project.slug, job.pk)
        messages.success(request, _required_told(form.cleaned_data["annotations_required"], job))
    return redirect(f"{queue_url(request, 'queue-settings')}#required")


def _required_told(number: int, job: Job | None) -> str:
    if job is None:
        return "Nothing was changed: the number was that already."
    return f"Each item asks for {count(number, 'annotation')} now."


def asked_rows(queue: Queue) -> list[QueueField]:
    """What the queue asks now, in order."""
    return list(queue.queue_fields.filter(retired_at=None).select_related("field"))


def settings_page(
    request: QueueRequest,
    *,
    form: ChangedSettingsForm | None = None,
    add: AddMembersForm | None = None,
    required: RequiredForm | None = None,
) -> HttpResponse:
    """The page, with a form that was refused in place of a fresh one (422)."""
    queue = request.queue
    is_draft, number = queue.status == QueueStatus.DRAFT, queue.annotations_required
    context: dict[str, Any] = {
        "form": form or ChangedSettingsForm(queue),
        "is_draft": is_draft,
        "asked": AskedFields(queue.project, chosen=asked_rows(queue), in_use=not is_draft),
        "required": required or RequiredForm(initial={"annotations_required": number}),
        "members": queue.members.filter(removed_at=None).select_related("user"),
        "add": add or AddMembersForm(queue),
        "batches": queue.batches.select_related("added_by").order_by("-pk")[:MOST_BATCHES],
    }
    status = 422 if form or add or required else 200
    context = queue_context(request, "settings", **context)
    return render(request, "queues/queue_settings.html", context, status=status)
