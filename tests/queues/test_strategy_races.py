"""16 processes at a queue that deals, or that balances: exact N, nothing lost, nobody passed by."""

import random
from typing import Any

import pytest

from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.hold import Hold
from queues.actions.holds.keeping import park_hold
from queues.actions.people.members import set_away
from queues.errors import NothingToClaim
from queues.models import Queue, Reservation

from .. import factories
from ..conftest import Cast
from ..reviews.racing import Claim, claim, race, violations
from ..tally import tally
from .assigning import crowd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_a_core]
PROCESSES = 16
CHANCE = random.Random(7)  # each process has its own copy


def run(cast: Cast, items: int, required: int, claiming: Claim, **more: Any) -> None:
    users = crowd(cast, PROCESSES)
    queue = factories.make_queue(
        cast.project, annotators=users, items=items, annotations_required=required, **more
    )
    told = race(queue, users, claiming)
    found = violations(queue, told)
    tally(
        f"raced claims and submits, {more['strategy']}",
        {"grants": sum(len(one.claimed) for one in told),
         "submits": sum(len(one.submitted) for one in told)},
        violations=found.total(),
    )  # fmt: skip
    assert found == {}, [one.errors[:1] for one in told if one.errors]
    assert sum(len(one.submitted) for one in told) == items * required
    queue.refresh_from_db()
    assert queue.status == "completed"


@pytest.mark.parametrize(("required", "items"), [(1, 320), (3, 100)])
def test_16_processes_race_through_deals_and_help_each_other(
    cast: Cast, required: int, items: int
) -> None:
    run(cast, items, required, claim, strategy="round_robin")


def claim_with_parking(queue: Queue, user: User) -> Hold:
    """Keeps every other item for later; goes on with a parked one where Next gives nothing."""
    try:
        hold = claim_next(queue_id=queue.pk, user=user)
        if CHANCE.random() < 0.5:
            park_hold(user=user, item_id=hold.item_id, token=hold.token)
            hold = claim_next(queue_id=queue.pk, user=user)
    except NothingToClaim:
        mine = Reservation.objects.filter(queue=queue, annotator=user, ended_at=None)
        kept = mine.exclude(parked_at=None).first()
        if kept is None:
            raise
        hold = pick_item(queue_id=queue.pk, item_id=kept.item_id, user=user)
    return hold


@pytest.mark.parametrize(("required", "items"), [(1, 320), (3, 100)])
def test_16_processes_race_at_a_balanced_queue(cast: Cast, required: int, items: int) -> None:
    run(cast, items, required, claim_with_parking, strategy="load_balanced", open_limit=3)


def coming_and_going(queue: Queue, user: User) -> Hold:
    """Every tenth time the annotator goes away, and comes back: deals, hands and help at once."""
    if CHANCE.random() < 0.1:
        for away in (True, False):
            set_away(queue=queue, user=user, away=away, actor=Actor.person(user))
    return claim_with_parking(queue, user)


def test_16_processes_race_while_people_come_and_go(cast: Cast) -> None:
    run(cast, 60, 2, coming_and_going, strategy="round_robin", open_limit=3)
