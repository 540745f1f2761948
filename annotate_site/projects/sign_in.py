"""Ways into the site: allauth's sign-in page, one-time links on loopback, links to set a password.

With the links of `joining` these are all that make a session; every one refuses the deactivated.
"""

from datetime import timedelta
from ipaddress import ip_address

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import SESSION_KEY, login
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from .models import SignInLink, User
from .tokens import hash_token, new_token

BACKEND = "annotate_site.projects.sessions.Backend"


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody registers but by a link (see joining)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")


def sign_in(request: HttpRequest, user: User) -> None:
    """A fresh session for the person; every own way in ends here."""
    login(request, user, backend=BACKEND)


def make_sign_in_link(user: User, lasting: timedelta = timedelta(hours=12)) -> str:
    """The token of a new one-time link; only its hash is stored."""
    token = new_token()
    SignInLink.objects.create(
        user=user, token_hash=hash_token(token), expires_at=timezone.now() + lasting
    )
    return token


def usable_link(request: HttpRequest, token: str) -> SignInLink | None:
    """The link, if unused, in time, for an active person, and asked for from this machine.

    Behind a proxy everybody seems to be on this machine, so there these links are worth nothing.
    """
    here = ip_address(request.META["REMOTE_ADDR"] or "::").is_loopback
    if settings.TRUSTED_PROXIES or not here:
        return None
    return (
        SignInLink.objects.select_related("user")
        .filter(
            token_hash=hash_token(token),
            used_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )


def use_link(request: HttpRequest, token: str) -> User | None:
    """Signs in by the link, once; None where it is not usable (any more)."""
    with transaction.atomic():
        link = usable_link(request, token)
        if link is None:
            return None
        first = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
    if not first:
        return None
    sign_in(request, link.user)
    return link.user


def password_token(user: User) -> str:
    """Lets its bearer set the person's password, until they sign in or three days have passed."""
    return f"{user.pk}-{default_token_generator.make_token(user)}"


def person_of_password_token(token: str) -> User | None:
    """None where the token is not usable (any more), or the person is deactivated."""
    pk, _, rest = token.partition("-")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    user = User.objects.filter(pk=int(pk), is_active=True).first()
    return user if user and default_token_generator.check_token(user, rest) else None


def set_password(*, token: str, password: str) -> User | None:
    """Uses the token up by changing what it is made from; None where it is not usable."""
    with transaction.atomic():
        pk = token.partition("-")[0]
        User.objects.select_for_update(no_key=True).filter(pk=pk if pk.isdecimal() else 0).first()
        user = person_of_password_token(token)
        if user is not None:
            user.set_password(password)
            user.save(update_fields=["password"])
    return user


def end_sessions(user: User) -> None:
    """Signs the person out everywhere. Only the content of a session tells whose it is."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
