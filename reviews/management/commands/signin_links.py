"""One-time sign-in links for the demo people, for whoever sits at this machine."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from annotate_site.projects.models import Membership, Project, Role
from annotate_site.projects.sign_in import make_sign_in_link
from queues.models import QueueMember
from reviews.demo import SLUG

ORDER = list(Role.values)


class Command(BaseCommand):
    help = "Prints one-time sign-in links for the people of the demo project, for this machine."

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=SLUG).first()
        if project is None:
            raise CommandError("There is no demo project: run `manage.py load_demo` first.")
        members = project.memberships.filter(user__is_active=True).select_related("user")
        self.stdout.write(f"Sign in to {project.name}, each link once, on this machine:\n\n")
        for member in sorted(members, key=lambda member: (ORDER.index(member.role), member.pk)):
            self.stdout.write(f"  {member.user.name} ({_role(member)})\n    {_link(member)}\n")


def _role(member: Membership) -> str:
    words = Role(member.role).label.lower() if member.role != Role.MEMBER else _in_queues(member)
    return f"{words}, site staff" if member.user.is_staff else words


def _in_queues(member: Membership) -> str:
    """What a member of nothing but queues does there."""
    theirs = QueueMember.objects.filter(
        user=member.user_id, queue__project=member.project_id, removed_at=None
    )
    does = {"annotator": {"can_annotate": True}, "reviewer": {"can_review": True}}
    return " and ".join(word for word, right in does.items() if theirs.filter(**right)) or "member"


def _link(member: Membership) -> str:
    path = reverse("projects:sign-in-link", kwargs={"token": make_sign_in_link(member.user)})
    return f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}{path}"
