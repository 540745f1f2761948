"""A manager accepts refused work: docs/rules.md, Undo, correct, accept."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Event
from queues.actions.items.required import change_required
from queues.actions.people.members import add_members
from queues.actions.settings import Asked, change_fields
from queues.actions.status import archive_queue, close_queue
from queues.errors import WrongState
from queues.models import Item, ItemOpened, Queue, Reservation, Slot
from reviews.actions.accepting import CannotAccept, accept_refused
from reviews.actions.submitting import Conflict
from reviews.actions.undoing import undo_latest
from reviews.models import Annotation, Score
from traces.models import TraceFeedback

from .. import factories
from ..conftest import Cast
from ..queues.pages import url
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)


@pytest.fixture
def refused(cast: Cast, queue: Queue) -> Reservation:
    """My answers came after the lapse, when a colleague's were in; the queue is completed."""
    return refuse(cast, queue)


def refuse(cast: Cast, queue: Queue) -> Reservation:
    me, other = Worker(queue, cast.annotator), Worker(queue, cast.second)
    mine = me.claim()
    factories.lapse(mine.slot_id)
    theirs = other.claim()
    with pytest.raises(Conflict):
        me.submit(mine, "false")
    other.submit(theirs, "true")
    return Reservation.objects.get(token=mine.token)


def accept(cast: Cast, refused: Reservation) -> None:
    accept_refused(
        queue=Queue.objects.get(pk=refused.queue_id), reservation=refused, by=cast.manager
    )


def test_the_work_counts_as_one_annotation_more(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    accept(cast, refused)
    item = queue.items.get()
    assert (item.extra, item.required, item.status) == (1, 2, "completed")
    assert Slot.objects.filter(item=item, state="done").count() == 2
    assert Annotation.objects.filter(state="submitted").count() == 2
    assert list(Score.objects.order_by("id").values_list("value", flat=True)) == [True, False]
    assert TraceFeedback.objects.count() == 2


def test_it_is_refused_work_no_longer(cast: Cast, refused: Reservation) -> None:
    accept(cast, refused)
    refused.refresh_from_db()
    assert (refused.refused_at, refused.draft_saved_at, refused.ending) == (None, None, "submitted")
    with pytest.raises(CannotAccept, match="not refused any more"):
        accept(cast, refused)


def test_events_say_who_accepted_it_and_nothing_of_the_answers(
    cast: Cast, refused: Reservation
) -> None:
    accept(cast, refused)
    by_manager = Event.objects.filter(actor=cast.manager, item_id=refused.item_id)
    told = [(event.object_type, event.from_value, event.to_value) for event in by_manager]
    assert told == [("item", "0", "1"), ("slot", "", "done"), ("annotation", "", "submitted")]


def test_a_decision_is_cleared_and_the_queue_is_active_again(cast: Cast) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], reviewers=[cast.reviewer],
        items=1, requires_review=True,
    )  # fmt: skip
    refused = refuse(cast, queue)
    approve(cast, queue)
    assert Queue.objects.get(pk=queue.pk).status == "completed"
    accept(cast, refused)
    item = queue.items.get()
    assert (item.review_state, item.status) == ("", "pending_review")
    assert Queue.objects.get(pk=queue.pk).status == "active"


def approve(cast: Cast, queue: Queue) -> None:
    from reviews.actions.deciding import bulk_approve

    outcome = bulk_approve(queue=queue, user=cast.reviewer, picks=[(queue.items.get().pk, 1)])
    assert outcome.approved == 1


def test_only_work_of_the_current_round(cast: Cast, queue: Queue, refused: Reservation) -> None:
    from queues.actions.items.rounds import reopen_item

    reopen_item(queue=queue, item_id=refused.item_id, reason="again", actor=SYSTEM)
    Reservation.objects.filter(pk=refused.pk).update(refused_at=refused.refused_at)
    with pytest.raises(CannotAccept, match="round"):
        accept(cast, refused)


def test_the_answers_are_validated_again(cast: Cast, queue: Queue, refused: Reservation) -> None:
    asked = [Asked(row.field) for row in queue.queue_fields.all()]
    added = factories.make_field(cast.project, "rating")
    change_fields(queue=queue, fields=[*asked, Asked(added)], actor=SYSTEM)
    with pytest.raises(CannotAccept, match="no longer fit"):
        accept(cast, refused)
    assert queue.items.get().extra == 0


