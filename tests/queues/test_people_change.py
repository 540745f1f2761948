"""Annotators who leave, are shut out, or come back; and a reservation time that changes (7.1)."""

from datetime import timedelta

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.ending import skip_item
from queues.actions.holds.keeping import renew
from queues.actions.holds.reviewing import open_review
from queues.actions.people.members import (
    add_members,
    deactivate_person,
    remove_member,
    set_away,
)
from queues.actions.settings import change_settings
from queues.errors import NotMember
from queues.models import Queue, Reservation, Slot
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer, reviewed_queue
from ..reviews.working import Worker
from .assigning import hands, reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=3)


def test_who_comes_back_is_last_and_excluded_from_what_he_had(cast: Cast, queue: Queue) -> None:
    me = Worker(queue, cast.annotator)
    done, skipped, drafted = queue.items.order_by("seq")
    me.submit(me.pick(done), "true")
    hold = me.pick(skipped)
    skip_item(queue=queue, item_id=skipped.pk, user=cast.annotator, token=hold.token, reason="")
    me.save(me.pick(drafted), "true")
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    assert Annotation.objects.get(item=done).state == "submitted", "what is in stays"
    with pytest.raises(NotMember):
        me.claim()
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_annotate=True)
    order = queue.members.filter(removed_at=None).order_by("order")
    assert [member.user for member in order] == [cast.second, cast.annotator]
    again = me.claim()
    assert again.item_id == drafted.pk, "the draft is offered again"
    me.submit(again, "true", version=1)
    assert reason(queue, cast.annotator) == "share_done"


def test_who_is_shut_out_of_the_site_lets_go_of_everything(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=2)
    item = answer(queue, cast.annotator)
    open_review(queue=queue, item_id=item.pk, user=cast.reviewer)
    held = Worker(queue, cast.annotator).claim()
    for user in (cast.annotator, cast.reviewer):
        deactivate_person(user=user, actor=SYSTEM)
    assert Slot.objects.get(pk=held.slot_id).state == "free"
    assert not Reservation.objects.filter(ended_at=None).exists()
    endings = Reservation.objects.exclude(ending="submitted").values_list("ending", flat=True)
    assert set(endings) == {"member_removed"}
    item.refresh_from_db()
    assert item.status == "pending_review", "what is in stays, and waits for somebody else"


def test_another_reservation_time_counts_from_the_next_hold_or_renewal_on(
    cast: Cast, queue: Queue
) -> None:
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    change_settings(queue=queue, settings={"timeout": timedelta(minutes=120)}, actor=SYSTEM)
    slot = Slot.objects.get(pk=hold.slot_id)
    assert slot.expires_at == hold.expires_at, "what is open stays as it was"
    other = claim_next(queue_id=queue.pk, user=cast.second)
    assert other.left > timedelta(minutes=119)
    renewed = renew(user=cast.annotator, token=hold.token, now=True)
    assert renewed is not None
    assert renewed.expires_at is not None
    assert renewed.expires_at - renewed.clock > timedelta(minutes=119)


def test_who_is_away_in_one_queue_keeps_what_is_bound_to_them_in_another(cast: Cast) -> None:
    here, there = (factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
                   for _ in range(2))  # fmt: skip
    for queue in (here, there):
        bind_slots(queue=queue, item_id=queue.items.get().pk, users=[cast.annotator], actor=SYSTEM)
    assert set_away(queue=here, user=cast.annotator, away=True, actor=SYSTEM) == 1
    assert hands(there) == {cast.annotator.pk: 1}


def test_who_is_away_stays_away_when_given_one_right_more(cast: Cast, queue: Queue) -> None:
    set_away(queue=queue, user=cast.annotator, away=True, actor=SYSTEM)
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_review=True)
    assert queue.members.get(user=cast.annotator).away_at is not None
