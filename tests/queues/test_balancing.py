"""Load balanced: scarce slots are left for colleagues who hold less, and only then."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.assignment.own_holds import read_own_holds
from queues.actions.holds.ending import skip_item
from queues.actions.holds.keeping import park_hold
from queues.actions.people.members import set_away
from queues.errors import NothingToClaim
from queues.item_titles import item_heading
from queues.models import Queue

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .assigning import (
    asked_long_ago,
    claim_and_park,
    crowd,
    left_for_colleagues,
    look,
    reason,
)

pytestmark = pytest.mark.django_db


def balanced(cast: Cast, users: list[User], items: int, **more: Any) -> Queue:
    return factories.make_queue(
        cast.project, annotators=users, items=items, strategy="load_balanced", **more
    )


def finish_one(queue: Queue, user: User) -> None:
    Worker(queue, user).submit(claim_next(queue_id=queue.pk, user=user), "true")


def test_the_last_item_is_left_for_one_who_asked_and_holds_less(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = balanced(cast, [ada, ben], 4)
    finish_one(queue, ben)
    claim_and_park(queue, ada)
    claim_and_park(queue, ada)
    assert reason(queue, ada) == "held_for_colleagues"
    assert claim_next(queue_id=queue.pk, user=ben)


def test_as_long_as_there_is_one_more_the_asker_gets_it(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = balanced(cast, [ada, ben], 4)
    finish_one(queue, ben)
    claim_and_park(queue, ada)
    assert claim_and_park(queue, ada)


@pytest.mark.parametrize("why", ["never asked", "long ago", "away", "as much", "cannot take it"])
def test_nothing_is_left_for_a_colleague_who_does_not_qualify(cast: Cast, why: str) -> None:
    ada, ben = crowd(cast, 2)
    queue = balanced(cast, [ada, ben], 3)
    if why == "cannot take it":
        hold = claim_next(queue_id=queue.pk, user=ben)
        skip_item(queue=queue, item_id=hold.item_id, user=ben, token=hold.token, reason="")
    elif why != "never asked":
        finish_one(queue, ben)
    claim_and_park(queue, ada)
    if why != "cannot take it":
        _without_him(queue, ada, ben, why)
    assert claim_next(queue_id=queue.pk, user=ada)


def _without_him(queue: Queue, ada: User, ben: User, why: str) -> None:
    if why == "never asked":
        claim_and_park(queue, ada)
    elif why == "long ago":
        asked_long_ago(queue, ben)
    elif why == "away":
        set_away(queue=queue, user=ben, away=True, actor=SYSTEM)
    elif why == "as much":
        factories.add_items(queue, [factories.make_trace(queue.project)])
        claim_and_park(queue, ben)


def test_one_who_asked_in_vain_counts_as_asking(cast: Cast) -> None:
    ada, ben = crowd(cast, 2)
    queue = balanced(cast, [ada, ben], 1)
    claim_and_park(queue, ada)
    assert reason(queue, ben) == "others_hold"
    asked_long_ago(queue, ben)
    assert reason(queue, ben) == "others_hold"
    factories.add_items(queue, [factories.make_trace(queue.project)])
    assert reason(queue, ada) == "held_for_colleagues"


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_agree_with_the_rule_in_plain_words(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    users = crowd(cast, chance.randint(2, 5))
    queue = balanced(
        cast, users, chance.randint(4, 9), annotations_required=chance.randint(1, 2),
        open_limit=chance.randint(2, 4),
    )  # fmt: skip
    seen = {True: 0, False: 0}
    for _ in range(60):
        user, step = chance.choice(users), chance.random()
        if step < 0.05:
            set_away(queue=queue, user=user, away=chance.random() < 0.5, actor=SYSTEM)
        elif step < 0.12:
            asked_long_ago(queue, user)
        elif step < 0.16:
            factories.add_items(queue, [factories.make_trace(queue.project)])
        else:
            if (outcome := _ask(queue, user)) is not None:
                seen[outcome] += 1
            _work(queue, user, chance)
    assert seen[False] > 3


def _ask(queue: Queue, user: User) -> bool | None:
    """Asks for the next item and compares with the rule; None where the rule had no say."""
    picture = look(queue)
    mine = [slot for slot in picture.slots if slot.annotator_id == user.pk]
    held = [slot for slot in mine if slot.state == "held"]
    if read_own_holds(queue.pk, user.pk).unparked or len(held) >= queue.open_limit:
        claim_next(queue_id=queue.pk, user=user)
        return None
    expected = left_for_colleagues(queue, user, picture)
    takes = any(picture.may(user.pk, slot) for slot in picture.unbound())
    told = ""
    try:
        claim_next(queue_id=queue.pk, user=user)
    except NothingToClaim as nothing:
        told = nothing.reason
    assert (told == "held_for_colleagues") == expected
    assert (told == "") == (takes and not expected)
    return expected


def _work(queue: Queue, user: User, chance: random.Random) -> None:
    """Something with what the person has open, oftenest parking it."""
    row = read_own_holds(queue.pk, user.pk).unparked
    if row is None:
        return
    step = chance.random()
    if step < 0.6:
        park_hold(user=user, item_id=row.item_id, token=row.token)
    elif step < 0.75:
        skip_item(queue=queue, item_id=row.item_id, user=user, token=row.token, reason="")
    elif step < 0.85:
        factories.lapse(row.slot_id)
    else:
        Worker(queue, user).submit(claim_next(queue_id=queue.pk, user=user), "true")


def test_the_page_says_held_for_colleagues_and_offers_what_is_parked(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    ada, ben = crowd(cast, 2)
    queue = balanced(cast, [ada, ben], 3)
    finish_one(queue, ben)
    kept = queue.items.get(pk=claim_and_park(queue, ada))
    where = {"project": cast.project.slug, "queue": queue.pk}
    client, workspace = browser_of(ada), reverse("reviews:workspace", kwargs=where)
    text = client.post(workspace).content.decode()
    assert "Held for colleagues" in text
    assert f"Continue with <bdi>{item_heading(kept, queue)}</bdi>" in text
    client.post(reverse("reviews:item-pick", kwargs=where | {"item": kept.pk}))
    assert kept.title in client.get(workspace).content.decode()
