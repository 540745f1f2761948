"""People of a project: roles, leaving, invitations. For managers."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate_site.errors import Refused
from annotate_site.projects import actions
from annotate_site.projects.access import Can, ProjectRequest, member
from annotate_site.projects.events import Actor
from annotate_site.projects.forms import InvitationForm
from annotate_site.projects.models import Membership, Role
from annotate_site.projects.queries import open_invitations

from ..actions.people.members import remove_person
from ..queries.people import people_of, rows

PAGE = 100


def _columns(kept: dict[str, str], sort: str) -> list[dict[str, str]]:
    """Head cells whose link sorts by them, and backwards at the second click."""
    columns = []
    for key, label in (("name", "Name"), ("role", "Role"), ("joined", "Joined")):
        up, down = sort == key, sort == f"-{key}"
        query = urlencode({**kept, "sort": f"-{key}" if up else key})
        order = "ascending" if up else "descending" if down else ""
        columns.append({"key": key, "label": label, "query": query, "order": order})
    return columns


@member(Can.MANAGE)
@require_safe
def person_list(request: ProjectRequest) -> HttpResponse:
    project = request.access.project
    search, role = request.GET.get("q", "").strip()[:120], request.GET.get("role", "")
    sort = request.GET.get("sort", "name")
    found = people_of(project, search=search.replace("\0", ""), role=role, sort=sort)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kept = {"q": search, "role": role}
    context = {
        "nav": "people",
        "people": rows(project, page.object_list, request.user),
        "page": page,
        "search": search,
        "role": role,
        "sort": sort,
        "roles": Role.choices,
        "columns": _columns(kept, sort),
        "invitations": [
            (invitation, Role(invitation.role).label) for invitation in open_invitations(project)
        ],
    }
    return render(request, "queues/person_list.html", context)


def _act(request: ProjectRequest, act: Callable[[], None], done: str) -> HttpResponse:
    """Runs the action; says what happened, and goes back to where one may still be."""
    try:
        act()
    except Refused as error:
        messages.error(request, f"{error} Nothing was changed.")
    else:
        messages.success(request, done)
    mine = Membership.objects.filter(project=request.access.project, user=request.user)
    if mine.filter(role=Role.MANAGER).exists():
        return redirect("people:person-list", project=request.access.project.slug)
    return redirect("home")


def _member_of(request: ProjectRequest, person: int) -> Membership:
    members = request.access.project.memberships.select_related("user")
    return get_object_or_404(members, user_id=person)


@member(Can.MANAGE)
@require_POST
def person_role(request: ProjectRequest, person: int) -> HttpResponse:
    user, role = _member_of(request, person).user, request.POST.get("role", "")
    if role not in Role.values:
        messages.error(request, "There is no such role. Nothing was changed.")
        return redirect("people:person-list", project=request.access.project.slug)
    project, actor = request.access.project, Actor.person(request.user)
    return _act(
        request,
        lambda: actions.change_role(project=project, user=user, role=role, actor=actor),
        f"{user} is now a {Role(role).label.lower()}.",
    )


@member(Can.MANAGE)
@require_POST
def person_remove(request: ProjectRequest, person: int) -> HttpResponse:
    user = _member_of(request, person).user
    project, actor = request.access.project, Actor.person(request.user)
    return _act(
        request,
        lambda: remove_person(project=project, user=user, actor=actor),
        f"{user} is removed. Items they held are free again; what they submitted stays.",
    )


@member(Can.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: ProjectRequest) -> HttpResponse:
    """The answer to POST is the only place that ever shows the link."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invitation, token = actions.make_invitation(
            project=request.access.project,
            role=form.cleaned_data["role"],
            note=form.cleaned_data["note"],
            by=request.user,
        )
        address = request.build_absolute_uri(
            reverse("joining:invitation-link", kwargs={"token": token})
        )
        made = {"nav": "people", "invitation": invitation, "address": address}
        role = Role(invitation.role).label.lower()
        return render(request, "queues/invitation_made.html", {**made, "role": role})
    status = 422 if request.method == "POST" else 200
    context = {"nav": "people", "form": form}
    return render(request, "queues/invitation_new.html", context, status=status)


@member(Can.MANAGE)
@require_POST
def invitation_revoke(request: ProjectRequest, invitation: int) -> HttpResponse:
    found = get_object_or_404(request.access.project.invitations, pk=invitation)
    if actions.revoke_invitation(invitation=found, actor=Actor.person(request.user)):
        messages.success(request, "The invitation is revoked; its link no longer works.")
    else:
        messages.error(request, "This invitation was used or revoked before. Nothing was changed.")
    return redirect("people:person-list", project=request.access.project.slug)
