"""Pages behind links of the project itself: an invitation, and setting a password."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_safe

from annotate_site.projects.access import anyone
from annotate_site.projects.actions import accept_invitation
from annotate_site.projects.models import Role, User
from annotate_site.projects.queries import usable_invitation
from annotate_site.projects.sign_in import person_of_password_token, set_password, sign_in

from .confirmations import read_confirmation
from .forms import SetPasswordForm
from .link_cookie import delete_token, read_token, set_token, to_clean_page
from .pages import TOO_MANY, LinkKind, Offer, enter, unusable

ROLE_OFFERS = {
    Role.MANAGER: "You will be a manager: traces, fields, queues and people are yours to change.",
    Role.VIEWER: "You will be a viewer: you read traces and results.",
    Role.MEMBER: "You will be a member: managers add you to the queues you work in.",
}


def _look(link_hash: str, user: User | None) -> Offer | None:
    invitation = usable_invitation(link_hash, user)
    if invitation is None:
        return None
    by = f"{invitation.created_by} invites you. "
    return Offer(
        heading=f"Join {invitation.project.name}",
        sentence=by + ROLE_OFFERS[Role(invitation.role)],
        button="Join the project",
    )


def _take(link_hash: str, user: User) -> str:
    project = accept_invitation(link_hash=link_hash, user=user)
    try:
        return reverse("queues:queue-list", kwargs={"project": project.slug})
    except NoReverseMatch:
        return reverse("home")


INVITATION = LinkKind("invite", "joining:invitation", _look, _take)
PASSWORD = "set-password"


@anyone
@require_safe
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    return to_clean_page(INVITATION.purpose, token, reverse(INVITATION.page))


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    return enter(request, INVITATION)


@anyone
@require_safe
def confirmation_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail to the page of the link behind which the address was typed."""
    confirmed = read_confirmation(token)
    if confirmed is None:
        return render(request, "joining/link_unusable.html", status=404)
    return to_clean_page(confirmed.purpose, token, reverse(confirmed.page))


@anyone
@require_safe
def password_link(request: HttpRequest, token: str) -> HttpResponse:
    return to_clean_page(PASSWORD, token, reverse("joining:password"))


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Sets the password of the person the link was made for, and signs in."""
    token = read_token(request, PASSWORD)
    person = person_of_password_token(token)
    if person is None:
        return unusable(request, PASSWORD)
    form = SetPasswordForm(request.POST or None, user=person)
    status = 200
    if request.method == "POST":
        status = 422
        if not ratelimit.consume(request, action="join"):
            form.add_error(None, TOO_MANY)
            status = 429
        elif form.is_valid():
            return _store(request, token, form.cleaned_data["password"])
    context = {"form": form, "person": person}
    response = render(request, "joining/set_password.html", context, status=status)
    set_token(response, PASSWORD, token)
    return response


def _store(request: HttpRequest, token: str, new: str) -> HttpResponse:
    user = set_password(token=token, password=new)
    if user is None:
        return unusable(request, PASSWORD)
    sign_in(request, user)
    response = redirect("home")
    delete_token(response, PASSWORD)
    return response
