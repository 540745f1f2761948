"""What every page's frame shows: the project, what one may do in it, and one's projects."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .access import Access
from .models import Project


class Allowed:
    """`{% if can.manage %}` for templates: a capability by name."""

    def __init__(self, access: Access) -> None:
        self._names = {str(capability) for capability in access.can}

    def __getitem__(self, name: str) -> bool:
        return name in self._names


def access(request: HttpRequest) -> dict[str, Any]:
    context: dict[str, Any] = {}
    found: Access | None = getattr(request, "access", None)
    if found:
        context |= {"project": found.project, "can": Allowed(found)}
    user = getattr(request, "user", None)
    if user and user.is_authenticated:
        context["my_projects"] = SimpleLazyObject(
            lambda: list(Project.objects.filter(memberships__user=user, archived_at=None))
        )
    return context
