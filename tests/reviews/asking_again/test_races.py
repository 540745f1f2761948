"""Two at once: who moves the queue, who asks again, who submits meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job
from fields.models import Field
from queues.actions.items.rounds import reopen_item
from queues.errors import WrongState
from queues.models import Item, Queue
from reviews.actions.asking_again import ask_outdated, ask_some, count_outdated
from reviews.actions.submitting import Form, submit_annotation
from reviews.answers import asked_fields
from reviews.invariants import check

from ...conftest import Cast
from ..working import Worker
from .moving import move, rounds

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each was answered, all begun together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return act()
        except WrongState as refused:
            return str(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_race_of_two_managers_who_move_a_queue(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    told = at_once(*[lambda: move(queue, tone, warmth, cast.manager)] * 2)
    assert sum(isinstance(one, Job) for one in told) == 1
    assert sum("Somebody else has changed" in str(one) for one in told) == 1
    assert rounds(items)[0] == (2, "pending")
    assert [one.field for one in asked_fields(queue)][1] == warmth
    assert check() == []


def test_race_of_two_managers_who_ask_again(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    move(queue, tone, warmth, cast.manager, again=False)
    told = at_once(*[lambda: ask_outdated(queue=queue, field=warmth, by=cast.manager)] * 2)
    assert sum(job.result["applied"] for job in told if isinstance(job, Job)) == 1
    assert rounds(items)[0] == (2, "pending")
    assert check() == []


def test_race_of_a_reopening_and_an_asking(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    move(queue, tone, warmth, cast.manager, again=False)
    actor = Actor.person(cast.manager)
    at_once(
        lambda: reopen_item(queue=queue, item_id=items[0].pk, reason="Again", actor=actor),
        lambda: ask_some(queue=queue, field=warmth, after=-1, actor=actor),
    )
    assert rounds(items)[0] == (2, "pending")
    assert check() == []


def test_race_of_a_submit_and_a_move(
    cast: Cast, queue: Queue, items: list[Item], tone: Field, warmth: Field
) -> None:
    """The last answer comes before the move or after it: what it was judged by says so, and what
    was judged by the earlier version can be asked again.
    """
    worker, asked = Worker(queue, cast.annotator), asked_fields(queue)
    hold, draft = worker.pick(items[1]), worker.draft("true", "4")
    form = Form(hold.item_id, hold.round, hold.token, uuid4(), 0, draft)
    at_once(
        lambda: submit_annotation(queue=queue, user=cast.annotator, form=form, asked=asked),
        lambda: move(queue, tone, warmth, cast.manager, again=False),
    )
    assert count_outdated(queue, warmth) == 2
    ask_outdated(queue=queue, field=warmth, by=cast.manager)
    assert [number for number, _ in rounds(items)] == [2, 2, 1]
    assert check() == []
