"""Making and revoking the tokens of programs."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.text import clean_line

from .access import scopes_of
from .errors import NotInProject
from .events import Actor, change, record
from .models import ApiToken, Event, Membership, Project, User
from .tokens import hash_token, new_api_token

MOST_TOKENS = 50  # of one person in one project that are not revoked
LONGEST_NAME = 80
OPEN, REVOKED = "open", "revoked"


def create_token(
    *,
    project: Project,
    user: User,
    name: str,
    scopes: Sequence[str],
    lasting: timedelta | None,
    actor: Actor,
) -> tuple[ApiToken, str]:
    """The token of `user`, and its secret, which is stored nowhere; `lasting` None: until revoked.

    Raises NotInProject, and Refused for a name or scopes that cannot be, and for too many.
    """
    with transaction.atomic():
        role = _role(project, user)
        wanted = [scope for scope in scopes_of(role) if scope in scopes]
        if not wanted or set(wanted) != set(scopes):
            raise Refused(f"A {role} can have these scopes: {', '.join(scopes_of(role))}.")
        if not (name := clean_line(name)[:LONGEST_NAME]):
            raise Refused("A token needs a name.")
        if project.api_tokens.filter(user=user, revoked_at=None).count() >= MOST_TOKENS:
            raise Refused(f"{user} has {MOST_TOKENS} tokens here. Revoke one of them first.")
        secret, now = new_api_token(), sql.clock()
        token = ApiToken.objects.create(
            project=project, user=user, name=name, scopes=wanted, token_hash=hash_token(secret),
            created_at=now, expires_at=now + lasting if lasting else None,
        )  # fmt: skip
        record(_moved(token, "", OPEN, actor, reason=", ".join(wanted)))
    return token, secret


def revoke_token(*, token: ApiToken, actor: Actor) -> bool:
    """From now on it opens nothing. False where it was revoked before."""
    with transaction.atomic():
        unrevoked = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
        if not unrevoked.update(revoked_at=sql.clock()):
            return False
        record(_moved(token, OPEN, REVOKED, actor))
    return True


def revoke_tokens_of(project: Project, user: User, actor: Actor) -> None:
    """Within the transaction that removes the person: added again, they make new ones."""
    for token in project.api_tokens.filter(user=user, revoked_at=None).order_by("pk"):
        revoke_token(token=token, actor=actor)


def _role(project: Project, user: User) -> str:
    """The membership stays locked, so that nobody gets a token while they are removed."""
    rows = Membership.objects.select_for_update(no_key=True)
    membership = rows.filter(project=project, user=user, user__is_active=True).first()
    if membership is None:
        raise NotInProject(f"{user} is not an active member of this project.")
    return membership.role


def _moved(token: ApiToken, was: str, now: str, actor: Actor, reason: str = "") -> Event:
    pk = token.pk
    return change(token.project_id, actor, "token", pk, "state", was, now, reason=reason)
