"""Saved views: a list of traces kept under a name."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotate_site.projects.access import Can, ProjectRequest, member

from ..forms import ViewForm
from ..listing import Listing
from ..models import SavedView
from ..saved_views import (
    NameTaken,
    change_view,
    delete_view,
    listing_of,
    save_view,
    views_of,
)


@member(Can.READ_TRACES)
@require_http_methods(["GET", "HEAD", "POST"])
def view_new(request: ProjectRequest) -> HttpResponse:
    """Saves the list that the address, or the form's `list`, describes."""
    posted = request.POST if request.method == "POST" else None
    query = request.GET if posted is None else QueryDict(posted.get("list", ""))
    listing = Listing.from_query(query)
    form = ViewForm(posted, may_share=_manages(request))
    if form.is_valid():
        try:
            view = save_view(
                project=request.access.project,
                by=request.user,
                name=form.cleaned_data["name"],
                shared=form.cleaned_data.get("shared", False),
                listing=listing,
            )
        except NameTaken as error:
            form.add_error("name", error.sentence)
        else:
            messages.success(request, f"{view.name} saved.")
            return _to_list(request, listing)
    return _page(request, form, listing, None)


@member(Can.READ_TRACES)
@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: ProjectRequest, view: UUID) -> HttpResponse:
    """Renames, shares or stops sharing; POST with `delete` deletes."""
    found = _found(request, view)
    if "delete" in request.POST:
        delete_view(project=request.access.project, view=found.pk)
        messages.success(request, f"{found.name} deleted.")
        return redirect("traces:trace-list", request.access.project.slug)
    listing, posted = listing_of(found), request.POST if request.method == "POST" else None
    initial = {"name": found.name, "shared": found.shared}
    form = ViewForm(posted, initial=initial, may_share=_manages(request))
    if form.is_valid():
        shared = form.cleaned_data.get("shared", found.shared)
        try:
            change_view(view=found, name=form.cleaned_data["name"], shared=shared)
        except NameTaken as error:
            form.add_error("name", error.sentence)
        else:
            messages.success(request, f"{found.name} saved.")
            return _to_list(request, listing)
    return _page(request, form, listing, found)


def _found(request: ProjectRequest, view: UUID) -> SavedView:
    """Raises Http404 for one that this person does not see, PermissionDenied for another's."""
    found = get_object_or_404(views_of(request.access.project, request.user), pk=view)
    if found.created_by_id != request.user.pk and not _manages(request):
        raise PermissionDenied
    return found


def _manages(request: ProjectRequest) -> bool:
    return Can.MANAGE in request.access.can


def _page(
    request: ProjectRequest, form: ViewForm, listing: Listing, view: SavedView | None
) -> HttpResponse:
    context = {
        "nav": "traces",
        "form": form,
        "view": view,
        "list_query": listing.as_query(),
        "words": listing.filter.describe(request.access.project),
    }
    status = 422 if form.is_bound else 200
    return render(request, "traces/view_edit.html", context, status=status)


def _to_list(request: ProjectRequest, listing: Listing) -> HttpResponse:
    address = reverse("traces:trace-list", args=[request.access.project.slug])
    query = listing.as_query()
    return redirect(f"{address}?{query}" if query else address)
