"""Guards for pages of one queue: project role and queue rights in one statement."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import F, FilteredRelation, Q
from django.http import Http404
from django.http.response import HttpResponseBase

from annotate_site.projects.access import (
    ROLE_CAN,
    Access,
    Can,
    ProjectRequest,
    to_login,
)
from annotate_site.projects.models import User

from .models import Queue

REMOVED = (
    "You were taken out of this queue. What you submitted in it stays and counts, and drafts are"
    " kept. A manager of the queue can add you again."
)


class QueueRequest(ProjectRequest):
    """A request whose person, project and queue a guard has resolved."""

    queue: Queue


def blind_reader(access: Access) -> User | None:
    """The person, where what others wrote is his to read of completed items alone.

    None for a manager who does not annotate in the queue.
    """
    return access.user if Can.MANAGE not in access or Can.ANNOTATE in access else None


def find_queue(user: User, project_slug: str, queue_id: UUID) -> tuple[Queue, Access]:
    """Raises Http404 for a stranger and for a queue of another project."""
    queues = Queue.objects.select_related("project").annotate(
        _member=FilteredRelation("members", condition=Q(members__user=user)),
        _of=FilteredRelation("project__memberships", condition=Q(project__memberships__user=user)),
    )
    values = queues.annotate(
        role=F("_of__role"),
        annotates=F("_member__can_annotate"),
        reviews=F("_member__can_review"),
        gone=F("_member__removed_at"),
        read_at=F("_member__guidelines_read_at"),
        rail_open=F("_member__guidelines_open"),
    )
    queue = values.filter(project__slug=project_slug, pk=queue_id, _of__isnull=False).first()
    if queue is None:
        raise Http404
    there = queue.gone is None
    access = Access(user, queue.project, queue.role, ROLE_CAN[queue.role])
    return queue, access.within(
        annotates=bool(queue.annotates) and there, reviews=bool(queue.reviews) and there
    )


def queue_member(
    capability: Can,
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """Guards a view of a queue; the view gets `request.access` and `request.queue`.

    Anonymous → sign-in, stranger → 404, a member without the right → 403.
    """

    def guard(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(
            request: QueueRequest, project: str, queue: UUID, **more: Any
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            request.queue, request.access = find_queue(request.user, project, queue)
            if capability not in request.access and request.queue.gone:  # type: ignore[attr-defined]
                raise PermissionDenied(REMOVED)
            request.access.demand(capability)
            response: HttpResponseBase = view(request, **more)
            return response

        guarded.guard = capability  # type: ignore[attr-defined]
        return guarded

    return guard
