"""Answers in the list of a queue's items: of completed ones, for those who may read them."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Membership, User
from queues.actions.items.rounds import reopen_item
from queues.models import Item, ItemOpened, Queue
from reviews.results.listed_answers import SHOWN_FIELDS

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [factories.make_field(cast.project, "text", name="What went wrong?")]
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=3, annotations_required=2,
        fields=fields,
    )  # fmt: skip


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    """Completed; the next one has one answer of two."""
    answer(queue, cast.annotator, value="Policy broken")
    done = answer(queue, cast.second, value="Policy broken")
    answer(queue, cast.second, value="Half of it")
    return done


def address(queue: Queue) -> str:
    return reverse("queues:queue-detail", args=[queue.project.slug, queue.pk])


def cells(client: Client, queue: Queue) -> list[str]:
    """What each row has in its column of answers, in words; [] without that column."""
    page = client.get(address(queue)).content.decode()
    found = re.findall(r'<td class="answers-cell">(.*?)</td>', page, re.S)
    return [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]


def test_completed_items_show_answers_and_who_and_others_nothing(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    for user in (cast.manager, cast.viewer):
        assert cells(browser_of(user), queue) == [
            f"What went wrong? Policy broken {cast.annotator} , {cast.second}", "", "",
        ]  # fmt: skip
        assert "Half of it" not in browser_of(user).get(address(queue)).content.decode()


def test_annotators_and_reviewers_see_nobody_s(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    queue.members.create(user=cast.reviewer, can_review=True)
    for user in (cast.annotator, cast.reviewer):
        assert cells(browser_of(user), queue) == []
        assert "Policy broken" not in browser_of(user).get(address(queue)).content.decode()
    assert not ItemOpened.objects.exists()


def test_a_manager_who_annotates_sees_those_of_completed_items(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    assert "Policy broken" in cells(browser_of(cast.annotator), queue)[0]


def test_an_item_that_is_answered_again_shows_nothing(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    reopen_item(queue=queue, item_id=item.pk, reason="New guideline", actor=SYSTEM)
    for user in (cast.manager, cast.viewer):
        assert cells(browser_of(user), queue) == []


def test_a_final_value_stands_for_the_answers(cast: Cast, browser_of: BrowserOf) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator, cast.second], [cast.reviewer])
    answer(queue, cast.annotator, value="true")
    item = answer(queue, cast.second, value="false")
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    assert cells(browser_of(cast.viewer), queue) == []  # it waits for review
    judge.approve(item, "false")
    assert "No final" in cells(browser_of(cast.viewer), queue)[0]


def test_many_fields_are_folded_to_a_count_and_long_answers_are_cut(
    cast: Cast, browser_of: BrowserOf
) -> None:
    fields = [
        factories.make_field(cast.project, "text", name=f"Field {number}") for number in range(6)
    ]
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1, fields=fields)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), *["word " * 600] * 6)
    page = browser_of(cast.manager).get(address(queue)).content.decode()
    [cell] = cells(browser_of(cast.manager), queue)
    assert cell.count("word…") == SHOWN_FIELDS
    assert "· 3 more fields" in cell
    assert [name in cell for name in ("Field 0", "Field 2", "Field 3")] == [True, True, False]
    assert len(page) < 40_000


def test_whoever_sees_the_list_has_opened_the_items_whose_answers_are_in_it(
    cast: Cast, queue: Queue, item: Item, browser_of: BrowserOf
) -> None:
    for _ in range(2):
        cells(browser_of(cast.viewer), queue)
    assert list(ItemOpened.objects.values_list("item", "user")) == [(item.pk, cast.viewer.pk)]


def test_one_s_own_answers_alone_open_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    answer(queue, cast.annotator)
    Membership.objects.filter(user=cast.annotator).update(role="manager")
    assert cells(browser_of(cast.annotator), queue) != [""]
    assert not ItemOpened.objects.exists()


def test_the_list_costs_as_many_statements_for_many_completed_items_as_for_one(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=8)
    client = browser_of(cast.manager)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address(queue))
        return len(asked)

    statements()  # reads once what every page keeps
    none = statements()
    answer(queue, cast.annotator)
    few = statements()
    for _ in range(6):
        answer(queue, cast.annotator)
    assert statements() == few == none + 3
