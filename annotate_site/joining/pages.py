"""The page behind a link that lets people in: says what it offers, acts when told to by POST.

A `LinkKind` is one kind of link (an invitation, a queue's share link); the flow is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from annotate_site.errors import Refused
from annotate_site.projects.actions import register_person
from annotate_site.projects.errors import EmailTaken, LinkUnusable
from annotate_site.projects.models import User
from annotate_site.projects.sign_in import sign_in

from .forms import RegisterForm
from .link_cookie import delete_token, read_token, set_token

TOO_MANY = "There were too many attempts from your network. Wait a few minutes and try again."


@dataclass(frozen=True)
class Offer:
    """What a usable link offers. `go`: where it leads a person who has it all already."""

    heading: str
    sentence: str
    button: str
    go: str = ""


@dataclass(frozen=True)
class LinkKind:
    """look: what the token offers this person (None: a stranger), or None where nothing.

    take: accepts it and says where the person lands; raises LinkUnusable, Refused.
    """

    purpose: str
    page: str  # name of the clean page's address
    look: Callable[[str, User | None], Offer | None]
    take: Callable[[str, User], str]


def enter(request: HttpRequest, kind: LinkKind) -> HttpResponse:
    """The clean page: GET shows the offer, POST accepts it."""
    token = read_token(request, kind.purpose)
    user = request.user if request.user.is_authenticated else None
    offer = kind.look(token, user) if token else None
    if offer is None:
        return unusable(request, kind.purpose)
    visit = _Visit(request, kind, token, user, offer)
    if request.method != "POST":
        return visit.page(RegisterForm())
    return visit.accept() if user else visit.register()


def unusable(request: HttpRequest, purpose: str) -> HttpResponse:
    """The same words for every reason, so that they tell nothing about the link."""
    response = render(request, "joining/link_unusable.html", status=404)
    delete_token(response, purpose)
    return response


@dataclass(frozen=True)
class _Visit:
    request: HttpRequest
    kind: LinkKind
    token: str
    user: User | None
    offer: Offer

    def accept(self) -> HttpResponse:
        assert self.user is not None
        if not ratelimit.consume(self.request, action="join"):
            return self.page(RegisterForm(), error=TOO_MANY, status=429)
        try:
            return self.leave(self.kind.take(self.token, self.user))
        except LinkUnusable:
            return unusable(self.request, self.kind.purpose)
        except Refused as error:
            return self.page(RegisterForm(), error=str(error), status=422)

    def register(self) -> HttpResponse:
        form = RegisterForm(self.request.POST)
        if not ratelimit.consume(self.request, action="join"):
            return self.page(form, error=TOO_MANY, status=429)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            with transaction.atomic():  # no account without its membership
                person = register_person(**form.cleaned_data)
                address = self.kind.take(self.token, person)
        except EmailTaken:
            return self.page(form, taken=True, status=422)
        except LinkUnusable:
            return unusable(self.request, self.kind.purpose)
        sign_in(self.request, person)
        return self.leave(address)

    def leave(self, address: str) -> HttpResponse:
        response = HttpResponseRedirect(address)
        delete_token(response, self.kind.purpose)
        return response

    def page(
        self, form: RegisterForm, *, error: str = "", taken: bool = False, status: int = 200
    ) -> HttpResponse:
        context = {
            "offer": self.offer,
            "form": form,
            "error": error,
            "taken": taken,
            "here": reverse(self.kind.page),
        }
        response = render(self.request, "joining/join.html", context, status=status)
        set_token(response, self.kind.purpose, self.token)
        return response
