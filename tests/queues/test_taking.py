"""Which item and which of its slots a claim takes, where others have to do with them, too."""

from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import claim_next
from queues.actions.items.changing import change_priority, remove_item
from queues.actions.status import activate_queue
from queues.errors import NothingToClaim, NotMember
from queues.models import Slot
from reviews.actions.submitting import Form, submit_annotation
from reviews.answers import asked_fields

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .assigning import crowd

pytestmark = pytest.mark.django_db


def test_a_claim_leaves_the_slot_that_is_bound_to_somebody_else(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=2)
    bind_slots(queue=queue, item_id=queue.items.get().pk, users=[cast.second], actor=SYSTEM)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    assert Slot.objects.get(pk=hold.slot_id).assigned_to is None
    assert Slot.objects.get(assigned_to=cast.second).state == "free"


def test_what_came_back_and_is_not_for_one_leaves_the_order_as_it_is(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=3, active=False)
    low, middle, high = queue.items.order_by("seq")
    for item, priority in ((middle, 3), (high, 5)):
        change_priority(queue=queue, item_ids=[item.pk], priority=priority, actor=SYSTEM)
    activate_queue(queue=queue, actor=SYSTEM)
    me = Worker(queue, cast.annotator)
    me.skip(me.claim())
    assert Slot.objects.get(item=high).returned_at is not None
    assert me.claim().item_id == middle.pk
    assert Slot.objects.get(item=low).state == "free"


def test_who_only_reviews_is_given_nothing(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, reviewers=[cast.reviewer], items=1)
    with pytest.raises(NotMember):
        claim_next(queue_id=queue.pk, user=cast.reviewer)


def test_the_claim_after_the_last_submit_completes_the_queue(cast: Cast) -> None:
    """Others' queues, and what was removed from this one, have no part in it."""
    queue, _other = (factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
                     for _ in range(2))  # fmt: skip
    removed = queue.items.latest("seq")
    remove_item(queue=queue, item_id=removed.pk, confirmed=False, actor=SYSTEM)
    me = Worker(queue, cast.annotator)
    hold = me.claim()
    form = Form(hold.item_id, hold.round, hold.token, uuid4(), 0, me.draft("true"))
    asked = asked_fields(queue)
    submit_annotation(queue=queue, user=me.user, form=form, asked=asked, goes_on=True)
    with pytest.raises(NothingToClaim):
        me.claim()
    queue.refresh_from_db()
    assert queue.status == "completed"


def test_help_takes_the_last_of_whoever_has_most_left_in_this_queue(cast: Cast) -> None:
    ada, ben, cid = crowd(cast, 3)
    here, there = (
        factories.make_queue(
            cast.project, annotators=[ada, ben, cid], items=items, strategy="round_robin"
        )
        for items in (4, 5)
    )
    items = list(here.items.order_by("seq"))
    for slots, person in (
        (Slot.objects.filter(item=items[2]), ben),  # an earlier deal
        (Slot.objects.filter(item__in=items[:2]), ben),
        (Slot.objects.filter(item=items[3]), cid),
        (Slot.objects.filter(queue=there), cid),
    ):
        slots.update(assigned_to=person, bound_why="deal", bound_at=sql.clock())
    assert claim_next(queue_id=here.pk, user=ada).item_id == items[1].pk
