"""Undo through the action: docs/rules.md, Undo, correct, accept."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event
from queues.actions.holds.ending import skip_item
from queues.actions.holds.hold import Hold
from queues.actions.items.changing import clear_skips, remove_item
from queues.actions.people.members import remove_member
from queues.actions.status import archive_queue, close_queue, pause_queue
from queues.errors import NotMember
from queues.models import Item, ItemOpened, Queue, Reservation, Slot
from reviews.actions.submitting import Conflict
from reviews.actions.undoing import CannotUndo, Undone, latest_undoable, undo_latest
from reviews.models import Annotation, Score
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [
        factories.make_field(cast.project, "boolean", name="Right"),
        factories.make_field(cast.project, "categories", name="Faults"),
        factories.make_field(cast.project, "number", name="Score"),
    ]
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second], items=2
    )


@pytest.fixture
def me(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


def submit(me: Worker, hold: Hold | None = None) -> Hold:
    """One item answered, and the next one opened, as a submit's response does."""
    hold = hold or me.claim()
    me.submit(hold, "true", "tone", "0.5", version=_version(me, hold))
    return hold


def _version(me: Worker, hold: Hold) -> int:
    found = Annotation.objects.filter(item=hold.item_id, annotator=me.user).first()
    return found.version if found else 0


def skip(me: Worker) -> Hold:
    hold = me.claim()
    skip_item(queue=me.queue, item_id=hold.item_id, user=me.user, token=hold.token, reason="")
    return hold


def undo(me: Worker, hold: Hold) -> Undone:
    return undo_latest(queue=me.queue, user=me.user, token=hold.token)


def held(me: Worker) -> Reservation:
    return Reservation.objects.get(annotator=me.user, ended_at=None, parked_at=None)


def later(seconds: int, hold: Hold) -> None:
    """The submit or skip of this hold, so long ago."""
    back = f"{seconds} seconds"
    sql.run(
        "update reviews_annotation set submitted_at = submitted_at - %s::interval"
        " where item_id = %s",
        [back, hold.item_id],
    )
    sql.run(
        "update queues_reservation set ended_at = ended_at - %s::interval where token = %s",
        [back, hold.token],
    )


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


def test_a_refused_undo_retires_nothing(cast: Cast, me: Worker) -> None:
    hold, submission = me.claim(), uuid4()
    me.submit(hold, "true", "tone", "0.5", submission=submission)
    close_queue(queue=me.queue, actor=SYSTEM)
    with pytest.raises(CannotUndo):
        undo(me, hold)
    me.submit(hold, "true", "tone", "0.5", submission=submission)  # the stored outcome: accepted


def test_thirty_seconds_by_the_databases_clock(me: Worker) -> None:
    hold = submit(me)
    offered = latest_undoable(me.queue, me.user)
    assert offered is not None
    assert 25 <= offered.seconds <= 30
    later(31, hold)
    assert latest_undoable(me.queue, me.user) is None
    with pytest.raises(CannotUndo, match="30 seconds"):
        undo(me, hold)


def test_only_the_latest_can_be_taken_back(me: Worker) -> None:
    first, second = submit(me), submit(me)
    with pytest.raises(CannotUndo, match="latest"):
        undo(me, first)
    undo(me, second)
    with pytest.raises(CannotUndo, match="latest"):
        undo(me, second)


def test_a_submit_after_a_lapse_is_the_latest_by_its_submit(me: Worker) -> None:
    hold = me.claim()
    factories.lapse(hold.slot_id)
    later(3600, hold)
    me.submit(hold, "true", "tone", "0.5")
    assert undo(me, hold).held


def test_nobody_elses_can_be_taken_back(cast: Cast, me: Worker) -> None:
    hold = submit(me)
    with pytest.raises(CannotUndo):
        undo(Worker(me.queue, cast.second), hold)


def test_refused_once_a_reviewer_has_opened_it(cast: Cast, me: Worker) -> None:
    hold = submit(me)
    open_for_review(hold, cast)
    with pytest.raises(CannotUndo, match="reviewer"):
        undo(me, hold)


def open_for_review(hold: Hold, cast: Cast) -> None:
    Reservation.objects.create(
        kind="review", queue_id=Item.objects.get(pk=hold.item_id).queue_id, item_id=hold.item_id,
        round=hold.round, annotator=cast.reviewer, token=uuid4(), opened_at=sql.clock(),
        ended_at=sql.clock(), ending="released",
    )  # fmt: skip


def test_refused_once_it_is_approved_or_in_another_round(me: Worker) -> None:
    hold = submit(me)
    for change, back in (
        ({"review_state": "approved"}, {"review_state": ""}),
        ({"round": 2}, {"round": 1}),
    ):
        Item.objects.filter(pk=hold.item_id).update(**change)
        with pytest.raises(CannotUndo):
            undo(me, hold)
        Item.objects.filter(pk=hold.item_id).update(**back)


def test_refused_once_it_is_removed(me: Worker) -> None:
    hold = submit(me)
    remove_item(queue=me.queue, item_id=hold.item_id, confirmed=False, actor=SYSTEM)
    with pytest.raises(CannotUndo, match="taken out"):
        undo(me, hold)


@pytest.mark.parametrize("end", [close_queue, archive_queue])
def test_refused_in_a_queue_closed_by_hand(me: Worker, end: Callable[..., object]) -> None:
    hold = submit(me)
    end(queue=me.queue, actor=SYSTEM)
    with pytest.raises(CannotUndo, match="closed"):
        undo(me, hold)
    assert Annotation.objects.get().state == "submitted"


def test_refused_for_one_who_has_seen_others_answers(me: Worker) -> None:
    hold = submit(me)
    ItemOpened.objects.create(item_id=hold.item_id, user=me.user)
    with pytest.raises(CannotUndo, match="others' answers"):
        undo(me, hold)


def test_refused_for_one_who_was_removed(me: Worker) -> None:
    hold = submit(me)
    remove_member(queue=me.queue, user=me.user, actor=SYSTEM)
    with pytest.raises(NotMember):
        undo(me, hold)


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


def test_a_skip_that_a_manager_has_cleared_is_taken_back_already(me: Worker) -> None:
    hold = skip(me)
    clear_skips(queue=me.queue, item_id=hold.item_id, actor=SYSTEM)
    assert latest_undoable(me.queue, me.user) is None
    with pytest.raises(CannotUndo, match="cleared"):
        undo(me, hold)
