"""A person's notices as a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.models import Notice, NoticeKind, User

from ..due_dates import days_left
from ..models import Queue, QueueMember
from .kinds import KINDS
from .wording import rights_words, sentence


@dataclass(frozen=True)
class Shown:
    pk: int
    kind: str
    queue: str
    project: str
    sentence: str
    button: str
    at: datetime
    unread: bool


def shown(user: User, notices: Iterable[Notice]) -> list[Shown]:
    """Two statements, however many."""
    listed, now = list(notices), sql.clock()
    ids = {one.queue_id for one in listed}
    queues = Queue.objects.select_related("project").only(
        "name", "due_date", "project__name", "project__time_zone"
    )
    named = queues.in_bulk(ids)
    rights = _rights(user, ids)
    found = []
    for one in listed:
        queue = named[one.queue_id]
        days = days_left(queue.due_date, time_zone=queue.project.time_zone, now=now)
        words = sentence(
            one.kind, one.count, rights=rights.get(one.queue_id, ""), due=queue.due_date, days=days
        )
        found.append(
            Shown(
                one.pk, one.kind, queue.name, queue.project.name, words, KINDS[one.kind].button,
                one.at, one.read_at is None,
            )
        )  # fmt: skip
    return found


def _rights(user: User, queue_ids: set[UUID]) -> dict[UUID, str]:
    mine = QueueMember.objects.filter(user=user, queue__in=queue_ids, removed_at=None)
    return {
        queue: rights_words(annotates, reviews)
        for queue, annotates, reviews in mine.values_list("queue", "can_annotate", "can_review")
    }


def address_of(kind: str, *, slug: str, queue_id: UUID | None) -> str:
    """Where one acts on it, as a path of this site."""
    if kind == NoticeKind.DIGEST:
        return reverse(KINDS[kind].page)
    return reverse(KINDS[kind].page, kwargs={"project": slug, "queue": queue_id})
