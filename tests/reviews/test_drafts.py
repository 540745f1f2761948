"""Autosave: text is kept whatever becomes of the hold, and no tab overwrites another."""

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.keeping import park_hold
from queues.actions.status import pause_queue
from queues.models import Queue, Reservation, Slot
from reviews.actions.drafts import DraftConflict
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)


@pytest.fixture
def worker(cast: Cast, queue: Queue) -> Worker:
    return Worker(queue, cast.annotator)


def stored(worker: Worker) -> object:
    return Annotation.objects.get(annotator=worker.user).draft["values"]


def test_a_stale_tab_gets_both_texts_and_overwrites_nothing(worker: Worker) -> None:
    hold = worker.claim()
    worker.save(hold, "true")
    with pytest.raises(DraftConflict) as conflict:
        worker.save(hold, "false")
    assert conflict.value.theirs == worker.draft("true")
    assert conflict.value.version == 1
    assert stored(worker) == worker.draft("true").values


def test_a_repeated_save_of_the_same_text_is_no_conflict(worker: Worker) -> None:
    hold = worker.claim()
    worker.save(hold, "true")
    assert worker.save(hold, "true").version == 1


def test_a_save_after_the_submit_is_ignored(worker: Worker) -> None:
    hold = worker.claim()
    worker.submit(hold, "true")
    assert worker.save(hold, "false", version=1).ignored


def test_a_save_after_a_lapse_keeps_the_text_and_takes_the_slot_again(worker: Worker) -> None:
    hold = worker.claim()
    factories.lapse(hold.slot_id)
    saved = worker.save(hold, "true")
    assert saved.holding
    assert saved.hold is not None
    assert saved.hold.token != hold.token
    assert stored(worker) == worker.draft("true").values


def test_a_save_after_a_lapse_with_the_slot_taken_keeps_the_text_alone(
    worker: Worker, cast: Cast
) -> None:
    hold = worker.claim()
    factories.lapse(hold.slot_id)
    claim_next(queue_id=worker.queue.pk, user=cast.second)
    saved = worker.save(hold, "true")
    assert not saved.holding
    assert stored(worker) == worker.draft("true").values


def test_own_activity_renews_the_reservation_and_an_idle_tab_does_not(worker: Worker) -> None:
    hold = worker.claim()
    near = "update queues_slot set expires_at = clock_timestamp() + interval '10 minutes'"
    sql.run(near)
    worker.save(hold, "true")
    row = sql.one("select extract(epoch from expires_at - clock_timestamp()) as s from queues_slot")
    assert row is not None
    assert row.s > 3500


def test_no_lease_lasts_longer_than_eight_timeouts(worker: Worker) -> None:
    hold = worker.claim()
    sql.run(
        "update queues_slot set held_at = clock_timestamp() - interval '7.5 hours',"
        " expires_at = clock_timestamp() + interval '1 minute'"
    )
    worker.save(hold, "true")
    row = sql.one(
        "select extract(epoch from expires_at - held_at) / 3600 as hours from queues_slot"
    )
    assert row is not None
    assert float(row.hours) == pytest.approx(8)


def test_a_paused_hold_saves_and_keeps_its_rest(worker: Worker) -> None:
    hold = worker.claim()
    pause_queue(queue=worker.queue, actor=SYSTEM)
    saved = worker.save(hold, "true")
    assert saved.holding
    assert Slot.objects.get().remaining is not None


def test_a_save_after_a_lapse_takes_no_slot_beyond_the_open_limit(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2, open_limit=1)
    worker = Worker(queue, cast.annotator)
    hold = worker.claim()
    factories.lapse(hold.slot_id)
    other = worker.pick(queue.items.latest("seq"))
    park_hold(user=worker.user, item_id=other.item_id, token=other.token)
    assert not worker.save(hold, "true").holding
    assert Annotation.objects.get().draft["values"]


def test_a_submit_clears_the_mark_of_a_draft_from_an_earlier_hold(worker: Worker) -> None:
    first = worker.claim()
    worker.save(first, "true")
    factories.lapse(first.slot_id)
    worker.submit(worker.claim(), "true", version=1)
    assert not Reservation.objects.exclude(draft_saved_at=None).exists()
