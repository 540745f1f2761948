"""Erasing what came from one user of an application, after a page that counts it."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can, ProjectRequest, member

from ..erasing.job import start_erasure
from ..erasing.of_sender import count_erasable


class ErasingForm(forms.Form):
    user_id = forms.CharField(
        max_length=200, label="User id", help_text="As the traces have it, letter by letter.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(
        max_length=200, help_text="Kept for good with who did it and when. Name nobody."
    )


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def erasing(request: ProjectRequest) -> HttpResponse:
    """POST counts; with `confirm` of the same user id, it erases."""
    project = request.access.project
    form = ErasingForm(request.POST if request.method == "POST" else None)
    context = {"nav": "keeping", "form": form}
    if form.is_valid():
        user_id, reason = form.cleaned_data["user_id"], form.cleaned_data["reason"]
        counted = count_erasable(project, user_id)
        if not counted.traces:
            form.add_error("user_id", "No trace of this project has this user id.")
        elif request.POST.get("confirm") == user_id:
            job = start_erasure(project=project, user_id=user_id, reason=reason, by=request.user)
            return redirect("projects:job-detail", project.slug, job.pk)
        else:
            context |= {"counted": counted, "user_id": user_id}
    status = 422 if form.errors else 200
    return render(request, "reviews/erasing.html", context, status=status)
