"""A queue whose number of annotations is changed in tests."""

from typing import Any

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job, User
from queues.actions.items.required import change_required
from queues.models import Item, Queue

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker


def make(cast: Cast, n: int, items: int = 1, **more: Any) -> Queue:
    people = [cast.annotator, cast.second, cast.member]
    return factories.make_queue(
        cast.project, annotators=people, items=items, annotations_required=n, **more
    )


def change(queue: Queue, n: int, *, completed: bool = False) -> Job | None:
    return change_required(queue=queue, required=n, raise_completed=completed, actor=SYSTEM)


def states(item: Item) -> list[str]:
    return sorted(item.slots.filter(round=item.round).values_list("state", flat=True))


def one_item(queue: Queue) -> Item:
    return queue.items.get()


def answer(queue: Queue, user: User) -> None:
    worker = Worker(queue, user)
    worker.submit(worker.claim(), "true")
