"""My work: what one has not finished, and the queues that wait; nothing of anybody else's."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.holds.keeping import park_hold
from queues.actions.people.members import remove_member
from queues.actions.status import archive_queue, pause_queue
from queues.models import Queue
from reviews.queries.my_work import my_items, my_queues
from reviews.workspace.desk import position

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
HOME = reverse("home")


def states(user: User) -> list[tuple[str, bool]]:
    return [(item.state, item.can_open) for item in my_items(user)[0]]


@pytest.fixture
def me(cast: Cast) -> Worker:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=6)
    return Worker(queue, cast.annotator)


def test_each_unfinished_item_stands_there_once_the_most_pressing_first(
    cast: Cast, me: Worker
) -> None:
    refused = me.claim()
    me.save(refused, "true")
    factories.lapse(refused.slot_id)
    other = Worker(me.queue, cast.second)
    other.submit(other.claim(), "true")
    factories.mark_refused(refused.token)
    draft, parked = me.claim(), None
    me.save(draft, "false")
    factories.lapse(draft.slot_id)
    sql.run("update queues_slot set rank = -1 where state = 'free'")
    untouched = me.queue.items.filter(slots__state="free").order_by("-seq")
    parked = me.pick(untouched[0])
    me.pick(untouched[1])
    reviewed = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    judge, item = Judge(reviewed, cast.reviewer), answer(reviewed, cast.annotator)
    judge.open(item)
    judge.reject(item)
    assert states(cast.annotator) == [
        ("returned", True), ("held", True), ("parked", True), ("draft", True), ("refused", False),
    ]  # fmt: skip
    items, total = my_items(cast.annotator)
    assert total == 5
    assert items[2].pk == parked.item_id
    assert items[2].left_words == "59 minutes"
    assert states(cast.second) == []


def test_a_lapsed_hold_without_a_word_in_it_is_nothing_to_finish(me: Worker) -> None:
    factories.lapse(me.claim().slot_id)
    assert states(me.user) == []


def test_a_draft_whose_place_is_gone_is_told_and_not_offered(cast: Cast, me: Worker) -> None:
    hold = me.claim()
    me.save(hold, "true")
    factories.lapse(hold.slot_id)
    other = Worker(me.queue, cast.second)
    assert other.claim().item_id == hold.item_id
    assert states(me.user) == [("draft", False)]


def test_what_was_sent_back_waits_while_its_queue_is_paused(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    judge, item = Judge(queue, cast.reviewer), answer(queue, cast.annotator)
    judge.open(item)
    judge.reject(item)
    pause_queue(queue=queue, actor=SYSTEM)
    assert states(cast.annotator) == [("returned", False)]


def test_a_review_that_is_open_stands_there(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    item = answer(queue, cast.annotator)
    (before,) = my_queues(cast.reviewer)
    Judge(queue, cast.reviewer).open(item)
    assert (before.to_review, states(cast.reviewer)) == (1, [("review", True)])


def test_a_queue_counts_as_its_workspace_does(cast: Cast, me: Worker) -> None:
    me.submit(me.claim(), "true")
    me.skip(me.claim())
    me.claim()
    reviewed = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=2)
    answer(reviewed, cast.annotator)
    for queue in my_queues(cast.annotator):
        told = position(Queue.objects.get(pk=queue.pk), cast.annotator)
        assert (str(queue.done), str(queue.left)) == (told.done, told.left)
    assert [(q.done, q.left) for q in my_queues(cast.annotator) if q.pk == me.queue.pk] == [(1, 4)]


def test_queues_at_work_come_first_then_by_due_date_and_archived_or_left_ones_not_at_all(
    cast: Cast,
) -> None:
    def make(name: str, **more: Any) -> Queue:
        return factories.make_queue(
            cast.project, annotators=[cast.annotator], items=1, name=name, **more
        )

    make("draft", active=False)
    make("later", due_date=date.today() + timedelta(days=9))
    make("late", due_date=date.today() - timedelta(days=1))
    pause_queue(queue=make("paused"), actor=SYSTEM)
    archive_queue(queue=make("archived"), actor=SYSTEM)
    remove_member(queue=make("left"), user=cast.annotator, actor=SYSTEM)
    found = my_queues(cast.annotator)
    assert [q.name for q in found] == ["late", "later", "paused", "draft"]
    assert [q.overdue for q in found] == [True, False, False, False]
    assert [q.waits for q in found] == [True, True, False, False]


@pytest.mark.parametrize("queues", [1, 3])
def test_the_page_costs_the_same_however_many_queues(
    cast: Cast, browser_of: BrowserOf, django_assert_num_queries: object, queues: int
) -> None:
    assert callable(django_assert_num_queries)
    for _ in range(queues):
        queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=2)
        Worker(queue, cast.annotator).claim()
    client = browser_of(cast.annotator)
    with django_assert_num_queries(6):
        page = client.get(HOME).content.decode()
    assert page.count(">Annotate</a>") == page.count("Continue with") == queues


def test_going_on_is_one_click_and_parks_the_present_item(
    cast: Cast, browser_of: BrowserOf, me: Worker
) -> None:
    first = me.claim()
    park_hold(user=me.user, item_id=first.item_id, token=first.token)
    me.claim()
    url = reverse("reviews:item-pick", args=[cast.project.slug, me.queue.pk, first.item_id])
    client = browser_of(cast.annotator)
    assert url in client.get(HOME).content.decode()
    assert client.post(url)["Location"].endswith("/workspace/")
    assert [item.pk for item in my_items(me.user)[0] if item.state == "held"] == [first.item_id]
    assert [state for state, _ in states(me.user)] == ["held", "parked"]


def test_nothing_of_a_colleague_is_shown(cast: Cast, browser_of: BrowserOf, me: Worker) -> None:
    other = Worker(me.queue, cast.second)
    other.save(other.claim(), "true")
    page = browser_of(cast.annotator).get(HOME).content.decode()
    assert cast.second.name not in page
    assert "Not finished" not in page
