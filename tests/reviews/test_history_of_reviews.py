"""What reviews, rounds, undo, corrections, bindings and a manager's hand leave in a history."""

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import User
from queues.actions.assignment.binding import bind_slots, unbind_slot
from queues.actions.holds.ending import release_review_hold
from queues.actions.items.changing import change_priority, clear_skips, remove_item, restore_item
from queues.actions.items.required import change_required
from queues.actions.items.rounds import clear_decision, reopen_item
from queues.actions.people.members import set_away
from queues.models import Item, Queue, Reservation
from queues.queries.history import history_of
from queues.visibility import Reader, Whose
from reviews.actions.accepting import accept_refused
from reviews.actions.submitting import Conflict
from reviews.actions.undoing import undo_latest
from reviews.invariants import check

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db
AMARA, TOMASZ, ROSA, MINA = "Amara Nwosu", "Tomasz Zielinski", "Rosa Delgado", "Mina Castellanos"


def told(item: Item, since: str = "") -> list[str]:
    """The lines after the first one that begins so."""
    found = Item.objects.select_related("batch__added_by").get(pk=item.pk)
    history = history_of(found, Reader(User(), Whose.ALL))
    lines = [f"{one.text}: {one.note}" if one.note else one.text for one in history]
    if since:
        return lines[next(n for n, line in enumerate(lines) if line.startswith(since)) + 1 :]
    assert check() == []
    return lines


def test_two_rounds_with_reviews(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    manager = Actor.person(cast.manager)
    judge.open(item)
    release_review_hold(queue=queue, item_id=item.pk, holder_id=cast.reviewer.pk, actor=manager)
    judge.open(item)
    judge.reject(item, "A remark that stands in no event")
    answer(queue, cast.annotator)
    judge.open(item)
    judge.approve(item)
    clear_decision(queue=queue, item_id=item.pk, reason="Wrong item", actor=manager)
    reopen_item(queue=queue, item_id=item.pk, reason="New guidelines", actor=manager)
    assert told(item) == [
        "Added",
        f"{AMARA} took it · Next in order",
        f"{AMARA} submitted",
        "Waits for review",
        f"{ROSA} opened it for review",
        f"The review of {ROSA} ended by {MINA}",
        f"{ROSA} opened it for review",
        f"Sent back to round 2 by {ROSA}",
        f"Kept for {AMARA}, who had it before",
        f"{AMARA} took it · Sent back",
        f"{AMARA} submitted",
        "Waits for review",
        f"{ROSA} opened it for review",
        f"Approved by {ROSA}",
        "Completed",
        f"The approval was cleared by {MINA}: Wrong item",
        "Waits for review",
        f"Reopened for round 3 by {MINA}: New guidelines",
    ]


def test_undo_of_a_skip_and_of_a_submit(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    worker.skip(hold, "Too long")
    undo_latest(queue=queue, user=cast.annotator, token=hold.token)
    hold = worker.claim()
    worker.submit(hold, "true")
    undo_latest(queue=queue, user=cast.annotator, token=hold.token)
    assert told(queue.items.get())[2:] == [
        f"{AMARA} skipped it: Too long",
        f"{AMARA} took the skip back",
        f"{AMARA} submitted",
        "Completed",
        f"{AMARA} took the submit back",
        "No longer completed",
    ]


def test_bindings_say_for_whom_and_why_they_ended(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    item, manager = queue.items.get(), Actor.person(cast.manager)
    slot = item.slots.get()
    bind_slots(queue=queue, item_id=item.pk, users=[cast.annotator], actor=manager)
    unbind_slot(queue=queue, item_id=item.pk, slot_id=slot.pk, actor=manager)
    bind_slots(queue=queue, item_id=item.pk, users=[cast.second], actor=manager)
    set_away(queue=queue, user=cast.second, away=True, actor=SYSTEM)
    set_away(queue=queue, user=cast.second, away=False, actor=SYSTEM)
    bind_slots(queue=queue, item_id=item.pk, users=[cast.second], actor=manager)
    worker = Worker(queue, cast.second)
    worker.skip(worker.claim())
    clear_skips(queue=queue, item_id=item.pk, actor=manager)
    assert told(item)[1:] == [
        f"Assigned to {AMARA} by {MINA}",
        f"No longer kept for {AMARA} by {MINA}",
        f"Assigned to {TOMASZ} by {MINA}",
        f"No longer kept for {TOMASZ}: marked away",
        f"Assigned to {TOMASZ} by {MINA}",
        f"{TOMASZ} took it · Assigned by a manager",
        f"{TOMASZ} skipped it",
        f"The skip of {TOMASZ} was cleared by {MINA}",
    ]


def test_more_and_fewer_annotations_are_one_line_each(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    item, manager = queue.items.get(), Actor.person(cast.manager)
    for wanted, priority in ((4, 1), (2, 2)):
        change_priority(queue=queue, item_ids=[item.pk], priority=priority, actor=manager)
        change_required(queue=queue, required=wanted, raise_completed=False, actor=manager)
    change_priority(queue=queue, item_ids=[item.pk], priority=3, actor=manager)
    remove_item(queue=queue, item_id=item.pk, confirmed=False, actor=manager)
    restore_item(queue=queue, item_id=item.pk, actor=manager)
    assert [line for line in told(item) if "riority" not in line] == [
        "Added",
        f"3 more annotations wanted by {MINA}",
        f"2 fewer annotations wanted by {MINA}",
        f"2 fewer annotations wanted by {MINA}",
        f"Removed by {MINA}",
        f"Restored by {MINA}",
    ]


def test_accepted_work_and_corrections_name_whose_they_are(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    first, second = (Worker(queue, user) for user in people)
    late = first.claim()
    factories.lapse(late.slot_id)
    taken = second.claim()
    with pytest.raises(Conflict):
        first.submit(late, "false")
    second.submit(taken, "true")
    refused = Reservation.objects.get(token=late.token)
    accept_refused(queue=Queue.objects.get(pk=queue.pk), reservation=refused, by=cast.manager)
    lines = told(queue.items.get())
    assert lines[-1] == f"The refused answers of {AMARA} were accepted by {MINA}"
    assert not [line for line in lines if "changed from" in line]
