"""Each condition of queues/conditions.py, clause by clause, on rows made for it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.models import User
from queues import conditions
from queues.models import Item, ItemOpened, Queue, QueueMember, Reservation, Slot

from .. import factories
from ..conftest import Cast

# The rows are those of no history: one column is as it must not be.
pytestmark = [pytest.mark.django_db, pytest.mark.breaks_promises]
ME = "%(me)s"
LATER, EARLIER = timedelta(minutes=5), timedelta(minutes=-5)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator], items=2)


@pytest.fixture
def item(queue: Queue) -> Item:
    """In its third round."""
    item = queue.items.earliest("seq")
    Item.objects.filter(pk=item.pk).update(round=3)
    item.slots.update(round=3)
    return item


def is_true(condition: str, item: Item, me: User, *, of: str = "") -> bool:
    """Whether any row fulfils it; `of`: the rows asked, joined with the item i."""
    row = sql.one(
        f"select count(*) as n from queues_item i {of} where i.id = %(item)s and {condition}",
        {"item": item.pk, "me": me.pk},
    )
    return bool(row and row.n)


def make_hold(item: Item, person: User, **more: Any) -> Reservation:
    """A hold of the item's third round that has ended, released."""
    now = sql.clock()
    made = {"round": 3, "ending": "released", "ended_at": now} | more
    if made.get("kind") != "review":
        made["slot"] = item.slots.earliest("pk")
    return Reservation.objects.create(
        queue_id=item.queue_id, item=item, annotator=person, token=uuid4(), opened_at=now, **made
    )


def make_done(item: Item, person: User, round: int, state: str = "done") -> None:
    more = {"token": uuid4(), "held_at": sql.clock(), "remaining": LATER} if state == "held" else {}
    Slot.objects.create(
        queue_id=item.queue_id, item=item, round=round, seq=item.seq, state=state,
        annotator=person, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("annotates", "reviews", "removed"),
    [(True, False, False), (False, True, False), (False, False, False), (True, True, True)],
)
def test_rights_are_those_of_this_queue_and_of_whoever_is_still_there(
    cast: Cast, item: Item, annotates: bool, reviews: bool, removed: bool
) -> None:
    elsewhere = factories.make_queue(cast.project, annotators=[cast.second])
    QueueMember.objects.filter(queue=elsewhere).update(can_review=True)
    QueueMember.objects.create(
        queue_id=item.queue_id, user=cast.second, order=9, can_annotate=annotates,
        can_review=reviews, removed_at=sql.clock() if removed else None,
    )  # fmt: skip
    has = (annotates and not removed, reviews and not removed)
    assert is_true(conditions.annotates(ME, "i.queue_id"), item, cast.second) is has[0]
    assert is_true(conditions.may_review(ME, "i.queue_id"), item, cast.second) is has[1]


def test_opened_is_this_item_by_this_person(cast: Cast, queue: Queue, item: Item) -> None:
    ItemOpened.objects.create(item=item, user=cast.second)
    ItemOpened.objects.create(item=queue.items.latest("seq"), user=cast.annotator)
    assert not is_true(conditions.has_opened(ME), item, cast.annotator)
    assert is_true(conditions.has_opened(ME), item, cast.second)
    for may in (conditions.may_have(ME), conditions.may_take_again(ME)):
        assert is_true(may, item, cast.annotator)
        assert not is_true(may, item, cast.second)


@pytest.mark.parametrize(
    ("barred", "round", "state", "of_item", "expected"),
    [
        (True, 2, "done", True, True),
        (False, 2, "done", True, False),
        (True, 1, "done", True, False),
        (True, 2, "held", True, False),
        (True, 2, "done", False, False),
    ],
)
def test_barred_is_who_did_the_last_round_of_an_item_that_went_to_others(
    cast: Cast, queue: Queue, item: Item, barred: bool, round: int, state: str, of_item: bool,
    expected: bool,
) -> None:  # fmt: skip
    Item.objects.update(bars_last_round=barred)
    make_done(item if of_item else queue.items.latest("seq"), cast.annotator, round, state)
    assert is_true(conditions.is_barred(ME), item, cast.annotator) is expected
    assert not is_true(conditions.is_barred(ME), item, cast.second)
    # Both ways a slot is had ask it.
    for may in (conditions.may_have(ME), conditions.may_take_again(ME)):
        assert is_true(may, item, cast.annotator) is not expected


