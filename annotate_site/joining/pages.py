"""The page behind a link that lets people in: says what it offers, acts when told to by POST.

A `LinkKind` is one kind of link (an invitation, a queue's share link); the flow is the same.
Where the site sends mail, a stranger first confirms an address, so that the page never says
whether it has an account. Without mail it must, and says so to few.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from annotate_site.errors import Refused
from annotate_site.projects.actions import register_person
from annotate_site.projects.errors import EmailTaken, LinkUnusable
from annotate_site.projects.models import User
from annotate_site.projects.sign_in import sign_in
from annotate_site.projects.tokens import hash_token

from .actions import ask_to_confirm
from .confirmations import HOURS, Confirmation, read_confirmation
from .forms import EmailForm, RegisterForm
from .link_cookie import delete_token, read_token, set_token

TOO_MANY = "There were too many attempts from your network. Wait a few minutes and try again."
TOO_MANY_HERE = "There were too many attempts with this link. Wait an hour and try again."


@dataclass(frozen=True)
class Offer:
    """What a usable link offers. `go`: where it leads a person who has it all already."""

    heading: str
    sentence: str
    button: str
    go: str = ""


@dataclass(frozen=True)
class LinkKind:
    """look: what the link offers this person (None: a stranger), or None where nothing.

    take: accepts it and says where the person lands; raises LinkUnusable, Refused.
    Both get the hash of the link's token.
    """

    purpose: str
    page: str  # name of the clean page's address
    look: Callable[[str, User | None], Offer | None]
    take: Callable[[str, User], str]


def enter(request: HttpRequest, kind: LinkKind) -> HttpResponse:
    """The clean page: GET shows the offer, POST accepts it."""
    token = read_token(request, kind.purpose)
    confirmed = read_confirmation(token)
    link_hash = confirmed.link_hash if confirmed else hash_token(token)
    user = request.user if request.user.is_authenticated else None
    offer = kind.look(link_hash, user) if token else None
    if offer is None:
        return unusable(request, kind.purpose)
    email = confirmed.email if confirmed else ""
    visit = _Visit(request, kind, token, link_hash, email, user, offer)
    if request.method != "POST":
        return visit.page(visit.form())
    if user:
        return visit.accept()
    return visit.ask_to_confirm() if visit.must_confirm else visit.register()


def unusable(request: HttpRequest, purpose: str) -> HttpResponse:
    """The same words for every reason, so that they tell nothing about the link."""
    response = render(request, "joining/link_unusable.html", status=404)
    delete_token(response, purpose)
    return response


@dataclass(frozen=True)
class _Visit:
    """`token`: as it came, in the link's address or signed in a mail; `email`: confirmed, or ""."""

    request: HttpRequest
    kind: LinkKind
    token: str
    link_hash: str
    email: str
    user: User | None
    offer: Offer

    @property
    def must_confirm(self) -> bool:
        return bool(settings.EMAIL_HOST) and not self.email

    def form(self) -> Form:
        data = self.request.POST if self.request.method == "POST" else None
        return EmailForm(data) if self.must_confirm else RegisterForm(data, email=self.email)

    def accept(self) -> HttpResponse:
        assert self.user is not None
        if not self.may("join"):
            return self.page(RegisterForm(), error=TOO_MANY, status=429)
        try:
            return self.leave(self.kind.take(self.link_hash, self.user))
        except LinkUnusable:
            return unusable(self.request, self.kind.purpose)
        except Refused as error:
            return self.page(RegisterForm(), error=str(error), status=422)

    def ask_to_confirm(self) -> HttpResponse:
        """The same for every address: what has an account is told in the mail alone."""
        form = self.form()
        if not self.may("join"):
            return self.page(form, error=TOO_MANY, status=429)
        if not form.is_valid():
            return self.page(form, status=422)
        email = form.cleaned_data["email"]
        if not self.may("join_mail_to", key=email) or not self.may("join_mail", key=self.link_hash):
            return self.page(form, error=TOO_MANY_HERE, status=429)
        asked = Confirmation(email, self.kind.purpose, self.kind.page, self.link_hash)
        site = self.request.build_absolute_uri("/").rstrip("/")
        ask_to_confirm(asked=asked, heading=self.offer.heading, site=site)
        sent = {"email": email, "hours": HOURS, "here": reverse(self.kind.page)}
        return self.keep_token(render(self.request, "joining/mail_sent.html", sent))

    def register(self) -> HttpResponse:
        form = self.form()
        if not self.may("join"):
            return self.page(form, error=TOO_MANY, status=429)
        if not form.is_valid():
            return self.page(form, status=422)
        # Nobody is told of many addresses whether they have an account: no, as little as yes.
        if not self.may("join_taken", key=self.link_hash, dry_run=True):
            return self.page(form, error=TOO_MANY_HERE, status=429)
        try:
            with transaction.atomic():  # no account without its membership
                person = register_person(**form.cleaned_data)
                address = self.kind.take(self.link_hash, person)
        except EmailTaken:
            if not self.may("join_taken", key=self.link_hash):
                return self.page(form, error=TOO_MANY_HERE, status=429)
            return self.page(form, taken=True, status=422)
        except LinkUnusable:
            return unusable(self.request, self.kind.purpose)
        sign_in(self.request, person)
        return self.leave(address)

    def may(self, action: str, *, key: str | None = None, dry_run: bool = False) -> bool:
        """By the rates of the settings; counted in the database, by the client's address too."""
        allowed: bool = ratelimit.consume(self.request, action=action, key=key, dry_run=dry_run)
        return allowed

    def leave(self, address: str) -> HttpResponse:
        response = HttpResponseRedirect(address)
        delete_token(response, self.kind.purpose)
        return response

    def page(
        self, form: Form, *, error: str = "", taken: bool = False, status: int = 200
    ) -> HttpResponse:
        """`known`: the confirmed address has an account, which only its owner reads here."""
        known = bool(self.email) and User.objects.filter(email__iexact=self.email).exists()
        context = {
            "offer": self.offer,
            "form": form,
            "error": error,
            "taken": taken,
            "known": known,
            "email": self.email,
            "must_confirm": self.must_confirm,
            "here": reverse(self.kind.page),
        }
        return self.keep_token(render(self.request, "joining/join.html", context, status=status))

    def keep_token(self, response: HttpResponse) -> HttpResponse:
        set_token(response, self.kind.purpose, self.token)
        return response
