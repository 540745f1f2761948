"""The form of a queue, new or not, while it is filled in: its parts as they would be now."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from annotate_site.projects.access import ProjectRequest

from ..forms.asked import AskedFields
from ..forms.settings import SettingsForm

# Where htmx puts what it asked for → the template of that part.
PARTS: Final = {
    "asked": "queues/_asked.html",
    "form-preview": "queues/_form_preview.html",
    "more-words": "queues/_more_words.html",
}


def form_part(request: ProjectRequest, form: SettingsForm, asked: AskedFields) -> HttpResponse:
    """The part that htmx asks for, else the list of what is asked and the form that it makes."""
    part = PARTS.get(request.htmx.target or "", PARTS["asked"])
    context = {"form": form, "asked": asked, "part_url": request.path, "oob": "asked" in part}
    return render(request, part, context)
