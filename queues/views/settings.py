"""The settings of a queue, which are saved as one form: settings, fields, number of annotations."""

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

from ..access import QueueRequest, queue_member
from ..actions.settings import NameTaken, change_settings
from ..forms.asked import AskedFields
from ..forms.settings import ChangedSettingsForm
from ..states import QueueStatus
from .form_parts import form_part
from .frame import queue_context, queue_url

OVERTAKEN = (
    "Someone else has changed the fields since you opened this page. Your list is below: check it,"
    " then save again."
)


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_settings(request: QueueRequest) -> HttpResponse:
    """POST changes what differs from what the page showed, all or nothing: 422 says why."""
    data = request.POST if request.method == "POST" else None
    form, asked = ChangedSettingsForm(request.queue, data), _asked(request)
    if form.is_valid():
        if asked.overtaken:
            form.add_error(None, OVERTAKEN)
        else:
            try:
                return _saved(request, _save(request, form, asked))
            except Refused as error:
                form.add_error("name" if isinstance(error, NameTaken) else None, str(error))
    is_draft = request.queue.status == QueueStatus.DRAFT
    context = queue_context(
        request, "settings", form=form, asked=asked, is_draft=is_draft, html=_guidelines(request)
    )
    status = 422 if form.is_bound else 200
    return render(request, "queues/queue_settings.html", context, status=status)


def _save(request: QueueRequest, form: ChangedSettingsForm, asked: AskedFields) -> Job | None:
    return change_settings(
        queue=request.queue,
        settings=form.settings(),
        fields=asked.asked() if asked.changed else None,
        number=form.number,
        raise_completed=form.raises_completed,
        actor=Actor.person(request.user),
    )


def _saved(request: QueueRequest, job: Job | None) -> HttpResponse:
    if job and job.state == JobState.WAITING:
        return redirect("projects:job-detail", request.access.project.slug, job.pk)
    messages.success(request, "The settings are saved.")
    return redirect(queue_url(request, "queue-settings"))


@queue_member(Can.MANAGE)
@require_POST
def settings_part(request: QueueRequest) -> HttpResponse:
    """A part of the form as it is now; nothing is kept."""
    return form_part(request, ChangedSettingsForm(request.queue, request.POST), _asked(request))


def _asked(request: QueueRequest) -> AskedFields:
    queue = request.queue
    rows = list(queue.queue_fields.select_related("field__project"))
    return AskedFields(
        request.access.project,
        request.POST if request.method == "POST" else None,
        chosen=[row for row in rows if row.retired_at is None],
        in_use=queue.status != QueueStatus.DRAFT,
        earlier={row.field.lineage for row in rows if row.retired_at},
    )


def _guidelines(request: QueueRequest) -> Any:
    return request.queue.guidelines_html if request.method != "POST" else ""
