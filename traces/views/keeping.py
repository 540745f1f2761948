"""How long a project keeps its traces."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor

from ..actions.keeping import count_expired, keep_traces
from ..forms import KeepingForm


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: ProjectRequest) -> HttpResponse:
    """POST of `days` counts what would be deleted at once; with `confirm` of these days, it is set.

    What deletes nothing needs no second press.
    """
    project = request.access.project
    data = request.POST if request.method == "POST" else None
    form = KeepingForm(data, initial={"days": project.keep_traces})
    context = {"nav": "keeping", "form": form}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "traces/keeping.html", context, status=status)
    days = form.cleaned_data["days"]
    expired = count_expired(project, days) if days else None
    if expired and expired.any and request.POST.get("confirm") != str(days):
        return render(request, "traces/keeping.html", context | {"days": days, "expired": expired})
    keep_traces(project=project, days=days, actor=Actor.person(request.user))
    messages.success(request, "Saved." if days else "Saved. Traces are kept indefinitely.")
    return redirect("traces:keeping", project.slug)
