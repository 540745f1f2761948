"""Changing projects and who is in them; every change writes its event."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from annotate_site import sql
from annotate_site.errors import Refused

from .access import ROLE_CAN
from .errors import EmailTaken, LastManager, LinkUnusable, NotInProject
from .events import SYSTEM, Actor, change, record
from .models import Event, Invitation, Membership, Notice, NoticeKind, Project, Role, User
from .queries import person_key, usable_invitation
from .sign_in import end_sessions
from .time_zones import UTC
from .token_actions import revoke_tokens_of
from .tokens import hash_token, new_token

INVITATION_LASTS = timedelta(days=7)
OF_MANAGERS = (NoticeKind.COMPLETED, NoticeKind.DUE_SOON)  # notices that go with the role


def create_project(
    *, slug: str, name: str, manager: User, by: User | None = None, time_zone: str = UTC
) -> Project:
    """A new project with its first manager; `by` None means the site's operator.

    Raises ValidationError for a slug, name or time zone that cannot be; Refused if the slug is
    taken.
    """
    actor = Actor.person(by) if by else SYSTEM
    project = Project(slug=slug, name=name, time_zone=time_zone, created_by=by)
    project.clean_fields(exclude={"created_by"})
    with transaction.atomic():
        try:
            with transaction.atomic():
                project.save(force_insert=True)
        except IntegrityError:
            raise Refused(f"There is a project with the address {slug} already.") from None
        record(change(project, actor, "project", project.pk, "name", "", name))
        add_member(project=project, user=manager, role=Role.MANAGER, actor=actor)
    return project


def change_project(*, project: Project, name: str, time_zone: str, actor: Actor) -> None:
    """Raises ValidationError for a name or a time zone that cannot be."""
    with transaction.atomic():
        fresh = lock_project(project)
        for attribute, value in (("name", name), ("time_zone", time_zone)):
            was = getattr(fresh, attribute)
            if was != value:
                setattr(fresh, attribute, value)
                record(change(project, actor, "project", project.pk, attribute, was, value))
        fresh.clean_fields(exclude={"created_by"})
        fresh.save(update_fields=["name", "time_zone"])


def add_member(*, project: Project, user: User, role: str, actor: Actor) -> Membership:
    """Raises Refused for a member and for a deactivated person."""
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).exists():
            raise Refused(f"{user} is deactivated. Only an administrator can change that.")
        membership, new = Membership.objects.get_or_create(
            project=project, user=user, defaults={"role": role}
        )
        if not new:
            raise Refused(f"{user} is already a member of this project.")
        record(_event_of(project, user, "role", "", role, actor))
    return membership


def change_role(*, project: Project, user: User, role: str, actor: Actor) -> None:
    """Raises NotInProject, LastManager. A manager who steps down takes their invitations along."""
    with transaction.atomic():
        membership = lock_membership(project, user)
        was = membership.role
        if was == role:
            return
        if was == Role.MANAGER:
            _demand_another_manager(project, user)
            _revoke_all_by(project, user, actor)
            Notice.objects.filter(project=project, user=user, kind__in=OF_MANAGERS).delete()
        membership.role = role
        membership.save(update_fields=["role"])
        record(_event_of(project, user, "role", was, role, actor))


def remove_member(*, project: Project, user: User, actor: Actor) -> None:
    """Ends the membership, and the person's tokens; what they hold in queues is ended by `queues`.

    Raises NotInProject, LastManager.
    """
    with transaction.atomic():
        membership = lock_membership(project, user)
        if membership.role == Role.MANAGER:
            _demand_another_manager(project, user)
            _revoke_all_by(project, user, actor)
        revoke_tokens_of(project, user, actor)
        Notice.objects.filter(project=project, user=user).delete()
        membership.delete()
        record(_event_of(project, user, "role", membership.role, "", actor))


def lock_project(project: Project) -> Project:
    """The project's row, locked first where its people change, so that a manager remains."""
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def lock_person(user: User) -> User:
    """The person's row: two requests of one person come one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def lock_membership(project: Project, user: User) -> Membership:
    """Project, then membership. Raises NotInProject."""
    lock_project(project)
    rows = project.memberships.select_for_update(no_key=True)
    membership = rows.filter(user=user).first()
    if membership is None:
        raise NotInProject(f"{user} is no longer a member of this project.")
    return membership


def make_invitation(
    *, project: Project, role: str, note: str, by: User, lasting: timedelta = INVITATION_LASTS
) -> tuple[Invitation, str]:
    """The invitation and its token, which is stored nowhere."""
    token = new_token()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            project=project,
            role=role,
            note=note,
            created_by=by,
            token_hash=hash_token(token),
            expires_at=sql.clock() + lasting,
        )
        record(_moved(invitation, "", "open", Actor.person(by), reason=f"as {role}"))
    return invitation, token


def revoke_invitation(*, invitation: Invitation, actor: Actor) -> bool:
    """False where it was used or revoked before."""
    with transaction.atomic():
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None)
        if not unused.update(revoked_at=sql.clock()):
            return False
        record(_moved(invitation, "open", "revoked", actor))
    return True


TAKE = """
update projects_invitation set used_at = clock_timestamp(), used_by_id = %(user)s
 where id = %(id)s and used_at is null and revoked_at is null and expires_at > clock_timestamp()
