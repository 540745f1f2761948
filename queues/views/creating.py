"""A new queue."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotate_site.errors import Refused
from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.richtext import render_guidelines

from ..access import QueueRequest, queue_member
from ..actions.copying import duplicate_queue, left_out
from ..actions.settings import NameTaken, create_queue
from ..forms.asked import AskedFields
from ..forms.settings import NewQueueForm
from .form_parts import form_part


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def queue_new(request: ProjectRequest) -> HttpResponse:
    """A draft queue. What was typed stays where something is wrong (422)."""
    project = request.access.project
    data = request.POST if request.method == "POST" else None
    form, asked = NewQueueForm(project, data), AskedFields(project, data)
    if data is not None and form.is_valid():
        try:
            queue = create_queue(
                project=project,
                by=request.user,
                settings=form.settings(),
                fields=asked.asked(),
                annotators=list(form.cleaned_data["people"]),
            )
        except Refused as error:
            form.add_error("name" if isinstance(error, NameTaken) else None, str(error))
        else:
            messages.success(request, f"{queue.name} is created as a draft.")
            return redirect("queues:queue-detail", project=project.slug, queue=queue.pk)
    context: dict[str, Any] = {"nav": "annotate", "form": form, "asked": asked}
    return render(request, "queues/queue_new.html", context, status=422 if data else 200)


@queue_member(Can.MANAGE)
@require_POST
def queue_duplicate(request: QueueRequest) -> HttpResponse:
    """A draft like this queue; what could not be taken along is told."""
    copy = duplicate_queue(queue=request.queue, by=request.user)
    left = [
        f"“{field.name}” is {'archived' if field.archived_at else 'no longer shared'}"
        for field in left_out(request.queue)
    ]
    but = f" It doesn't ask everything: {', '.join(left)}." if left else ""
    messages.success(request, f"{copy.name} is created as a draft, without items.{but}")
    return redirect("queues:queue-detail", project=request.access.project.slug, queue=copy.pk)


@member(Can.MANAGE)
@require_POST
def new_part(request: ProjectRequest) -> HttpResponse:
    """A part of the form as it is now; nothing is kept."""
    project = request.access.project
    return form_part(
        request, NewQueueForm(project, request.POST), AskedFields(project, request.POST)
    )


@member(Can.MANAGE)
@require_POST
def guidelines_preview(request: ProjectRequest) -> HttpResponse:
    """The guidelines as annotators will read them; nothing is kept."""
    html = render_guidelines(request.POST.get("guidelines", ""))
    return render(request, "queues/_guidelines_preview.html", {"html": html})
