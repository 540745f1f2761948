"""Many processes at one queue: what each was told, and what must be true of that."""

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections

from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.hold import Hold
from queues.errors import NothingToClaim
from queues.models import Queue
from reviews.actions.submitting import Form, submit_annotation
from reviews.answers import Draft, asked_fields
from reviews.models import Annotation

from ..forked import forget_inherited_connection

Claim = Callable[[Queue, User], Hold]


@dataclass
class Told:
    """What one annotator's process was answered: (item, slot) claimed and items submitted."""

    user: int
    claimed: list[tuple[UUID, int]] = field(default_factory=list)
    submitted: list[UUID] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def claim(queue: Queue, user: User) -> Hold:
    return claim_next(queue_id=queue.pk, user=user)


def race(queue: Queue, users: list[User], claiming: Claim = claim) -> list[Told]:
    """One process for each annotator, started together, until nothing is left for it."""
    context = multiprocessing.get_context("fork")
    connections.close_all()  # a forked process must not share its parent's connection
    pipe = context.Queue()
    start = context.Barrier(len(users))
    workers = [
        context.Process(target=_work, args=(queue.pk, user.pk, claiming, start, pipe))
        for user in users
    ]
    for worker in workers:
        worker.start()
    told = [pipe.get(timeout=240) for _ in workers]
    for worker in workers:
        worker.join(timeout=30)
    return told


def _work(queue_id: UUID, user_id: int, claiming: Claim, start: Any, pipe: Any) -> None:
    told = Told(user_id)
    forget_inherited_connection()
    try:
        queue, user = Queue.objects.get(pk=queue_id), User.objects.get(pk=user_id)
        asked = asked_fields(queue)
        values = {str(one.field_id): ["true"] for one in asked}
        start.wait(timeout=60)
        _annotate(queue, user, asked, values, claiming, told)
    except Exception:
        told.errors.append(traceback.format_exc())
    finally:
        pipe.put(told)
        connections.close_all()


def _annotate(
    queue: Queue,
    user: User,
    asked: list[Any],
    values: dict[str, list[str]],
    claiming: Claim,
    told: Told,
) -> None:
    for _ in range(10_000):
        try:
            hold = claiming(queue, user)
        except NothingToClaim as nothing:
            if nothing.reason != "others_hold":
                return
            continue
        told.claimed.append((hold.item_id, hold.slot_id))
        form = Form(hold.item_id, hold.round, hold.token, uuid4(), 0, Draft(values))
        submit_annotation(queue=queue, user=user, form=form, asked=asked)
        told.submitted.append(hold.item_id)


def violations(queue: Queue, told: list[Told]) -> Counter[str]:
    """Double holds, items beyond N, acknowledged submits that are not there, and errors."""
    found: Counter[str] = Counter()
    slots = Counter(slot for one in told for _, slot in one.claimed)
    found["double hold"] = sum(n - 1 for n in slots.values())
    pairs = Counter((one.user, item) for one in told for item in one.submitted)
    found["twice by one person"] = sum(n - 1 for n in pairs.values())
    items = Counter(item for one in told for item in one.submitted)
    found["beyond N"] = sum(n > queue.annotations_required for n in items.values())
    stored = set(
        Annotation.objects.filter(queue=queue, state="submitted").values_list(
            "annotator_id", "item_id"
        )
    )
    found["lost"] = len(set(pairs) - stored)
    found["error"] = sum(len(one.errors) for one in told)
    return +found


@contextmanager
def meanwhile(statement: str, act: Callable[[], Any]) -> Iterator[None]:
    """Once, just before the statement is run, somebody else acts on a connection of their own."""
    acts = [act]

    def elsewhere(act: Callable[[], Any]) -> None:
        act()
        connection.close()

    def hook(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == statement and acts:
            other = Thread(target=elsewhere, args=[acts.pop()])
            other.start()
            other.join()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hook):
        yield
    assert acts == []
