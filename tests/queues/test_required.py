"""Annotations required, changed in use: docs/rules.md, Queue status."""

from collections.abc import Callable

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.keeping import park_hold
from queues.actions.status import archive_queue, close_queue, pause_queue
from queues.errors import NothingToClaim, WrongState
from queues.models import Item, Queue, Reservation, Slot
from reviews.actions.deciding import bulk_approve
from reviews.actions.submitting import Conflict
from reviews.models import Review
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .requiring import answer, change, make, one_item, states

pytestmark = pytest.mark.django_db


def test_raised_gives_unfinished_items_further_slots(cast: Cast) -> None:
    queue = make(cast, 1, items=2)
    change(queue, 3)
    for item in queue.items.all():
        assert (item.required, states(item)) == (3, ["free"] * 3)
    assert Queue.objects.get(pk=queue.pk).annotations_required == 3


def test_new_slots_are_found_by_one_who_has_been_through_the_queue(cast: Cast) -> None:
    queue = make(cast, 2, items=2)
    answer(queue, cast.annotator)
    answer(queue, cast.annotator)
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.annotator)
    change(queue, 3)
    assert not Slot.objects.filter(queue=queue, state="free", returned_at=None).exclude(
        item__slots__returned_at__isnull=False
    )
    held = claim_next(queue_id=queue.pk, user=cast.member)
    assert held.item_id in set(queue.items.values_list("pk", flat=True))


def test_finished_items_stay_where_the_manager_does_not_tick_them(cast: Cast) -> None:
    queue = make(cast, 1, items=2)
    answer(queue, cast.annotator)
    change(queue, 2)
    done, other = queue.items.order_by("seq")
    assert (done.required, done.status) == (1, "completed")
    assert other.required == 2


def test_waiting_for_review_is_finished(cast: Cast) -> None:
    queue = make(cast, 1, requires_review=True, reviewers=[cast.reviewer])
    answer(queue, cast.annotator)
    change(queue, 2)
    item = one_item(queue)
    assert (item.required, item.status) == (1, "pending_review")


def test_ticked_finished_items_open_again_in_the_same_round(cast: Cast) -> None:
    queue = make(cast, 1)
    answer(queue, cast.annotator)
    assert TraceFeedback.objects.count() == 1
    change(queue, 2, completed=True)
    item = one_item(queue)
    assert (item.required, item.round, item.status) == (2, 1, "pending")
    assert states(item) == ["done", "free"]
    assert not TraceFeedback.objects.exists()
    assert Queue.objects.get(pk=queue.pk).status == "active"


def test_a_decision_is_cleared_with_its_event(cast: Cast) -> None:
    queue = make(cast, 1, requires_review=True, reviewers=[cast.reviewer])
    answer(queue, cast.annotator)
    item = one_item(queue)
    bulk_approve(queue=queue, user=cast.reviewer, picks=[(item.pk, 1)])
    change(queue, 2, completed=True)
    item.refresh_from_db()
    assert (item.review_state, item.status) == ("", "pending")
    assert Review.objects.get().cleared_at is not None
    event = Event.objects.filter(item_id=item.pk, attribute="review_state").latest("id")
    assert (event.from_value, event.to_value) == ("approved", "")


def test_the_tick_alone_brings_finished_items_to_the_number_of_the_queue(cast: Cast) -> None:
    queue = make(cast, 1)
    answer(queue, cast.annotator)
    change(queue, 2)
    assert one_item(queue).required == 1
    change(queue, 2, completed=True)
    assert one_item(queue).required == 2


def test_nothing_changes_where_the_number_is_the_same(cast: Cast) -> None:
    queue = make(cast, 2)
    before = Event.objects.count()
    assert change(queue, 2) is None
    assert Event.objects.count() == before


def test_lowered_voids_free_slots_first_and_completes_what_has_enough(cast: Cast) -> None:
    queue = make(cast, 2)
    answer(queue, cast.annotator)
    change(queue, 1)
    item = one_item(queue)
    assert (item.required, states(item), item.status) == (1, ["done", "void"], "completed")
    assert TraceFeedback.objects.count() == 1
    assert Queue.objects.get(pk=queue.pk).completed_by == "itself"


def test_lowered_never_voids_a_done_slot(cast: Cast) -> None:
    queue = make(cast, 3)
    answer(queue, cast.annotator)
    answer(queue, cast.second)
    change(queue, 1)
    item = one_item(queue)
    assert (item.required, states(item)) == (2, ["done", "done", "void"])
    assert Queue.objects.get(pk=queue.pk).annotations_required == 1


