"""Undo through the action: docs/rules.md, Undo, correct, accept."""

from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.holds.ending import skip_item
from queues.actions.status import pause_queue
from queues.models import Item, Queue, Reservation, Slot
from reviews.actions.submitting import Conflict
from reviews.actions.undoing import Undone
from reviews.models import Annotation, Score
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from .undoing import held, later, skip, submit, three_fields, undo
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(cast: Cast) -> Worker:
    return Worker(three_fields(cast), cast.annotator)


def test_the_item_is_held_again_with_a_fresh_token_and_its_answers_as_a_draft(me: Worker) -> None:
    hold = submit(me)
    assert undo(me, hold) == Undone(hold.item_id, True)
    mine = held(me)
    slot = Slot.objects.get(pk=hold.slot_id)
    assert (mine.item_id, mine.slot_id) == (hold.item_id, hold.slot_id)
    assert slot.state == "held"
    assert slot.token == mine.token != hold.token
    assert mine.draft_saved_at is not None
    annotation = Annotation.objects.get()
    assert annotation.state == "draft"
    assert list(annotation.draft["values"].values()) == [["true"], ["tone"], ["0.5"]]
    assert Reservation.objects.get(token=hold.token).ending == "undone"


def test_what_was_undone_can_be_submitted_again_and_counts_once(me: Worker) -> None:
    hold = submit(me)
    undo(me, hold)
    again = me.claim()
    submit(me, again)
    assert again.item_id == hold.item_id
    assert Annotation.objects.filter(state="submitted").count() == 1
    assert Score.objects.filter(superseded_at=None).count() == 3
    assert Score.objects.exclude(superseded_at=None).count() == 3


def test_scores_of_the_undone_submit_are_superseded_and_leave_feedback(me: Worker) -> None:
    hold = submit(me)
    assert TraceFeedback.objects.count() == 3
    undo(me, hold)
    assert not Score.objects.filter(superseded_at=None).exists()
    assert not TraceFeedback.objects.exists()


def test_the_status_goes_back_and_events_continue(me: Worker) -> None:
    hold = submit(me)
    undo(me, hold)
    assert Item.objects.get(pk=hold.item_id).status == "in_progress"
    events = Event.objects.filter(object_type="annotation").order_by("id")
    assert [(event.from_value, event.to_value) for event in events] == [
        ("", "submitted"),
        ("submitted", ""),
    ]


def test_the_next_hold_without_a_draft_is_released(me: Worker) -> None:
    hold = submit(me)
    following = me.claim()
    undo(me, hold)
    assert Reservation.objects.get(token=following.token).ending == "released"
    assert Slot.objects.get(pk=following.slot_id).state == "free"


def test_the_next_hold_with_a_draft_is_parked_even_beyond_the_limit(cast: Cast, me: Worker) -> None:
    Queue.objects.filter(pk=me.queue.pk).update(open_limit=1)
    hold = submit(me)
    following = me.claim()
    me.save(following, "true")
    undo(me, hold)
    kept = Reservation.objects.get(token=following.token)
    assert kept.parked_at is not None
    assert kept.ended_at is None
    assert Slot.objects.filter(state="held", annotator=cast.annotator).count() == 2


def test_a_hold_from_before_the_submit_is_parked_not_released(me: Worker) -> None:
    from queues.actions.holds.keeping import park_hold

    first = me.claim()
    park_hold(user=me.user, item_id=first.item_id, token=first.token)
    hold = submit(me)
    sql.run("update queues_reservation set parked_at = null where token = %s", [first.token])
    undo(me, hold)
    assert Reservation.objects.get(token=first.token).ended_at is None
    assert held(me).item_id == hold.item_id


def test_a_queue_that_completed_by_itself_is_active_again(me: Worker) -> None:
    submit(me)
    last = submit(me)
    assert Queue.objects.get(pk=me.queue.pk).status == "completed"
    undo(me, last)
    assert Queue.objects.get(pk=me.queue.pk).status == "active"
    submit(me, me.claim())
    assert Queue.objects.get(pk=me.queue.pk).completed_by == "itself"


def test_a_paused_queue_gives_the_rest_instead_of_an_expiry(me: Worker) -> None:
    hold = submit(me)
    pause_queue(queue=me.queue, actor=SYSTEM)
    undo(me, hold)
    slot = Slot.objects.get(pk=hold.slot_id)
    assert (slot.expires_at, slot.remaining) == (None, me.queue.timeout)


def test_the_submission_id_is_retired(me: Worker) -> None:
    hold, submission = me.claim(), uuid4()
    me.submit(hold, "true", "tone", "0.5", submission=submission)
    undo(me, hold)
    with pytest.raises(Conflict) as refused:
        me.submit(hold, "true", "tone", "0.5", submission=submission)
    assert refused.value.code == "undone"
    assert not Annotation.objects.filter(state="submitted").exists()


def test_a_submit_after_a_lapse_is_the_latest_by_its_submit(me: Worker) -> None:
    hold = me.claim()
    factories.lapse(hold.slot_id)
    later(3600, hold)
    me.submit(hold, "true", "tone", "0.5")
    assert undo(me, hold).held


def test_a_skip_takes_any_free_slot_again(me: Worker) -> None:
    hold = skip(me)
    following = me.claim()
    assert undo(me, hold).held
    assert held(me).item_id == hold.item_id != following.item_id
    assert Item.objects.get(pk=hold.item_id).status == "in_progress"


def test_a_skip_whose_place_is_taken_is_cleared_and_the_present_hold_stays(
    cast: Cast, me: Worker
) -> None:
    hold = skip(me)
    assert Worker(me.queue, cast.second).claim().item_id == hold.item_id
    following = me.claim()
    assert undo(me, hold) == Undone(hold.item_id, False)
    assert Reservation.objects.get(token=hold.token).cleared_at is not None
    assert held(me).item_id == following.item_id


def test_a_skip_never_reopens_a_queue_that_has_nothing_open(cast: Cast, me: Worker) -> None:
    submit(me)
    hold = skip(me)
    other = Worker(me.queue, cast.second)
    submit(other, other.claim())
    assert Queue.objects.get(pk=me.queue.pk).status == "completed"
    assert not undo(me, hold).held
    assert Queue.objects.get(pk=me.queue.pk).status == "completed"


def test_a_skip_keeps_the_draft_that_was_typed(me: Worker) -> None:
    hold = me.claim()
    me.save(hold, "true")
    skip_item(queue=me.queue, item_id=hold.item_id, user=me.user, token=hold.token, reason="")
    undo(me, hold)
    assert held(me).draft_saved_at is not None
    assert Annotation.objects.get().state == "draft"
