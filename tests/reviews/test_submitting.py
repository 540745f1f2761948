"""Submit: exactly once, judged by the hold, and the text never lost."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from annotate_site.projects.events import SYSTEM, Actor
from queues.actions.holds.ending import release_hold, skip_item
from queues.actions.holds.hold import Hold
from queues.actions.status import archive_queue, close_queue, pause_queue
from queues.models import Item, Queue, Reservation
from reviews.actions.submitting import Conflict, Invalid
from reviews.models import Annotation, Score
from reviews.my_history.listing import OwnFilter, own_work

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)


@pytest.fixture
def worker(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


@pytest.fixture
def colleague(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.second)


def refused(worker: Worker, hold: Hold, *answers: str, **more: Any) -> str:
    with pytest.raises(Conflict) as conflict:
        worker.submit(hold, *answers, **more)
    return conflict.value.code


def lose(worker: Worker, colleague: Worker) -> tuple[Hold, Hold]:
    """The worker's hold lapses and the colleague takes the item."""
    hold = worker.claim()
    worker.save(hold, "true")
    factories.lapse(hold.slot_id)
    return hold, colleague.claim()


def test_submit_stores_the_answer_and_completes_item_and_queue(worker: Worker) -> None:
    for answer in ("true", "false"):
        worker.submit(worker.claim(), answer)
    values = list(Score.objects.order_by("id").values_list("value", flat=True))
    assert values == [True, False]
    assert set(worker.queue.items.values_list("status", flat=True)) == {"completed"}
    worker.queue.refresh_from_db()
    assert (worker.queue.status, worker.queue.completed_by) == ("completed", "itself")


def test_a_missing_required_answer_is_refused_and_the_draft_kept(cast: Cast) -> None:
    fields = [factories.make_field(cast.project), factories.make_field(cast.project, "text")]
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], fields=fields, items=1)
    worker = Worker(queue, cast.annotator)
    with pytest.raises(Invalid) as invalid:
        worker.submit(worker.claim(), "true")
    assert list(invalid.value.errors) == [str(fields[1].pk)]
    assert Annotation.objects.get().draft["values"] == {str(fields[0].pk): ["true"]}
    assert not Score.objects.exists()


def test_a_missing_answer_after_another_tabs_submit_is_a_conflict_for_nothing_is_kept(
    cast: Cast,
) -> None:
    fields = [factories.make_field(cast.project), factories.make_field(cast.project, "text")]
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], fields=fields, items=1)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    worker.submit(hold, "true", "the first tab's")
    assert refused(worker, hold, "", "the second tab's") == "already_submitted"
    assert "second" not in str(Annotation.objects.get().draft)


def test_zero_and_false_are_answers(cast: Cast) -> None:
    fields = [factories.make_field(cast.project), factories.make_field(cast.project, "integer")]
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], fields=fields, items=1)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "false", "0")
    assert list(Score.objects.order_by("id").values_list("value", flat=True)) == [False, 0]


def test_a_value_out_of_range_names_the_field(cast: Cast) -> None:
    field = factories.make_field(cast.project, "integer")
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], fields=[field], items=1)
    worker = Worker(queue, cast.annotator)
    with pytest.raises(Invalid) as invalid:
        worker.submit(worker.claim(), "6")
    assert str(field.pk) in invalid.value.errors


def test_the_same_submission_sent_twice_counts_once(worker: Worker) -> None:
    hold, submission = worker.claim(), uuid4()
    worker.submit(hold, "true", submission=submission)
    worker.submit(hold, "true", submission=submission)
    assert Score.objects.count() == 1
    assert refused(worker, hold, "false", submission=submission) == "other_body"


def test_another_submit_of_a_submitted_item_changes_nothing(worker: Worker) -> None:
    hold = worker.claim()
    worker.submit(hold, "true")
    assert refused(worker, hold, "false") == "already_submitted"
    assert Score.objects.get().value is True


def test_a_late_submit_is_accepted_while_the_slot_is_free(worker: Worker) -> None:
    hold = worker.claim()
    factories.lapse(hold.slot_id)
    worker.submit(hold, "true")
    assert Item.objects.get(pk=hold.item_id).status == "completed"


def test_a_late_submit_after_the_sweep_takes_the_slot_again(worker: Worker) -> None:
    hold = worker.claim()
    release_hold(
        queue=worker.queue,
        item_id=hold.item_id,
        slot_id=hold.slot_id,
        holder_id=worker.user.pk,
        actor=SYSTEM,
    )
    worker.submit(hold, "true")
    assert Item.objects.get(pk=hold.item_id).status == "completed"


def test_refused_work_is_kept_told_and_listed_to_its_author(
    worker: Worker, colleague: Worker
) -> None:
    hold, theirs = lose(worker, colleague)
    assert theirs.item_id == hold.item_id
    submission = uuid4()
    assert refused(worker, hold, "false", version=1, submission=submission) == "refused"
    assert refused(worker, hold, "false", version=1, submission=submission) == "refused"
    (kept,) = own_work(worker.queue, worker.user, OwnFilter()).rows
    assert kept.state == "refused"
    assert Annotation.objects.get(annotator=worker.user).draft["values"]
    assert not Score.objects.filter(annotator=worker.user).exists()


def test_refused_work_is_offered_first_when_a_slot_frees(worker: Worker, colleague: Worker) -> None:
    hold, theirs = lose(worker, colleague)
    assert refused(worker, hold, "false", version=1) == "refused"
    skip_item(
        queue=worker.queue, item_id=theirs.item_id, user=colleague.user,
        token=theirs.token, reason="",
    )  # fmt: skip
    assert worker.claim().item_id == hold.item_id


def test_a_submit_after_ones_own_skip_clears_the_skip(worker: Worker) -> None:
    hold = worker.claim()
    skip_item(
        queue=worker.queue, item_id=hold.item_id, user=worker.user, token=hold.token, reason=""
    )
    worker.submit(hold, "true")
    assert Item.objects.get(pk=hold.item_id).status == "completed"
    assert Reservation.objects.get().ending == "submitted"


@pytest.mark.parametrize("end", [close_queue, archive_queue])
def test_a_submit_to_a_closed_queue_is_refused_and_kept(
    worker: Worker, end: Callable[..., object]
) -> None:
    hold = worker.claim()
    end(queue=worker.queue, actor=SYSTEM)
    assert refused(worker, hold, "true") == "refused"
    assert Annotation.objects.get().draft["values"]


def test_a_submit_to_a_paused_queue_is_accepted(worker: Worker, cast: Cast) -> None:
    hold = worker.claim()
    pause_queue(queue=worker.queue, actor=Actor.person(cast.manager))
    worker.submit(hold, "true")
    assert Item.objects.get(pk=hold.item_id).status == "completed"


def test_the_token_of_somebody_else_is_worth_nothing(worker: Worker, colleague: Worker) -> None:
    hold = worker.claim()
    assert refused(colleague, hold, "true") == "stale_hold"
    assert not Annotation.objects.exists()
