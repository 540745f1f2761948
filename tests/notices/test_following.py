"""Notices follow what is waiting: they gather, fall, and come again; no submit pays for them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotate_site.projects.actions import change_role
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import Notice, User
from queues.actions.people.members import (
    deactivate_person,
    remove_member,
    remove_person,
    set_rights,
)
from queues.actions.status import archive_queue, pause_queue
from queues.models import Item, Queue
from queues.notices.actions import mark_read
from queues.notices.following import notify
from reviews.actions.undoing import UNDO_FOR, latest_undoable, undo_latest

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge, answer, reviewed_queue
from .telling import let_pass, only, told

pytestmark = pytest.mark.django_db


def read_all(user: User) -> None:
    for notice in Notice.objects.filter(user=user):
        mark_read(notice=notice)


def test_what_waits_for_review_is_one_notice_that_counts_up(cast: Cast, queue: Queue) -> None:
    for number in (1, 2, 3):
        answer(queue, cast.annotator)
        assert notify() == 1
        assert only(cast.reviewer, "review") == [(number, True)]
    assert notify() == 0
    assert only(cast.annotator, "review") == []


def test_a_submit_writes_no_notice(cast: Cast, queue: Queue) -> None:
    before = list(Notice.objects.order_by("pk").values())
    answer(queue, cast.annotator)
    assert list(Notice.objects.order_by("pk").values()) == before


def test_a_notice_that_was_read_is_unread_again_when_there_is_more(
    cast: Cast, queue: Queue
) -> None:
    answer(queue, cast.annotator)
    notify()
    read_all(cast.reviewer)
    assert notify() == 0
    assert only(cast.reviewer, "review") == [(1, False)]
    answer(queue, cast.annotator)
    assert notify() == 1
    assert only(cast.reviewer, "review") == [(2, True)]


def test_what_somebody_else_has_reviewed_is_no_longer_told(cast: Cast, queue: Queue) -> None:
    for _ in range(2):
        item = answer(queue, cast.annotator)
    notify()
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.approve(item)
    notify()
    assert only(cast.reviewer, "review") == [(1, True)]
    other = queue.items.get(status="pending_review")
    judge.open(other)
    judge.approve(other)
    notify()
    assert only(cast.reviewer, "review") == [(0, False)]


def test_nobody_is_told_to_review_what_they_annotated(cast: Cast) -> None:
    both = [cast.annotator]
    queue = reviewed_queue(cast.project, both, both, by=cast.manager)
    answer(queue, cast.annotator)
    assert notify() == 0
    assert only(cast.annotator, "review") == []


def sent_back(cast: Cast, queue: Queue) -> Item:
    item = answer(queue, cast.annotator)
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item)
    return item


def test_items_sent_back_gather_and_fall_as_they_are_answered(cast: Cast, queue: Queue) -> None:
    first = sent_back(cast, queue)
    Judge(queue, cast.reviewer)
    notify()
    assert only(cast.annotator, "sent_back") == [(1, True)]
    assert first.pk == answer(queue, cast.annotator).pk
    notify()
    assert only(cast.annotator, "sent_back") == [(0, False)]


def test_another_item_sent_back_is_told_though_the_count_is_the_same(
    cast: Cast, queue: Queue
) -> None:
    sent_back(cast, queue)
    notify()
    read_all(cast.annotator)
    answer(queue, cast.annotator)  # what was sent back comes first
    sent_back(cast, queue)
    assert notify() >= 1
    assert only(cast.annotator, "sent_back") == [(1, True)]


def test_a_queue_that_completes_is_told_to_its_managers_once_no_submit_can_be_undone(
    cast: Cast,
) -> None:
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], items=1
    )
    factories.join(cast.project, other := factories.make_user("Mira Haddad"), "manager")
    answer(queue, cast.annotator)
    assert Queue.objects.get(pk=queue.pk).status == "completed"
    assert notify() == 0
    let_pass(UNDO_FOR - timedelta(seconds=5))
    assert notify() == 0
    let_pass(timedelta(minutes=1))
    assert notify() == 2
    for manager in (cast.manager, other):
        assert only(manager, "completed") == [(1, True)]
    assert only(cast.annotator, "completed") == []
    assert notify() == 0


def test_a_completion_that_was_undone_is_told_to_nobody(cast: Cast) -> None:
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], items=1
    )
    answer(queue, cast.annotator)
    undoable = latest_undoable(queue, cast.annotator)
    assert undoable
    undo_latest(queue=queue, user=cast.annotator, token=undoable.token)
    let_pass(timedelta(minutes=5))
    assert notify() == 0


def test_a_removed_member_is_told_nothing(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator)
    notify()
    assert told(cast.reviewer)
    remove_member(queue=queue, user=cast.reviewer, actor=SYSTEM)
    assert told(cast.reviewer) == []
    notify()
    assert told(cast.reviewer) == []


def test_who_leaves_the_project_is_told_nothing_of_it(cast: Cast, queue: Queue) -> None:
    remove_person(project=cast.project, user=cast.reviewer, actor=Actor.person(cast.manager))
    answer(queue, cast.annotator)
    notify()
    assert told(cast.reviewer) == []


def test_a_deactivated_person_is_told_nothing(cast: Cast, queue: Queue) -> None:
    deactivate_person(user=cast.reviewer, actor=SYSTEM)
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    answer(queue, cast.annotator)
    notify()
    assert told(cast.reviewer) == []


def test_who_loses_a_right_loses_its_notices(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator)
    notify()
    set_rights(queue=queue, user=cast.reviewer, can_annotate=True, can_review=False, actor=SYSTEM)
    assert only(cast.reviewer, "review") == []
    assert notify() == 0


def test_who_manages_no_more_loses_what_managers_are_told(cast: Cast) -> None:
    factories.join(cast.project, other := factories.make_user("Mira Haddad"), "manager")
    Notice.objects.create(
        user=other, project=cast.project, queue_id=cast.project.pk, kind="completed"
    )
    change_role(project=cast.project, user=other, role="viewer", actor=SYSTEM)
    assert told(other) == []


@pytest.mark.parametrize(("move", "there"), [(pause_queue, True), (archive_queue, False)])
def test_a_paused_queue_can_be_reviewed_and_an_archived_one_cannot(
    cast: Cast, queue: Queue, move: Callable[..., Queue], there: bool
) -> None:
    answer(queue, cast.annotator)
    notify()
    move(queue=queue, actor=SYSTEM)
    notify()
    assert only(cast.reviewer, "review") == [(1, True) if there else (0, False)]


def test_two_rounds_of_beat_at_once_tell_it_once(cast: Cast, queue: Queue) -> None:
    """The second one finds the first at it, and leaves it to that one."""
    answer(queue, cast.annotator)
    assert (notify(), notify()) == (1, 0)
    assert Notice.objects.filter(user=cast.reviewer, kind="review").count() == 1


def test_the_clock_of_the_database_decides(cast: Cast, queue: Queue) -> None:
    answer(queue, cast.annotator)
    notify()
    assert abs(Notice.objects.get(kind="review").at - timezone.now()) < timedelta(minutes=1)


def test_a_hundred_annotators_cost_reviewers_one_row(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    people = [factories.make_user(f"Ann {number}") for number in range(12)]
    for one in people:
        factories.join(cast.project, one)
    queue = reviewed_queue(
        cast.project, people, [cast.reviewer], items=12, annotations_required=1, by=cast.manager
    )
    for one in people:
        answer(queue, one)
        notify()
    assert only(cast.reviewer, "review") == [(12, True)]
    assert Notice.objects.filter(kind="review").count() == 1
