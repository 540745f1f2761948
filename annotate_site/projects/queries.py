"""Reads about people and invitations."""

from datetime import datetime

from django.db.models import QuerySet

from annotate_site import sql

from .access import ROLE_CAN, Can
from .models import Invitation, Project, User


def projects_where(user: User, may: Can) -> list[Project]:
    """The open projects in which this person's role may do that, by name."""
    roles = [role for role, can in ROLE_CAN.items() if may in can]
    projects = Project.objects.filter(memberships__user=user, memberships__role__in=roles)
    return list(projects.filter(archived_at=None))


def person_key(project: Project, user: User) -> str:
    """How events name one person in one project."""
    return f"{project.pk.hex[-12:]}:{user.pk}"


def removed_at(project: Project, user: User) -> datetime | None:
    """When the person was last removed from the project; None if never, or added again since."""
    roles = project.events.filter(
        object_type="membership", object_id=person_key(project, user), attribute="role"
    )
    last = roles.order_by("-id").only("at", "to_value").first()
    return last.at if last and not last.to_value else None


def open_invitations(project: Project) -> QuerySet[Invitation]:
    """Those that somebody could still use, newest first."""
    return (
        project.invitations.filter(used_at=None, revoked_at=None, expires_at__gt=sql.clock())
        .select_related("created_by")
        .order_by("-created_at")
    )


def usable_invitation(link_hash: str, user: User | None) -> Invitation | None:
    """The invitation, if this person (None: a stranger) could accept it now.

    Whoever was removed from the project needs one made after that.
    """
    found = Invitation.objects.select_related("project", "created_by").filter(
        token_hash=link_hash,
        used_at=None,
        revoked_at=None,
        expires_at__gt=sql.clock(),
        project__archived_at=None,
    )
    invitation = found.first()
    if invitation is None or user is None:
        return invitation
    removed = removed_at(invitation.project, user)
    return None if removed and removed > invitation.created_at else invitation
