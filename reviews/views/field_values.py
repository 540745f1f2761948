"""What people answered to a field so far: a part of the field's page, which fetches it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotate_site.projects.access import Can, ProjectRequest, member
from fields.models import Field


@member(Can.READ_RESULTS)
@require_safe
def field_values(request: ProjectRequest, field: UUID) -> HttpResponse:
    """By itself a page."""
    from ..results.field_values import field_values as read  # loads numpy

    project = request.access.project
    found = get_object_or_404(Field.objects.visible_in(project), pk=field)
    context = {"nav": "annotate", "field": found, "values": read(project, found, request.user)}
    part = "#values" if request.htmx else ""
    return render(request, f"reviews/field_values.html{part}", context)
