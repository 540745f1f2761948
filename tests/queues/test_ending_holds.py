"""Release by a manager, the sweep, and completing what is done."""

import uuid

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.ending import release_hold
from queues.actions.holds.expiry import reap
from queues.models import Item, Queue, Reservation, Slot
from queues.tasks import sweep

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker

pytestmark = pytest.mark.django_db


def test_a_released_hold_frees_the_slot_and_stays_as_history(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    released = release_hold(
        queue=queue,
        item_id=hold.item_id,
        slot_id=hold.slot_id,
        holder_id=cast.annotator.pk,
        actor=Actor.person(cast.manager),
    )
    assert released
    assert Reservation.objects.get(token=hold.token).ending == "released"
    assert Item.objects.get(pk=hold.item_id).status == "pending"


def test_release_reaches_no_slot_outside_the_item(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1)
    foreign = factories.make_queue(cast.other_project, annotators=[cast.other_manager], items=1)
    hold = claim_next(queue_id=foreign.pk, user=cast.other_manager)
    item = queue.items.get()
    holder = cast.other_manager.pk
    assert not release_hold(
        queue=queue, item_id=item.pk, slot_id=hold.slot_id, holder_id=holder, actor=SYSTEM
    )
    with pytest.raises(Item.DoesNotExist):
        release_hold(
            queue=queue, item_id=hold.item_id, slot_id=hold.slot_id, holder_id=holder, actor=SYSTEM
        )
    assert Slot.objects.get(pk=hold.slot_id).state == "held"


def test_release_from_a_stale_page_spares_the_next_holder(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    first = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.lapse(first.slot_id)
    second = claim_next(queue_id=queue.pk, user=cast.second)
    assert second.slot_id == first.slot_id
    assert not release_hold(
        queue=queue,
        item_id=first.item_id,
        slot_id=first.slot_id,
        holder_id=cast.annotator.pk,
        actor=SYSTEM,
    )
    assert Slot.objects.get(pk=second.slot_id).annotator == cast.second


def test_the_sweep_ends_lapsed_holds_of_every_queue_and_spares_live_ones(cast: Cast) -> None:
    queues = [factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
              for _ in range(3)]  # fmt: skip
    holds = [claim_next(queue_id=queue.pk, user=cast.annotator) for queue in queues]
    for hold in holds[:2]:
        factories.lapse(hold.slot_id)
    sweep()
    endings = [Reservation.objects.get(token=hold.token).ending for hold in holds]
    assert endings == ["expired", "expired", ""]
    sweep()
    assert Reservation.objects.filter(ending="expired").count() == 2


def test_the_sweep_completes_a_queue_whose_completion_was_missed(cast: Cast) -> None:
    done = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    empty = factories.make_queue(cast.project)
    factories.make_queue(cast.project, items=1)  # what is open elsewhere holds up nothing here
    hold = claim_next(queue_id=done.pk, user=cast.annotator)
    factories.finish(hold.item_id)
    sweep()
    done.refresh_from_db()
    empty.refresh_from_db()
    assert (done.status, done.completed_by) == ("completed", "itself")
    assert empty.status == "active"
    assert Queue.objects.get(pk=done.pk).completed_at is not None


def test_release_of_an_unknown_item_says_so(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1)
    with pytest.raises(Item.DoesNotExist):
        release_hold(queue=queue, item_id=uuid.uuid4(), slot_id=1, holder_id=1, actor=SYSTEM)


def test_what_has_lapsed_in_one_queue_is_ended_there_alone(cast: Cast) -> None:
    queues = [factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
              for _ in range(2)]  # fmt: skip
    here, there = (claim_next(queue_id=queue.pk, user=cast.annotator) for queue in queues)
    for hold in (here, there):
        factories.lapse(hold.slot_id)
    assert reap(queue_id=queues[0].pk) == 1
    assert Slot.objects.get(pk=here.slot_id).state == "free"
    assert Slot.objects.get(pk=there.slot_id).state == "held"


def test_why_somebody_skipped_is_kept_with_their_hold(cast: Cast) -> None:
    me = Worker(factories.make_queue(cast.project, annotators=[cast.annotator], items=1),
                cast.annotator)  # fmt: skip
    hold = me.claim()
    me.skip(hold, "No idea")
    assert Reservation.objects.get(token=hold.token).reason == "No idea"
