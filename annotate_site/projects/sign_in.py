"""Ways into the site: allauth's sign-in page, and one-time links on loopback."""

from datetime import timedelta
from ipaddress import ip_address

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from .models import SignInLink, User
from .tokens import hash_token, new_token

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody registers but by a link (see joining)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


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
    """The link, if unused, in time, for an active person, and asked for from this machine."""
    if not ip_address(request.META["REMOTE_ADDR"] or "::").is_loopback:
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
