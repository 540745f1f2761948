"""A queue like another one."""

from annotate_site.projects.models import Project, User
from annotate_site.text import copy_name
from fields.models import Field

from ..models import Queue
from .settings import DRAFT_SETTINGS, FREE_SETTINGS, Asked, create_queue


def duplicate_queue(*, queue: Queue, by: User) -> Queue:
    """A draft with the same fields, settings and people, and no items.

    Fields that new queues cannot use any more are left out (`left_out`). The event says of which
    queue it is a copy. Raises NameTaken where another copy came first.
    """
    asked = queue.queue_fields.filter(retired_at=None).select_related("field")
    rows = [row for row in asked if row.field.can_be_used_in(queue.project)]
    settings = {name: getattr(queue, name) for name in FREE_SETTINGS + DRAFT_SETTINGS}
    # A due date of another campaign would be past.
    own = {"name": _free_name(queue.project, queue.name), "due_date": None}
    return create_queue(
        project=queue.project,
        by=by,
        settings=settings | own,
        fields=[Asked(row.field, row.required, row.allow_note) for row in rows],
        like=list(queue.members.filter(removed_at=None).select_related("user")),
        reason=f"copy of {queue.pk}",
    )


def left_out(queue: Queue) -> list[Field]:
    """What the queue asks and a new one cannot."""
    asked = queue.queue_fields.filter(retired_at=None).select_related("field")
    return [row.field for row in asked if not row.field.can_be_used_in(queue.project)]


def _free_name(project: Project, name: str) -> str:
    longest = Queue._meta.get_field("name").max_length
    assert longest
    taken = {one.lower() for one in project.queues.values_list("name", flat=True)}
    number = 1
    while copy_name(name, longest, number).lower() in taken:
        number += 1
    return copy_name(name, longest, number)
