"""What Start and Next give first, from the hold one has to a new item: docs/rules.md."""

from uuid import UUID

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.holds.ending import release_hold
from queues.actions.holds.hold import Hold
from queues.actions.holds.keeping import park_hold
from queues.models import Item, Queue
from reviews.actions.submitting import Conflict

from .. import factories
from ..conftest import Cast
from .judging import Judge, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], items=9,
        annotations_required=1, open_limit=2,
    )  # fmt: skip


@pytest.fixture
def me(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


@pytest.fixture
def colleague(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.second)


def release(worker: Worker, hold: Hold) -> None:
    release_hold(
        queue=worker.queue, item_id=hold.item_id, slot_id=hold.slot_id, holder_id=worker.user.pk,
        actor=SYSTEM,
    )  # fmt: skip


def park(worker: Worker, hold: Hold) -> None:
    park_hold(user=worker.user, item_id=hold.item_id, token=hold.token)


def lose(me: Worker, colleague: Worker, item: Item) -> Hold:
    """My answers are refused: my time was over, and a colleague has the item; his hold."""
    mine = me.pick(item)
    me.save(mine, "true")
    factories.lapse(mine.slot_id)
    theirs = colleague.pick(item)
    with pytest.raises(Conflict):
        me.submit(mine, "true", version=1)
    return theirs


def gets(worker: Worker) -> UUID:
    """The item of Next, which is submitted then."""
    hold = worker.claim()
    worker.submit(hold, "true", version=1)
    return hold.item_id


def test_from_the_hold_one_has_to_a_new_item(
    cast: Cast, queue: Queue, me: Worker, colleague: Worker
) -> None:
    back, refused, drafted, parked, new, *_ = queue.items.order_by("seq")
    release(colleague, lose(me, colleague, refused))
    hold = me.pick(drafted)
    me.save(hold, "true")
    release(me, hold)
    park(me, me.pick(parked))
    me.submit(me.pick(back), "true")
    judge = Judge(queue, cast.reviewer)
    judge.open(back)
    judge.reject(back)
    assert me.claim().item_id == back.pk, "what a reviewer sent back comes first"
    assert me.claim().resumed, "and stays what one has open"
    assert gets(me) == back.pk
    assert gets(me) == refused.pk, "then one's own drafts, refused work before others"
    hold = me.claim()
    assert hold.item_id == drafted.pk
    park(me, hold)
    assert gets(me) == parked.pk, "at the limit the one parked first"
    assert gets(me) == new.pk, "below it something new"


def test_a_draft_is_offered_behind_many_that_cannot_be_taken(
    queue: Queue, me: Worker, colleague: Worker
) -> None:
    *lost, other, drafted = queue.items.order_by("seq")[:8]
    for item in lost:
        colleague.submit(lose(me, colleague, item), "false")
    release(colleague, colleague.pick(other))  # stands before the draft in the returned lane
    hold = me.pick(drafted)
    me.save(hold, "true")
    release(me, hold)
    assert me.claim().item_id == drafted.pk