def test_the_order_of_voiding_is_free_bound_lapsed_parked_newest_held(cast: Cast) -> None:
    more = [factories.make_user(f"Extra {n}") for n in range(3)]
    for user in more:
        factories.join(cast.project, user)
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second, *more], items=1,
        annotations_required=6,
    )  # fmt: skip
    item = one_item(queue)
    holds = {}
    for name, user in (
        ("oldest", cast.annotator), ("newest", cast.second), ("lapsed", more[0]),
        ("parked", more[1]),
    ):  # fmt: skip
        holds[name] = pick_item(queue_id=queue.pk, item_id=item.pk, user=user)
    factories.lapse(holds["lapsed"].slot_id)
    park_hold(user=more[1], item_id=item.pk, token=holds["parked"].token)
    bound, free = item.slots.filter(state="free").order_by("pk")
    bind(bound.pk, more[2].pk)
    order = [free.pk, bound.pk] + [holds[n].slot_id for n in ("lapsed", "parked", "newest")]
    for left, gone in zip((5, 4, 3, 2, 1), order, strict=True):
        change(queue, left)
        void = set(item.slots.filter(state="void").values_list("pk", flat=True))
        assert void == set(order[: order.index(gone) + 1])
    assert Slot.objects.get(pk=holds["oldest"].slot_id).state == "held"
    endings = {
        name: Reservation.objects.get(token=hold.token).ending for name, hold in holds.items()
    }
    assert endings == {
        "oldest": "", "newest": "revoked", "lapsed": "expired", "parked": "revoked",
    }  # fmt: skip


def bind(slot: int, user: int) -> None:
    sql.run(
        "update queues_slot set assigned_to_id = %s, bound_at = clock_timestamp(),"
        " bound_why = 'manager' where id = %s",
        [user, slot],
    )


def test_a_revoked_holds_submit_is_refused_and_kept(cast: Cast) -> None:
    queue = make(cast, 2)
    first, second = Worker(queue, cast.annotator), Worker(queue, cast.second)
    first.claim()
    late = second.claim()
    change(queue, 1)
    with pytest.raises(Conflict) as refused:
        second.submit(late, "true")
    assert refused.value.code == "refused"
    assert Reservation.objects.get(token=late.token).refused_at is not None


def test_raised_again_uses_new_slots_and_adds_up(cast: Cast) -> None:
    queue = make(cast, 3)
    change(queue, 1)
    change(queue, 2)
    item = one_item(queue)
    assert (item.required, states(item)) == (2, ["free", "free", "void", "void"])


def test_what_an_item_wants_beyond_the_queues_number_stays(cast: Cast) -> None:
    queue = make(cast, 2, items=2)
    first = queue.items.order_by("seq")[0]
    Item.objects.filter(pk=first.pk).update(extra=1)
    change(queue, 1)
    assert [item.required for item in queue.items.order_by("seq")] == [2, 1]


def test_items_added_meanwhile_have_the_new_number(cast: Cast) -> None:
    queue = make(cast, 1)
    change(queue, 2)
    factories.add_items(queue, [factories.make_trace(cast.project)])
    assert [item.required for item in queue.items.all()] == [2, 2]


def test_a_paused_queue_follows_too(cast: Cast) -> None:
    queue = make(cast, 2)
    Worker(queue, cast.annotator).claim()
    pause_queue(queue=queue, actor=SYSTEM)
    change(queue, 3)
    assert states(one_item(queue)) == ["free", "free", "held"]


def test_removed_items_are_left_alone(cast: Cast) -> None:
    from queues.actions.items.changing import remove_item

    queue = make(cast, 1, items=2)
    gone = queue.items.order_by("seq")[0]
    remove_item(queue=queue, item_id=gone.pk, confirmed=False, actor=SYSTEM)
    change(queue, 3)
    gone.refresh_from_db()
    assert (gone.required, states(gone)) == (1, ["void"])


@pytest.mark.parametrize("end", [close_queue, archive_queue])
def test_refused_where_the_queue_was_closed_by_hand(cast: Cast, end: Callable[..., object]) -> None:
    queue = make(cast, 1)
    end(queue=queue, actor=SYSTEM)
    with pytest.raises(WrongState):
        change(queue, 2)
    assert Queue.objects.get(pk=queue.pk).annotations_required == 1


def test_a_queue_completed_by_itself_stays_so_without_the_tick(cast: Cast) -> None:
    queue = make(cast, 1)
    answer(queue, cast.annotator)
    change(queue, 2)
    assert Queue.objects.get(pk=queue.pk).status == "completed"


def test_the_change_is_an_event_of_the_queue(cast: Cast) -> None:
    queue = make(cast, 1)
    change(queue, 4)
    event = Event.objects.get(queue_id=queue.pk, attribute="annotations_required")
    assert (event.from_value, event.to_value) == ("1", "4")
