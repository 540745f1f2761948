"""My work: the page one lands on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotate_site.projects.access import signed_in
from annotate_site.projects.models import User
from annotate_site.projects.queries import projects_read_by

from ..queries import my_queues


@signed_in
@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """Queues waiting for me, what I hold, drafts, what could not be taken; and my projects."""
    assert isinstance(request.user, User)
    rows = my_queues(request.user)
    open_rows = [row for row in rows if row.status in ("active", "paused")]
    context = {
        "open": open_rows,
        "closed": [row for row in rows if row not in open_rows],
        "projects": projects_read_by(request.user),
    }
    return render(request, "reviews/my_work.html", context)
