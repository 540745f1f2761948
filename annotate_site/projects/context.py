"""What every page's frame shows: the project, what one may do in it, and one's projects."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from .access import Access
from .models import Membership, Project, User


class Allowed:
    """`{% if can.manage %}` for templates: a capability by name."""

    def __init__(self, access: Access) -> None:
        self._names = {str(capability) for capability in access.can}

    def __getitem__(self, name: str) -> bool:
        return name in self._names


class Frame:
    """What the navigation leads to: the project one is in, or the only one that one has. One
    statement, asked where a page has a navigation.
    """

    def __init__(self, user: User, access: Access | None) -> None:
        self._user, self._access = user, access

    @cached_property
    def _memberships(self) -> list[Membership]:
        found = Membership.objects.filter(user=self._user, project__archived_at=None)
        return list(found.select_related("project").order_by("project__name"))

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