def test_never_by_one_who_annotates_in_this_queue(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    add_members(queue=queue, users=[cast.manager], actor=SYSTEM, can_annotate=True)
    with pytest.raises(CannotAccept, match="another manager"):
        accept(cast, refused)
    assert Annotation.objects.filter(state="submitted").count() == 1


@pytest.mark.parametrize("end", [close_queue, archive_queue])
def test_not_in_a_queue_that_was_closed_by_hand(cast: Cast, end: Callable[..., object]) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)
    refused = refuse(cast, queue)
    end(queue=queue, actor=Actor.person(cast.manager))
    with pytest.raises(WrongState):
        accept(cast, refused)


def test_not_while_the_author_has_a_place_on_the_item_again(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    from queues.actions.items.required import change_required

    actor = Actor.person(cast.manager)
    change_required(queue=queue, required=2, raise_completed=True, actor=actor)
    assert Worker(queue, cast.annotator).claim().item_id == refused.item_id
    with pytest.raises(CannotAccept, match="can submit it"):
        accept(cast, refused)


def test_not_after_the_author_has_seen_others_answers(cast: Cast, refused: Reservation) -> None:
    ItemOpened.objects.create(item_id=refused.item_id, user=cast.annotator)
    with pytest.raises(CannotAccept, match="others' answers"):
        accept(cast, refused)


def test_a_removed_authors_work_can_be_accepted(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    from queues.actions.people.members import remove_member

    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    accept(cast, refused)
    assert Annotation.objects.filter(state="submitted").count() == 2


def test_what_was_accepted_cannot_be_undone_by_its_author(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    from reviews.actions.undoing import latest_undoable

    accept(cast, refused)
    assert latest_undoable(queue, cast.annotator) is None


# ---- the page ------------------------------------------------------------------------------------


def manager_of(cast: Cast, queue: Queue) -> tuple[Client, str]:
    desk = Desk.of(queue, cast.manager)
    return desk.client, url("queue-progress", cast.project, queue)


def accept_url(refused: Reservation, queue: Queue) -> str:
    return Desk(Client(), queue).url("refused-accept", refused.pk)


def test_progress_lists_refused_work_and_accepts_it(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    client, progress = manager_of(cast, queue)
    address = accept_url(refused, queue)
    assert f'action="{address}"' in client.get(progress).content.decode()
    assert client.post(address)["Location"].startswith(progress)
    assert Item.objects.get().extra == 1
    page = client.get(progress).content.decode()
    assert "Accepted" in page
    assert "Refused work" not in page


def test_a_refusal_is_told_and_others_may_not(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    address = accept_url(refused, queue)
    for user, status in ((cast.viewer, 403), (cast.annotator, 403), (cast.stranger, 404)):
        assert Desk.of(queue, user).client.post(address).status_code == status
    add_members(queue=queue, users=[cast.manager], actor=SYSTEM, can_annotate=True)
    client, progress = manager_of(cast, queue)
    assert f'action="{address}"' not in client.get(progress).content.decode()
    client.post(address)
    assert "another manager has to decide this" in client.get(progress).content.decode()
    assert Item.objects.get().extra == 0


def test_a_reservation_of_another_queue_is_not_found(
    cast: Cast, queue: Queue, refused: Reservation
) -> None:
    other = factories.make_queue(cast.project)
    client, _ = manager_of(cast, other)
    assert client.post(accept_url(refused, other)).status_code == 404
    assert Item.objects.get().extra == 0


def test_undoing_a_skip_leaves_the_work_that_was_accepted_since(cast: Cast) -> None:
    """A hold that was revoked, the item taken up again and skipped; then what the first hold had
    comes late, is refused, and accepted after all.
    """
    people = [cast.annotator, cast.second, cast.reviewer]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=2)
    me, other, third = (Worker(queue, person) for person in people)
    theirs, mine = other.claim(), me.claim()
    change_required(queue=queue, required=1, raise_completed=False, actor=SYSTEM)
    other.skip(theirs)
    again = me.claim()
    me.skip(again)
    third.claim()
    with pytest.raises(Conflict):
        me.submit(mine, "false")
    accept(cast, Reservation.objects.get(token=mine.token))
    assert not undo_latest(queue=queue, user=cast.annotator, token=again.token).held
    assert Slot.objects.get(annotator=cast.annotator).state == "done"
    assert Annotation.objects.get(annotator=cast.annotator).state == "submitted"
