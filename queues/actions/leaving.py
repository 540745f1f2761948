"""Leaving altogether: what the person holds in queues ends in the same transaction."""

from django.db import transaction

from annotate_site.projects import actions
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User

from .people import end_all_work


def remove_person(*, project: Project, user: User, actor: Actor) -> None:
    """Out of the project and all its queues; submitted work stays and counts.

    Raises NotInProject, LastManager.
    """
    with transaction.atomic():
        actions.lock_membership(project, user)
        end_all_work(user=user, actor=actor, project_id=project.pk)
        actions.remove_member(project=project, user=user, actor=actor)


def deactivate_person(*, user: User, actor: Actor) -> None:
    """Shut out of the whole site: holds and sessions end; memberships and work stay."""
    with transaction.atomic():
        actions.set_active(user=user, active=False, actor=actor)
        end_all_work(user=user, actor=actor)
