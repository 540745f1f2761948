"""Whom an item is sent back to, of those who annotated it."""

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.people.members import set_rights

from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db


def test_who_only_reviews_by_now_gets_nothing_back(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer])
    item = answer(queue, cast.annotator, cast.second)
    set_rights(queue=queue, user=cast.annotator, can_annotate=False, can_review=True, actor=SYSTEM)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item)
    bound = item.slots.filter(round=2).order_by("pk").values_list("assigned_to", flat=True)
    assert list(bound) == [cast.second.pk, None]


def test_who_did_another_item_is_one_of_the_others(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = reviewed_queue(cast.project, people, [cast.reviewer], items=2, annotations_required=1)
    item, _theirs = answer(queue, cast.annotator), answer(queue, cast.second)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item, to_others=True)
    assert Worker(queue, cast.second).claim().item_id == item.pk
