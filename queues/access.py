"""Guards for pages of one queue: project role and queue rights in one statement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from annotate_site import sql
from annotate_site.projects.access import (
    ROLE_CAN,
    Access,
    Can,
    ProjectRequest,
    marked,
    to_login,
)
from annotate_site.projects.models import Project, User

from .models import Item, Queue, Reservation

QUEUE = f"""
select {sql.columns(Queue, "queue")}, {sql.columns(Project, "project")}, membership.role,
       member.can_annotate, member.can_review, member.removed_at,
       member.guidelines_read_at, member.guidelines_open
  from queues_queue queue
  join projects_project project on project.id = queue.project_id
  join projects_membership membership
    on membership.project_id = project.id and membership.user_id = %(user)s
  left join queues_queuemember member
    on member.queue_id = queue.id and member.user_id = %(user)s
 where project.slug = %(slug)s and queue.id = %(queue)s
"""
REMOVED = (
    "You were removed from this queue. What you submitted in it stays and counts, and drafts are"
    " kept. A manager of the queue can add you again."
)


@dataclass(frozen=True)
class Belonging:
    """What the queue remembers of a member; nothing of one who never was."""

    removed_at: datetime | None = None
    guidelines_read_at: datetime | None = None
    guidelines_open: bool = False


class QueueRequest(ProjectRequest):
    """A request whose person, project and queue a guard has resolved."""

    queue: Queue
    belonging: Belonging


def find_queue(user: User, project_slug: str, queue_id: UUID) -> tuple[Queue, Access, Belonging]:
    """Raises Http404 for a stranger and for a queue of another project."""
    row = sql.one(QUEUE, {"user": user.pk, "slug": project_slug, "queue": queue_id})
    if row is None:
        raise Http404
    queue = sql.made(Queue, row, "queue")
    queue.project = sql.made(Project, row, "project")
    there = row.removed_at is None
    access = Access(user, queue.project, row.role, ROLE_CAN[row.role]).within(
        annotates=bool(row.can_annotate) and there, reviews=bool(row.can_review) and there
    )
    is_open = bool(row.guidelines_open)
    return queue, access, Belonging(row.removed_at, row.guidelines_read_at, is_open)


def readable_items(queue: Queue, access: Access) -> QuerySet[Item]:
    """Those whose content a member reads: an annotator reads what they hold or have held."""
    if {Can.READ_RESULTS, Can.REVIEW} & access.can:
        return queue.items.all()
    holds = Reservation.objects.filter(item=OuterRef("pk"), annotator=access.user)
    return queue.items.filter(Exists(holds))


def _refuse(request: QueueRequest, capability: Can) -> HttpResponse:
    """A manager at a page of annotators is offered to join them. Raises PermissionDenied."""
    for_annotators = capability is Can.ANNOTATE and request.method == "GET"
    if for_annotators and Can.MANAGE in request.access:
        context = {"queue": request.queue}
        return render(request, "queues/not_annotating.html", context, status=403)
    raise PermissionDenied(*([REMOVED] if request.belonging.removed_at else []))


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
            found = find_queue(request.user, project, queue)
            request.queue, request.access, request.belonging = found
            if capability not in request.access:
                return _refuse(request, capability)
            response: HttpResponseBase = view(request, **more)
            return response

        return marked(guarded, capability)

    return guard
