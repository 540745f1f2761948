"""What else happens in a queue while its items are reviewed, and which reviews that ends."""

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.holds.reviewing import next_review, own_review
from queues.actions.items.changing import remove_item
from queues.actions.items.required import change_required
from queues.actions.status import pause_queue
from queues.models import Queue

from ..conftest import Cast
from .judging import Judge, answer, lapse, reviewed_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(cast.project, [cast.annotator], [cast.reviewer, cast.second], items=3)


def test_a_pause_ends_reviews_that_have_lapsed_and_no_others(cast: Cast, queue: Queue) -> None:
    lapsed, live = answer(queue, cast.annotator), answer(queue, cast.annotator)
    Judge(queue, cast.second).open(lapsed)
    lapse(lapsed)
    Judge(queue, cast.reviewer).open(live)
    pause_queue(queue=queue, actor=SYSTEM)
    assert lapsed.reservations.get(kind="review").ending == "expired"
    assert own_review(live, cast.reviewer) is not None


def test_an_item_that_was_removed_is_not_next_for_review(cast: Cast, queue: Queue) -> None:
    removed, waiting = answer(queue, cast.annotator), answer(queue, cast.annotator)
    remove_item(queue=queue, item_id=removed.pk, confirmed=True, actor=SYSTEM)
    found = next_review(queue=queue, user=cast.reviewer)
    assert found is not None
    assert found.item_id == waiting.pk


def test_a_review_ends_with_the_item_waiting_for_one_answer_more(cast: Cast, queue: Queue) -> None:
    item = answer(queue, cast.annotator)
    Judge(queue, cast.reviewer).open(item)
    change_required(queue=queue, required=2, raise_completed=True, actor=SYSTEM)
    assert item.reservations.get(kind="review").ending == "revoked"
