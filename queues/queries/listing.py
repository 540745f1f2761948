"""The queues of a project as a list shows them: rows and counts apart, statements constant."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from annotate_site import sql
from annotate_site.projects.access import Access, Can

from ..due_dates import is_overdue
from ..models import Queue, QueueMember
from ..states import QueueStatus
from .attention import attention_counts
from .drained import drained
from .effective import Counts, counts, effective_items

PAGE = 50
SORTS: dict[str, list[Any]] = {
    "newest": ["-created_at"],
    "name": [Lower("name")],
    "due": ["due_date", "-created_at"],
}


@dataclass(frozen=True)
class QueueRow:
    """`people`: members of the queue; `short`: fewer annotators than annotations required;
    `attention`: how many matters wait for a manager; `drained`: all is done, and a rule can add."""

    pk: UUID
    name: str
    description: str
    status: str
    due_date: date | None
    overdue: bool
    people: int
    short: bool
    counts: Counts
    attention: int = 0
    drained: bool = False


def queues_for(
    access: Access, *, text: str = "", status: str = "", archived: bool = False, sort: str = ""
) -> QuerySet[Queue]:
    """Queues that the person may see; those archived only where asked for."""
    queues = Queue.objects.filter(project=access.project).defer("guidelines", "guidelines_html")
    queues = queues.select_related("project")
    if Can.READ_RESULTS not in access:
        queues = queues.filter(members__user=access.user, members__removed_at=None)
    queues = queues.filter(archived_at__isnull=not archived)
    if text:
        queues = queues.filter(name__icontains=text)
    if status in QueueStatus.values:
        queues = queues.filter(status=status)
    return queues.order_by(*SORTS.get(sort, SORTS["newest"]), "pk").annotate(
        people=_members(), annotators=_members(can_annotate=True)
    )


def queue_rows(queues: list[Queue], *, attention: bool = False) -> list[QueueRow]:
    """Three statements more, however many queues: lapsed holds, the grouped counts, the drained.

    With `attention` a fourth: what waits for a manager.
    """
    ids = [queue.pk for queue in queues]
    counted = counts(ids, effective_items(ids))
    waiting = attention_counts(ids) if attention else {}
    now, empty = sql.clock(), drained(ids)
    return [
        _row(queue, counted[queue.pk], waiting.get(queue.pk, 0), now, drained=queue.pk in empty)
        for queue in queues
    ]


def _row(queue: Any, counted: Counts, attention: int, now: datetime, *, drained: bool) -> QueueRow:
    return QueueRow(
        pk=queue.pk,
        name=queue.name,
        description=queue.description,
        status=queue.shown_status,
        due_date=queue.due_date,
        overdue=is_overdue(
            queue.due_date, status=queue.shown_status, time_zone=queue.project.time_zone, now=now
        ),
        people=queue.people,
        short=queue.is_short(queue.annotators),
        counts=counted,
        attention=attention,
        drained=drained,
    )


def _members(**rights: bool) -> Coalesce:
    """How many people are in the queue, as a subquery: a join would multiply rows."""
    members = QueueMember.objects.filter(queue=OuterRef("pk"), removed_at=None, **rights)
    counted = members.order_by().values("queue").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
