"""A submit whose hold has ended, by how it ended: every row of docs/rules.md, Submit."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.holds.ending import release_hold
from queues.actions.holds.expiry import reap
from queues.actions.holds.hold import Hold
from queues.actions.items.changing import remove_item
from queues.actions.items.required import change_required
from queues.actions.items.rounds import reopen_item
from queues.actions.people.members import add_members, remove_member
from queues.actions.status import close_queue, reopen_queue
from queues.models import ItemOpened, Queue, Reservation
from reviews.actions.submitting import Conflict
from reviews.models import Annotation, Score

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db
End = Callable[[Worker, Hold], None]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)


@pytest.fixture
def worker(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


@pytest.fixture
def colleague(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.second)


def lapse(worker: Worker, hold: Hold) -> None:
    factories.lapse(hold.slot_id)
    reap(queue_id=worker.queue.pk)


def release(worker: Worker, hold: Hold) -> None:
    release_hold(
        queue=worker.queue, item_id=hold.item_id, slot_id=hold.slot_id, holder_id=worker.user.pk,
        actor=SYSTEM,
    )  # fmt: skip


def skip(worker: Worker, hold: Hold) -> None:
    worker.skip(hold)


def require(queue: Queue, number: int) -> None:
    change_required(queue=queue, required=number, raise_completed=False, actor=SYSTEM)


def submitted(worker: Worker, hold: Hold) -> str:
    """ "" where it counts, else the code of the refusal; and what must stand of the text."""
    try:
        worker.submit(hold, "true")
    except Conflict as conflict:
        mine = Annotation.objects.get(annotator=worker.user, round=hold.round)
        if conflict.code == "refused":
            assert mine.state == "draft"
            assert list(mine.draft["values"].values()) == [["true"]]
            assert Reservation.objects.get(token=hold.token).refused_at is not None
            assert not Score.objects.filter(annotator=worker.user, superseded_at=None).exists()
        return conflict.code
    assert Annotation.objects.get(annotator=worker.user, round=hold.round).state == "submitted"
    return ""


@pytest.mark.parametrize("end", [lapse, release, skip])
def test_while_a_slot_of_the_round_is_free_it_counts(
    worker: Worker, colleague: Worker, end: End
) -> None:
    hold = worker.claim()
    end(worker, hold)
    assert submitted(worker, hold) == ""
    assert not Reservation.objects.filter(ending="skipped", cleared_at=None).exists()


@pytest.mark.parametrize("end", [lapse, release, skip])
def test_once_somebody_else_has_the_slot_it_is_refused_and_kept(
    worker: Worker, colleague: Worker, end: End
) -> None:
    hold = worker.claim()
    end(worker, hold)
    colleague.claim()
    assert submitted(worker, hold) == "refused"


@pytest.mark.parametrize("end", [lapse, release, skip])
def test_who_has_opened_others_answers_since_gets_no_free_slot(worker: Worker, end: End) -> None:
    hold = worker.claim()
    end(worker, hold)
    ItemOpened.objects.create(item_id=hold.item_id, user=worker.user)
    assert submitted(worker, hold) == "refused"
    with pytest.raises(Conflict, match="You have seen others' answers"):
        worker.submit(hold, "true")


def test_a_revoked_hold_counts_again_once_more_are_wanted(
    worker: Worker, colleague: Worker, queue: Queue
) -> None:
    require(queue, 2)
    colleague.claim()
    hold = worker.claim()
    require(queue, 1)
    assert Reservation.objects.get(token=hold.token).ending == "revoked"
    assert submitted(worker, hold) == "refused"
    require(queue, 2)
    assert submitted(worker, hold) == ""


def test_a_queue_that_was_closed_takes_no_old_answer_also_when_it_is_open_again(
    worker: Worker, queue: Queue
) -> None:
    hold = worker.claim()
    close_queue(queue=queue, actor=SYSTEM)
    assert submitted(worker, hold) == "refused"
    reopen_queue(queue=queue, actor=SYSTEM)
    assert submitted(worker, hold) == "refused"
    assert worker.claim().item_id == hold.item_id


def test_another_round_takes_no_answer_of_the_one_before(
    worker: Worker, colleague: Worker, queue: Queue
) -> None:
    hold = worker.claim()
    lapse(worker, hold)
    colleague.submit(colleague.claim(), "false")
    reopen_item(queue=queue, item_id=hold.item_id, reason="Look again", actor=SYSTEM)
    assert submitted(worker, hold) == "refused"


def test_a_removed_item_takes_none(worker: Worker, queue: Queue) -> None:
    hold = worker.claim()
    remove_item(queue=queue, item_id=hold.item_id, confirmed=True, actor=SYSTEM)
    assert submitted(worker, hold) == "refused"


def test_what_is_submitted_already_changes_nothing(worker: Worker) -> None:
    hold = worker.claim()
    assert submitted(worker, hold) == ""
    before = list(Score.objects.values_list("pk", "value"))
    assert submitted(worker, hold) == "already_submitted"
    assert list(Score.objects.values_list("pk", "value")) == before


@pytest.mark.parametrize("wanted", [1, 2])
@pytest.mark.parametrize("end", [lapse, release])
def test_an_older_token_of_what_is_submitted_already_changes_nothing_either(
    worker: Worker, queue: Queue, end: End, wanted: int
) -> None:
    require(queue, wanted)
    older = worker.claim()
    end(worker, older)
    newer = worker.claim()
    assert newer.item_id == older.item_id
    assert submitted(worker, newer) == ""
    assert submitted(worker, older) == "already_submitted"
    assert not Reservation.objects.exclude(refused_at=None).exists()


def test_who_is_no_member_any_more_is_turned_away_and_his_draft_is_kept(
    cast: Cast, worker: Worker, queue: Queue, browser_of: Callable[[User], Client]
) -> None:
    hold = worker.claim()
    worker.save(hold, "true")
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    field = queue.queue_fields.get().field_id
    sent = {
        "token": hold.token, "round": hold.round, "version": 1, f"f-{field}": "false",
        "submission_id": "0199e2d0-0000-7000-8000-000000000001",
    }  # fmt: skip
    url = reverse("reviews:item-submit", args=[cast.project.slug, queue.pk, hold.item_id])
    assert browser_of(cast.annotator).post(url, sent).status_code in (403, 404)
    kept = Annotation.objects.get()
    assert (kept.state, list(kept.draft["values"].values())) == ("draft", [["true"]])


def test_who_was_removed_and_came_back_starts_anew_with_his_draft(
    cast: Cast, worker: Worker, queue: Queue
) -> None:
    hold = worker.claim()
    worker.save(hold, "true")
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_annotate=True)
    with pytest.raises(Conflict, match="You have been removed from this queue") as conflict:
        worker.submit(hold, "true", version=1)
    assert conflict.value.code == "refused"
    assert worker.claim().item_id == hold.item_id, "his draft is offered again"
