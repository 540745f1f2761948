"""Pages of the bottom app: one-time sign-in, and a job with its progress."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotate_site import sql

from .access import Can, ProjectRequest, anyone, member
from .job_facts import facts_of, noun_of
from .sign_in import usable_link, use_link


@anyone
@require_http_methods(["GET", "POST"])
def sign_in_link(request: ProjectRequest, token: str) -> HttpResponse:
    """A button on GET, the sign-in on POST: a link that is only looked at is not used up."""
    if request.method == "POST" and use_link(request, token):
        return redirect("home")
    link = usable_link(request, token)
    status = 200 if link else 404
    return render(request, "projects/sign_in_link.html", {"link": link}, status=status)


@member(Can.READ_TRACES)
@require_GET
def job_detail(request: ProjectRequest, job: UUID) -> HttpResponse:
    """How far a job is; the page asks again by itself until it has ended."""
    jobs = request.access.project.jobs.select_related("created_by")
    found = get_object_or_404(jobs.defer("params", "cursor"), pk=job)  # long lists of ids
    noun = noun_of(found)
    errors = found.errors.order_by("row")[:200]
    context = {
        "job": found,
        "state": found.state_at(sql.clock()),
        "errors": errors,
        "error_count": found.errors.count(),
        "facts": facts_of(found, noun),
        "noun": noun,
    }
    template = "projects/job_detail.html"
    return render(request, f"{template}#job" if request.htmx else template, context)
