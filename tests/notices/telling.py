"""What people were told, in tests; and beat's round, with as much time passed as a test wants."""

from datetime import timedelta
from typing import Any

from django.db.models import F

from annotate_site.projects.models import Mail, Notice, User
from queues.models import Queue


def told(user: User) -> list[tuple[str, int, bool]]:
    """(kind, count, unread), in the order of kinds."""
    rows = Notice.objects.filter(user=user).order_by("kind")
    return [(one.kind, one.count, one.read_at is None) for one in rows]


def only(user: User, kind: str) -> list[tuple[int, bool]]:
    return [(count, unread) for which, count, unread in told(user) if which == kind]


def mails(**which: Any) -> list[tuple[str, str, str]]:
    """(kind, to whom, how it ended), in the order of writing."""
    rows = Mail.objects.filter(**which).select_related("user").order_by("pk")
    return [(one.kind, one.user.email, one.ending) for one in rows]


def let_pass(time: timedelta) -> None:
    """Everything that waits for the clock has waited for so much longer."""
    Notice.objects.update(at=F("at") - time, read_at=F("read_at") - time)
    Mail.objects.update(
        created_at=F("created_at") - time, due_at=F("due_at") - time, ended_at=F("ended_at") - time
    )
    Queue.objects.update(completed_at=F("completed_at") - time)
