"""What every page's frame shows: the project, what one may do in it, and one's projects."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from .access import Access
from .models import Membership, Notice, Project, User


class Allowed:
    """`{% if can.manage %}` for templates: a capability by name."""

    def __init__(self, access: Access) -> None:
        self._names = {str(capability) for capability in access.can}

    def __getitem__(self, name: str) -> bool:
        return name in self._names


class Frame:
    """What the navigation leads to: the project one is in, or the only one that one has; and how
    many notices are unread. One statement, asked where a page has a navigation.
    """

    def __init__(self, user: User, access: Access | None) -> None:
        self._user, self._access = user, access

    @cached_property
    def _memberships(self) -> list[Membership]:
        unread = Notice.objects.shown_to(self._user).unread().order_by().values("user")
        number = Coalesce(Subquery(unread.annotate(number=Count("pk")).values("number")), 0)
        found = Membership.objects.filter(user=self._user, project__archived_at=None)
        found = found.select_related("project").order_by("project__name")
        return list(found.annotate(unread=number))

    @property
    def unread(self) -> int:
        return next((int(one.unread) for one in self._memberships), 0)  # type: ignore[attr-defined]

    @property
    def projects(self) -> list[Project]:
        return [membership.project for membership in self._memberships]

    @property
    def has_several(self) -> bool:
        return len(self._memberships) > 1

    @cached_property
    def access(self) -> Access | None:
        if self._access or len(self._memberships) != 1:
            return self._access
        return Access.of(self._memberships[0], self._user)

    @property
    def project(self) -> Project | None:
        return self.access.project if self.access else None

    @cached_property
    def can(self) -> Allowed | None:
        return Allowed(self.access) if self.access else None


def access(request: HttpRequest) -> dict[str, Any]:
    context: dict[str, Any] = {}
    found: Access | None = getattr(request, "access", None)
    if found:
        context |= {"project": found.project, "can": Allowed(found)}
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        context["frame"] = Frame(user, found)
    return context
