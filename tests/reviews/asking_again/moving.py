"""A manager moves a queue to a version; how far its items are."""

from annotate_site.projects.models import Job, User
from fields.models import Field
from queues.models import Item, Queue
from reviews.actions.asking_again import move_and_ask


def rounds(items: list[Item]) -> list[tuple[int, str]]:
    rows = [Item.objects.get(pk=item.pk) for item in items]
    return [(row.round, row.status) for row in rows]


def move(queue: Queue, old: Field, new: Field, by: User, *, again: bool = True) -> Job | None:
    return move_and_ask(queue=queue, field=old, version=new, again=again, by=by)
