"""Undo is of one's own work on one item: what others do, or do elsewhere, has no part in it."""

from uuid import uuid4

import pytest

from annotate_site.projects.models import IdempotencyKey
from queues.models import Reservation
from reviews.actions.undoing import latest_undoable, undo_latest
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db


def test_a_colleagues_answer_of_the_same_item_is_not_taken_for_ones_own(cast: Cast) -> None:
    people = [cast.second, cast.annotator]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=2)
    submissions = [uuid4(), uuid4()]
    for user, submission in zip(people, submissions, strict=True):
        me = Worker(queue, user)
        me.submit(me.claim(), "true", submission=submission)
    found = latest_undoable(queue, cast.annotator)
    assert found is not None
    assert found.annotation == Annotation.objects.get(annotator=cast.annotator).pk
    undo_latest(queue=queue, user=cast.annotator, token=found.token)
    retired = IdempotencyKey.objects.exclude(retired_at=None).values_list("key", flat=True)
    assert list(retired) == [str(submissions[1])]


def test_a_review_of_another_item_does_not_stand_in_the_way(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=2)
    reviewed, mine = answer(queue, cast.annotator), answer(queue, cast.annotator)
    Judge(queue, cast.reviewer).open(reviewed)
    token = Reservation.objects.get(item=mine, kind="annotate").token
    assert undo_latest(queue=queue, user=cast.annotator, token=token).held


def test_the_answer_of_an_earlier_round_is_not_taken_for_the_latest(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item)
    me = Worker(queue, cast.annotator)
    hold = me.claim()
    me.submit(hold, "false")
    found = latest_undoable(queue, cast.annotator)
    assert found is not None
    assert found.token == hold.token
    assert undo_latest(queue=queue, user=cast.annotator, token=hold.token).held
