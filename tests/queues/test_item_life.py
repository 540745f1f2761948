"""Items removed and restored."""

from collections.abc import Callable

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event, User
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.items.changing import HeldNow, remove_item, restore_item
from queues.actions.items.required import change_required
from queues.actions.status import archive_queue, close_queue
from queues.errors import NothingToClaim, WrongState
from queues.models import Item, Queue, Reservation
from queues.queries.effective import counts, effective_items
from queues.visibility import Reader, Whose
from reviews.models import Annotation
from reviews.results.export.items import Scope, read_items
from traces.models import TraceFeedback, TraceQueue

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=2, annotations_required=2
    )


@pytest.fixture
def item(queue: Queue) -> Item:
    return queue.items.order_by("seq")[0]


def remove(item: Item, *, confirmed: bool = False, actor: Actor = SYSTEM) -> None:
    remove_item(queue=item.queue, item_id=item.pk, confirmed=confirmed, actor=actor)


def restore(item: Item) -> None:
    restore_item(queue=item.queue, item_id=item.pk, actor=SYSTEM)


def states(item: Item) -> list[str]:
    return sorted(item.slots.values_list("state", flat=True))


def answer(item: Item, *users: User) -> None:
    for user in users:
        worker = Worker(item.queue, user)
        worker.submit(pick_item(queue_id=item.queue_id, item_id=item.pk, user=user), "true")


# ---- removal -------------------------------------------------------------------------------------


def test_a_removed_item_leaves_counts_lists_exports_and_the_traces_page(
    cast: Cast, queue: Queue, item: Item
) -> None:
    remove(item)
    assert counts([queue.pk], effective_items([queue.pk]))[queue.pk].total == 1
    assert item.pk not in set(queue.items.present().values_list("pk", flat=True))
    read = read_items(Scope(queue, Reader(cast.manager, Whose.ALL)))
    left = queue.items.exclude(pk=item.pk)
    assert {one.row.id for one in read} == set(left.values_list("pk", flat=True))
    assert not TraceQueue.objects.filter(item_id=item.pk).exists()


def test_its_feedback_is_withdrawn_and_its_answers_are_kept(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(item, cast.annotator, cast.second)
    assert TraceFeedback.objects.count() == 2
    remove(item)
    assert not TraceFeedback.objects.exists()
    assert Annotation.objects.filter(item=item, state="submitted").count() == 2
    assert states(item) == ["done", "done"]


def test_free_slots_become_void_and_nobody_gets_it(cast: Cast, queue: Queue, item: Item) -> None:
    answer(item, cast.annotator)
    remove(item)
    assert states(item) == ["done", "void"]
    assert claim_next(queue_id=queue.pk, user=cast.second).item_id != item.pk


def test_refused_while_somebody_has_it_open_unless_confirmed(
    cast: Cast, queue: Queue, item: Item
) -> None:
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    worker.save(hold, "true")
    with pytest.raises(HeldNow):
        remove(item)
    assert Item.objects.get(pk=item.pk).removed_at is None
    remove(item, confirmed=True, actor=Actor.person(cast.manager))
    ended = Reservation.objects.get(token=hold.token)
    assert (ended.ending, ended.draft_saved_at is not None) == ("item_removed", True)
    assert Annotation.objects.get().state == "draft"
    assert Item.objects.get(pk=item.pk).removed_by == cast.manager


def test_a_lapsed_hold_needs_no_confirmation(cast: Cast, queue: Queue, item: Item) -> None:
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.lapse(hold.slot_id)
    remove(item)
    assert Reservation.objects.get(token=hold.token).ending == "expired"


def test_a_reviewer_who_has_it_open_counts_as_one(cast: Cast) -> None:
    from queues.actions.holds.reviewing import open_review

    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], reviewers=[cast.reviewer], items=1,
        requires_review=True,
    )  # fmt: skip
    item = queue.items.get()
    answer(item, cast.annotator)
    open_review(queue=queue, item_id=item.pk, user=cast.reviewer)
    with pytest.raises(HeldNow):
        remove(item)
    remove(item, confirmed=True)
    assert Reservation.objects.get(kind="review").ending == "item_removed"