"""


def accept_invitation(*, link_hash: str, user: User) -> Project:
    """Gives the role it offers, once; never a lower one than the person has. Raises LinkUnusable.

    A member who would gain nothing does not use it up.
    """
    with transaction.atomic():
        person = lock_person(user)
        invitation = usable_invitation(link_hash, person)
        if invitation is None or not person.is_active:
            raise LinkUnusable
        project, actor = lock_project(invitation.project), Actor.person(person)
        membership = project.memberships.filter(user=person).first()
        if membership and not ROLE_CAN[invitation.role] > ROLE_CAN[membership.role]:
            return project
        if not sql.run(TAKE, {"user": person.pk, "id": invitation.pk}):
            raise LinkUnusable
        record(_moved(invitation, "open", "used", actor))
        if membership:
            change_role(project=project, user=person, role=invitation.role, actor=actor)
        else:
            add_member(project=project, user=person, role=invitation.role, actor=actor)
    return project


def register_person(*, email: str, name: str, password: str | None) -> User:
    """A new account; only a link or an operator may lead here. Raises EmailTaken."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name)
    except IntegrityError:
        raise EmailTaken("There's already an account with this e-mail.") from None


def set_active(*, user: User, active: bool, actor: Actor) -> None:
    """Lets the person in again, or shuts them out at once: their sessions end.

    What they hold in queues is ended by `queues` in the same transaction.
    """
    with transaction.atomic():
        person = lock_person(user)
        if person.is_active == active:
            return
        person.is_active = active
        person.save(update_fields=["is_active"])
        was, now = ("deactivated", "active") if active else ("active", "deactivated")
        projects = Project.objects.filter(memberships__user=person)
        record(*(_event_of(project, person, "account", was, now, actor) for project in projects))
        if not active:
            end_sessions(person)


def _demand_another_manager(project: Project, user: User) -> None:
    managers = project.memberships.filter(role=Role.MANAGER, user__is_active=True)
    if not managers.exclude(user=user).exists():
        raise LastManager(
            f"{user} is the only manager of this project. Make somebody else a manager first."
        )


def _revoke_all_by(project: Project, user: User, actor: Actor) -> None:
    for invitation in project.invitations.filter(created_by=user, used_at=None, revoked_at=None):
        revoke_invitation(invitation=invitation, actor=actor)


def _event_of(
    project: Project, user: User, attribute: str, was: str, now: str, actor: Actor
) -> Event:
    key = person_key(project, user)
    return change(project, actor, "membership", key, attribute, was, now)


def _moved(invitation: Invitation, was: str, now: str, actor: Actor, reason: str = "") -> Event:
    project, pk = invitation.project_id, invitation.pk
    return change(project, actor, "invitation", pk, "state", was, now, reason=reason)
