"""The signed link in each mail that stops mails of its kind, also for who is signed out.

It does not end: a mail may lie for years, and the link can do nothing else.
"""

from typing import NamedTuple

from django.core import signing
from django.urls import reverse

from annotate_site.projects.models import User

from ..kinds import KINDS

SALT = "annotate.notices-off"


class Stop(NamedTuple):
    user: User
    kind: str


def stop_path(user: User, kind: str) -> str:
    token = signing.Signer(salt=SALT).sign_object([user.pk, kind])
    return reverse("notices:mail-stop", kwargs={"token": token})


def read_stop(token: str) -> Stop | None:
    """None for what was not signed for this."""
    try:
        user_id, kind = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=user_id).first()
    return Stop(user, kind) if user and kind in KINDS else None