def test_removing_the_last_open_item_completes_the_queue(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(item, cast.annotator, cast.second)
    remove(queue.items.exclude(pk=item.pk).get())
    assert Queue.objects.get(pk=queue.pk).completed_by == "itself"


def test_removing_all_items_completes_nothing(queue: Queue) -> None:
    for one in queue.items.all():
        remove(one)
    assert Queue.objects.get(pk=queue.pk).status == "active"


def test_a_submit_to_a_removed_item_is_refused_and_kept(cast: Cast, item: Item) -> None:
    from reviews.actions.submitting import Conflict

    worker = Worker(item.queue, cast.annotator)
    hold = worker.claim()
    remove(item, confirmed=True)
    with pytest.raises(Conflict, match="taken out"):
        worker.submit(hold, "true")
    assert Annotation.objects.get().state == "draft"


def test_removing_twice_and_restoring_what_is_there_are_refused(item: Item) -> None:
    with pytest.raises(WrongState):
        restore(item)
    remove(item)
    with pytest.raises(WrongState):
        remove(item)


def test_events_tell_removal_and_restoring(cast: Cast, item: Item) -> None:
    remove(item, actor=Actor.person(cast.manager))
    restore(item)
    events = Event.objects.filter(object_id=str(item.pk), attribute="removed").order_by("id")
    told = [(event.from_value, event.to_value, event.actor) for event in events]
    assert told == [("", "removed", cast.manager), ("removed", "", None)]


# ---- restoring -----------------------------------------------------------------------------------


def test_restoring_makes_the_slots_again_where_they_are_found(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(item, cast.annotator)
    remove(item)
    other = claim_next(queue_id=queue.pk, user=cast.second)
    skip_item(queue=queue, item_id=other.item_id, user=cast.second, token=other.token, reason="")
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.second)
    restore(item)
    assert states(item) == ["done", "free", "void"]
    assert claim_next(queue_id=queue.pk, user=cast.second).item_id == item.pk
    assert TraceQueue.objects.get(item_id=item.pk).state == "open"


def test_a_finished_item_comes_back_finished_with_its_feedback(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(item, cast.annotator, cast.second)
    remove(item)
    change_required(queue=queue, required=3, raise_completed=False, actor=SYSTEM)
    restore(item)
    item.refresh_from_db()
    assert (item.status, item.required, states(item)) == ("completed", 2, ["done", "done"])
    assert TraceFeedback.objects.count() == 2
    assert TraceQueue.objects.get(item_id=item.pk).state == "completed"


def test_it_requires_what_the_queue_asks_by_then(queue: Queue, item: Item) -> None:
    remove(item)
    change_required(queue=queue, required=3, raise_completed=False, actor=SYSTEM)
    restore(item)
    item.refresh_from_db()
    assert (item.required, states(item)) == (3, ["free"] * 3 + ["void"] * 2)


def test_refused_where_a_newer_item_has_its_source(cast: Cast, queue: Queue, item: Item) -> None:
    from traces.models import Trace

    remove(item)
    factories.add_items(queue, [Trace.objects.get(pk=item.source_key)])
    with pytest.raises(WrongState, match="newer item"):
        restore(item)


def test_a_queue_that_completed_by_itself_is_active_again(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(item, cast.annotator, cast.second)
    other = queue.items.exclude(pk=item.pk).get()
    remove(other)
    restore(other)
    assert Queue.objects.get(pk=queue.pk).status == "active"


def test_a_finished_item_leaves_a_completed_queue_completed(
    cast: Cast, queue: Queue, item: Item
) -> None:
    answer(item, cast.annotator, cast.second)
    answer(queue.items.exclude(pk=item.pk).get(), cast.annotator, cast.second)
    remove(item)
    restore(item)
    assert Queue.objects.get(pk=queue.pk).completed_by == "itself"


@pytest.mark.parametrize("end", [close_queue, archive_queue])
def test_a_queue_closed_by_hand_is_asked_for_first(item: Item, end: Callable[..., object]) -> None:
    remove(item)
    end(queue=item.queue, actor=SYSTEM)
    with pytest.raises(WrongState):
        restore(item)


def test_a_draft_is_offered_again_after_restoring(cast: Cast, queue: Queue, item: Item) -> None:
    worker = Worker(queue, cast.annotator)
    worker.save(worker.claim(), "true")
    remove(item, confirmed=True)
    restore(item)
    assert worker.claim().item_id == item.pk


def test_without_its_trace_it_comes_back_all_the_same(queue: Queue, item: Item) -> None:
    from traces.models import Trace

    remove(item)
    Trace.objects.filter(pk=item.source_key).delete()
    restore(item)
    assert not TraceQueue.objects.filter(item_id=item.pk).exists()
    assert Item.objects.get(pk=item.pk).removed_at is None
