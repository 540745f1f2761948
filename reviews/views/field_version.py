"""A queue that asks a field of which there are versions: moved to the newest, and asked again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.errors import Refused
from annotate_site.form_data import read_uuid
from annotate_site.projects.access import Can
from annotate_site.projects.models import Job
from fields.differences import differences
from fields.models import Field
from fields.queries import newer_version
from queues.access import QueueRequest, queue_member
from queues.views.frame import queue_context, queue_url

from ..actions.asking_again import MOST_COUNTED, ask_outdated, count_outdated, move_and_ask

OVERTAKEN = (
    "This field has changed since you opened the page. What it asks now is below: check it, then"
    " continue."
)


@queue_member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def field_version(request: QueueRequest, field: UUID) -> HttpResponse:
    """`field` is one that the queue asks. POST with `version`, the one that the page showed, and
    with `again` for new rounds of what is finished.
    """
    rows = request.queue.queue_fields.filter(retired_at=None).select_related("field")
    found = get_object_or_404(rows, field=field).field
    newer = newer_version(found, request.access.project)
    target, refused = newer or found, ""
    if request.method == "POST":
        if read_uuid(request.POST, "version") == target.pk:
            try:
                return _moved(request, target, _move(request, found, newer))
            except Refused as error:
                refused = str(error)
        else:
            refused = OVERTAKEN
    outdated = count_outdated(request.queue, target)
    context: dict[str, Any] = queue_context(
        request, "settings", field=found, newer=newer, target=target, refused=refused,
        changed=differences(found, newer) if newer else [], outdated=outdated,
        many=MOST_COUNTED, is_beyond=outdated > MOST_COUNTED,
    )  # fmt: skip
    return render(request, "reviews/field_version.html", context, status=422 if refused else 200)


def _move(request: QueueRequest, field: Field, newer: Field | None) -> Job | None:
    queue, by = request.queue, request.user
    if newer:
        again = request.POST.get("again") == "1"
        return move_and_ask(queue=queue, field=field, version=newer, again=again, by=by)
    return ask_outdated(queue=queue, field=field, by=by)


def _moved(request: QueueRequest, target: Field, job: Job | None) -> HttpResponse:
    if job:
        return redirect("projects:job-detail", request.access.project.slug, job.pk)
    messages.success(request, f"The queue asks the newest version, “{target.name}”, from now on.")
    return redirect(queue_url(request, "queue-settings"))
