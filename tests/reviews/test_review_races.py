"""Two reviewers at once, in processes of their own: one decision stands, the other hears of it."""

import multiprocessing
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.holds.reviewing import next_review
from queues.actions.people.members import add_members
from queues.models import Item, Queue, Reservation
from reviews.actions.deciding import AlreadyDecided, bulk_approve
from reviews.actions.reviewing import answers_mark
from reviews.models import Review
from reviews.review_page import desk

from .. import factories
from ..conftest import Cast
from ..forked import forget_inherited_connection
from .judging import Judge, answer, lapse, reviewed_queue, state_of
from .test_accept import accept, refuse

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_a_core]
FORK = multiprocessing.get_context("fork")


def at_once(*acts: Any) -> list[str]:
    """Each act in its own process, all let go together; what became of each, in order."""
    connections.close_all()  # a forked process must not share its parent's connection
    start, pipe = FORK.Barrier(len(acts)), FORK.Queue()
    workers = [FORK.Process(target=_do, args=(n, act, start, pipe)) for n, act in enumerate(acts)]
    for worker in workers:
        worker.start()
    told = dict(pipe.get(timeout=60) for _ in acts)
    for worker in workers:
        worker.join(timeout=30)
    return [told[n] for n in range(len(acts))]


def _do(number: int, act: Any, start: Any, pipe: Any) -> None:
    forget_inherited_connection()
    try:
        start.wait(timeout=30)
        outcome = str(act() or "done")
    except AlreadyDecided:
        outcome = "told the first"
    except Exception as error:
        outcome = repr(error)
    finally:
        connections.close_all()
    pipe.put((number, outcome))


@pytest.fixture
def queue(cast: Cast) -> Queue:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=6)
    add_members(queue=queue, users=[cast.member], actor=SYSTEM, can_review=True)
    return queue


@pytest.mark.parametrize("turn", range(5))
def test_approve_against_reject_at_once_one_stands(cast: Cast, queue: Queue, turn: int) -> None:
    item = answer(queue, cast.annotator)
    one, two = Judge(queue, cast.reviewer), Judge(queue, cast.member)
    one.open(item)
    lapse(item)
    two.open(item)
    forms = one.form(item, "Mine"), two.form(item, "Theirs")
    told = at_once(
        lambda: one.approve(item, form=forms[0]), lambda: two.reject(item, form=forms[1])
    )
    assert sorted(told) == ["done", "told the first"]
    decision = Review.objects.get(item=item, decided_at__isnull=False)
    assert decision.reviewer == (cast.reviewer if told[0] == "done" else cast.member)
    if told[0] == "done":
        assert state_of(item) == ("completed", 1, "approved")
    else:
        assert state_of(item) == ("pending", 2, "rejected")
        assert item.slots.filter(round=2).count() == 1


def test_a_double_click_decides_once(cast: Cast, queue: Queue) -> None:
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    judge.open(item)
    form = judge.form(item, "Look again")
    told = at_once(*[lambda: judge.reject(item, form=form)] * 3)
    assert Counter(told) == {"done": 1, "told the first": 2}
    assert state_of(item) == ("pending", 2, "rejected")


def test_reviewers_who_ask_at_once_each_get_an_item_of_their_own(cast: Cast, queue: Queue) -> None:
    for _ in range(6):
        answer(queue, cast.annotator)
    users = [factories.make_user(f"Reviewer {n}") for n in range(6)]
    for user in users:
        factories.join(cast.project, user)
    add_members(queue=queue, users=users, actor=SYSTEM, can_review=True)

    def ask(user: User) -> UUID | None:
        hold = next_review(queue=queue, user=user)
        return hold.item_id if hold else None

    told = at_once(*[lambda user=user: ask(user) for user in users])
    assert sorted(told) == sorted(str(pk) for pk in queue.items.values_list("pk", flat=True))
    assert Reservation.objects.filter(kind="review", ended_at=None).count() == 6


def test_bulk_approval_against_single_decisions_counts_each_item_once(
    cast: Cast, queue: Queue
) -> None:
    items = [answer(queue, cast.annotator) for _ in range(6)]
    picks = [(item.pk, 1) for item in items]

    def bulk(user: User) -> int:
        return bulk_approve(queue=queue, user=user, picks=picks).approved or -1

    told = at_once(lambda: bulk(cast.reviewer), lambda: bulk(cast.member))
    assert sum(max(0, int(one)) for one in told) == 6
    assert Review.objects.filter(decision="approved").count() == 6
    assert set(Item.objects.values_list("status", flat=True)) == {"completed"}
    queue.refresh_from_db()
    assert queue.status == "completed"


def test_a_reviewer_decides_on_no_answer_that_was_accepted_while_their_page_was_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [cast.annotator, cast.second]
    queue = reviewed_queue(cast.project, people, [cast.reviewer], annotations_required=1)
    refused, item = refuse(cast, queue), queue.items.get()
    Judge(queue, cast.reviewer).open(item)

    def late(item: Item, round: int) -> str:
        accept(cast, refused)
        return answers_mark(item, round)

    monkeypatch.setattr(desk, "answers_mark", late)
    page = desk.open_review_desk(queue, item, cast.reviewer)
    assert page
    assert len(page.seen.split("-")) == len(page.table.columns) == 2
