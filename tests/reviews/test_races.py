"""16 processes at one queue: exact N, no double hold, nothing lost; and the test can tell."""

import os
from typing import Any

import pytest

from annotate_site import sql
from annotate_site.projects.models import User
from queues.actions.holds.hold import Hold
from queues.errors import NothingToClaim
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from ..tally import tally
from .racing import Told, race, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_a_core]
PROCESSES = 16
GRANTS = int(os.environ.get("GRANTS", "100000"))  # of the soak
STRATEGIES = ("manual", "round_robin", "load_balanced")


def crowd(cast: Cast, count: int = PROCESSES) -> list[User]:
    users = [factories.make_user(f"Annotator {number}") for number in range(count)]
    for user in users:
        factories.join(cast.project, user)
    return users


def run(cast: Cast, users: list[User], items: int, required: int, **more: Any) -> list[Told]:
    """A race at a new queue, its violations counted, and none of them found."""
    queue = factories.make_queue(
        cast.project, annotators=users, items=items, annotations_required=required, **more
    )
    told = race(queue, users)
    found = violations(queue, told)
    tally(
        "raced claims and submits",
        {"grants": sum(len(one.claimed) for one in told),
         "submits": sum(len(one.submitted) for one in told)},
        violations=found.total(),
    )  # fmt: skip
    assert found == {}, [one.errors[:1] for one in told if one.errors]
    assert sum(len(one.submitted) for one in told) == items * required
    queue.refresh_from_db()
    assert queue.status == "completed"
    return told


@pytest.mark.parametrize(("required", "items"), [(1, 2000), (3, 667)])
def test_16_processes_race_2000_claims_and_submits(cast: Cast, required: int, items: int) -> None:
    run(cast, crowd(cast), items, required)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_16_processes_race_100000_grants(cast: Cast) -> None:
    """By every strategy, with one to three annotations for each item, queue after queue."""
    users, granted, number = crowd(cast), 0, 0
    while granted < GRANTS:
        required, strategy = 1 + number % 3, STRATEGIES[number // 3 % 3]
        told = run(cast, users, 2000 // required, required, strategy=strategy)
        granted, number = granted + sum(len(one.claimed) for one in told), number + 1


NAIVE = """
select s.id, s.item_id, s.round from queues_slot s
 where s.queue_id = %s and s.state = 'free'
   and not exists (select 1 from queues_slot o where o.item_id = s.item_id
                      and o.annotator_id = %s)
 order by s.rank, s.seq limit 1
"""


def naive_claim(queue: Queue, user: User) -> Hold:
    """Finds, then updates: what a queue does that reads first and writes later."""
    found = sql.one(NAIVE, [queue.pk, user.pk])
    if found is None:
        raise NothingToClaim("share_done")
    held = sql.one(
        "update queues_slot set state = 'held', annotator_id = %s, token = gen_random_uuid(),"
        " held_at = now(), expires_at = now() + interval '1 hour' where id = %s"
        " returning token, expires_at, held_at",
        [user.pk, found.id],
    )
    assert held is not None
    sql.run(
        "insert into queues_reservation (kind, queue_id, item_id, slot_id, round, annotator_id,"
        " token, opened_at, ending, reason)"
        " values ('annotate', %s, %s, %s, %s, %s, %s, now(), '', '')",
        [queue.pk, found.item_id, found.id, found.round, user.pk, held.token],
    )
    return Hold(
        found.item_id, found.round, held.token, found.id, held.expires_at, None, held.held_at
    )


@pytest.mark.breaks_promises
def test_the_race_catches_a_naive_claim(cast: Cast) -> None:
    users = crowd(cast, 8)
    queue = factories.make_queue(cast.project, annotators=users, items=200)
    found = violations(queue, race(queue, users, naive_claim))
    assert found["double hold"] > 0
