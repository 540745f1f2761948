"""From the traces page: tag or delete what is selected, after a page that names the number."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotate_site.jobs import start_job
from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor

from ..actions.changing import Bulk, delete_traces, tag_traces
from ..forms import TagForm
from ..jobs import DELETE_TRACES, TAG_TRACES
from ..selecting import CHUNK, Selection

AT_ONCE = CHUNK


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def trace_tag(request: ProjectRequest) -> HttpResponse:
    """The traces page sends here what is selected; POST with `confirm` tags it."""
    selection = _selection(request)
    form = TagForm(request.POST if "confirm" in request.POST else None)
    if form.is_valid():
        tags = {"add": form.cleaned_data["add"], "remove": form.cleaned_data["remove"]}
        if selection.count > AT_ONCE:
            return _job(request, selection, TAG_TRACES, f"Tag {selection.count:,} traces", tags)
        count = tag_traces(
            project=request.access.project,
            ids=selection.first(AT_ONCE),
            actor=Actor.person(request.user),
            bulk=Bulk(str(uuid4())),
            **tags,
        )
        messages.success(request, f"{_traces(count)} changed.")
        return redirect("traces:trace-list", request.access.project.slug)
    context = {"nav": "traces", "selection": selection, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "traces/trace_tag.html", context, status=status)


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def trace_delete(request: ProjectRequest) -> HttpResponse:
    """The traces page sends here what is selected; POST with `confirm` deletes it."""
    selection = _selection(request)
    if "confirm" in request.POST and selection.count:
        if selection.count > AT_ONCE:
            title = f"Delete {selection.count:,} traces"
            return _job(request, selection, DELETE_TRACES, title, {})
        count = delete_traces(
            project=request.access.project,
            ids=selection.first(AT_ONCE),
            actor=Actor.person(request.user),
            bulk=Bulk(str(uuid4())),
        )
        messages.success(request, f"{_traces(count)} deleted.")
        return redirect("traces:trace-list", request.access.project.slug)
    return render(request, "traces/trace_delete.html", {"nav": "traces", "selection": selection})


def _selection(request: ProjectRequest) -> Selection:
    """Raises Http404 where ids are given and none is of the project."""
    data = request.POST if request.method == "POST" else request.GET
    selection = Selection.of(request.access.project, data)
    if selection.filter is None and not selection.is_empty and not selection.count:
        raise Http404
    return selection


def _job(
    request: ProjectRequest, selection: Selection, kind: str, title: str, params: dict[str, Any]
) -> HttpResponse:
    job = start_job(
        project=request.access.project,
        kind=kind,
        title=title,
        by=request.user,
        params={"selection": urlencode(selection.pairs)} | params,
        at_once=False,
    )
    return redirect("projects:job-detail", project=request.access.project.slug, job=job.pk)


def _traces(count: int) -> str:
    return f"{count:,} trace{'' if count == 1 else 's'}"