@pytest.mark.parametrize(
    ("hold", "may"),
    [
        ({"ending": "submitted"}, False),
        ({"ending": "skipped"}, False),
        ({"ending": "", "ended_at": None}, False),
        ({"ending": "skipped", "cleared_at": "now"}, True),
        ({"ending": "released"}, True),
        ({"ending": "expired"}, True),
        ({"ending": "submitted", "round": 2}, True),
        ({"ending": "", "ended_at": None, "kind": "review"}, True),
    ],
)
def test_an_item_may_be_had_by_who_has_not_had_it_in_this_round(
    cast: Cast, queue: Queue, item: Item, hold: dict[str, Any], may: bool
) -> None:
    if hold.get("cleared_at"):
        hold = hold | {"cleared_at": sql.clock()}
    make_hold(item, cast.annotator, **hold)
    make_hold(queue.items.latest("seq"), cast.second, ending="submitted")
    assert is_true(conditions.may_have(ME), item, cast.annotator) is may
    assert is_true(conditions.may_have(ME), item, cast.second)


@pytest.mark.parametrize(
    ("round", "state", "may"), [(3, "held", False), (3, "done", False), (2, "done", True)]
)
def test_an_item_may_be_taken_again_by_who_has_no_slot_of_it(
    cast: Cast, queue: Queue, item: Item, round: int, state: str, may: bool
) -> None:
    make_done(item, cast.annotator, round, state)
    make_done(queue.items.latest("seq"), cast.second, 3, state)
    assert is_true(conditions.may_take_again(ME), item, cast.annotator) is may
    assert is_true(conditions.may_take_again(ME), item, cast.second)


def test_a_free_slot_is_for_whoever_it_is_bound_to(cast: Cast, item: Item) -> None:
    of = "join queues_slot s on s.item_id = i.id"
    free = conditions.is_for(ME)
    assert is_true(free, item, cast.annotator, of=of)
    item.slots.update(assigned_to=cast.annotator, bound_at=sql.clock(), bound_why="manager")
    assert is_true(free, item, cast.annotator, of=of)
    assert not is_true(free, item, cast.second, of=of)
    item.slots.all().delete()
    make_done(item, cast.annotator, 3)
    assert not is_true(free, item, cast.annotator, of=of)


@pytest.mark.parametrize(
    ("rest", "runs_out", "live", "lapsed"),
    [(None, LATER, True, False), (None, EARLIER, False, True), (LATER, None, True, False)],
)
def test_a_hold_is_live_until_its_time_is_over_and_while_its_time_stands_still(
    cast: Cast, item: Item, rest: timedelta | None, runs_out: timedelta | None, live: bool,
    lapsed: bool,
) -> None:  # fmt: skip
    of = "join queues_slot s on s.item_id = i.id"
    make_done(item, cast.annotator, 3, "held")
    expires = sql.clock() + runs_out if runs_out else None
    Slot.objects.filter(state="held").update(remaining=rest, expires_at=expires)
    assert is_true(conditions.is_live(), item, cast.annotator, of=of) is live
    assert is_true(conditions.has_lapsed(), item, cast.annotator, of=of) is lapsed
    assert item.slots.filter(conditions.live_hold()).exists() is live
    assert item.slots.filter(conditions.lapsed_hold()).exists() is lapsed


@pytest.mark.parametrize(
    ("hold", "live", "lapsed"),
    [
        ({"runs_out": LATER}, True, False),
        ({"runs_out": EARLIER}, False, True),
        ({"runs_out": LATER, "ending": "released"}, False, False),
        ({"runs_out": EARLIER, "ending": "released"}, False, False),
        ({"runs_out": LATER, "kind": "annotate"}, False, False),
        ({"runs_out": EARLIER, "kind": "annotate"}, False, False),
    ],
)
def test_a_review_is_live_until_it_ends_or_its_time_is_over(
    cast: Cast, item: Item, hold: dict[str, Any], live: bool, lapsed: bool
) -> None:
    of = "join queues_reservation r on r.item_id = i.id"
    now, ending = sql.clock(), hold.get("ending", "")
    make_hold(
        item, cast.reviewer, kind=hold.get("kind", "review"), expires_at=now + hold["runs_out"],
        ending=ending, ended_at=now if ending else None,
    )  # fmt: skip
    assert is_true(conditions.is_live_review(), item, cast.reviewer, of=of) is live
    assert is_true(conditions.is_lapsed_review(), item, cast.reviewer, of=of) is lapsed


@pytest.mark.parametrize(("seconds", "due"), [(30, False), (90, True)])
def test_a_hold_is_due_for_renewal_once_a_minute_of_its_time_is_used(
    cast: Cast, queue: Queue, item: Item, seconds: int, due: bool
) -> None:
    of = "join queues_slot s on s.item_id = i.id join queues_queue q on q.id = i.queue_id"
    make_done(item, cast.annotator, 3, "held")
    expires = sql.clock() + queue.timeout - timedelta(seconds=seconds)
    Slot.objects.filter(state="held").update(remaining=None, expires_at=expires)
    assert is_true(conditions.is_due_for_renewal("s"), item, cast.annotator, of=of) is due
