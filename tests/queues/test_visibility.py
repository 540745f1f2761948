"""Whose answers a person may read, by what they are in the project and in the queue."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import Actor
from annotate_site.projects.models import User
from queues.access import find_queue
from queues.actions.items.rounds import reopen_item
from queues.actions.people.members import add_members
from queues.models import Item, ItemOpened, Queue, Reservation
from queues.visibility import Reader, Whose, note_opened, reviewed_rounds, shown_on_traces

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge, answer, reviewed_queue
from ..reviews.working import Worker
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], items=2, by=cast.manager)


def reader(queue: Queue, user: User) -> Reader:
    return Reader.of(find_queue(user, queue.project.slug, queue.pk)[1])


@pytest.mark.parametrize(
    ("who", "also", "whose"),
    [
        ("manager", {}, Whose.ALL),
        ("manager", {"can_review": True}, Whose.ALL),
        ("manager", {"can_annotate": True}, Whose.COMPLETED),
        ("manager", {"can_annotate": True, "can_review": True}, Whose.COMPLETED),
        ("viewer", {}, Whose.COMPLETED),
        ("viewer", {"can_annotate": True}, Whose.COMPLETED),
        ("member", {"can_annotate": True}, Whose.OWN),
        ("member", {"can_review": True}, Whose.OWN),
    ],
)
def test_what_a_person_is_decides_whose_answers_they_read(
    cast: Cast, queue: Queue, who: str, also: dict[str, bool], whose: Whose
) -> None:
    user = getattr(cast, who)
    if also:
        add_members(queue=queue, users=[user], actor=Actor.person(cast.manager), **also)
    assert reader(queue, user).whose == whose


@pytest.mark.parametrize("whose", Whose)
def test_ones_own_is_always_read_and_others_by_the_item(
    cast: Cast, queue: Queue, whose: Whose
) -> None:
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    waiting = Reader(cast.second, whose)
    assert waiting.reads(item, cast.second)
    assert waiting.reads(item, cast.annotator) == (whose == Whose.ALL)
    assert not shown_on_traces(item)
    judge.open(item)
    judge.approve(item)
    item.refresh_from_db()
    assert waiting.reads(item, cast.annotator) == (whose != Whose.OWN)
    assert shown_on_traces(item)


def test_a_reviewer_reads_the_rounds_of_what_they_hold_or_held(cast: Cast, queue: Queue) -> None:
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    assert reviewed_rounds(item, cast.reviewer, holds=False) == []
    judge.open(item)
    assert reviewed_rounds(item, cast.reviewer, holds=True) == [1]
    judge.reject(item)
    item.refresh_from_db()
    assert reviewed_rounds(item, cast.reviewer, holds=False) == [1]
    judge.open(answer(queue, cast.annotator))
    judge.approve(item)
    item.refresh_from_db()
    assert reviewed_rounds(item, cast.reviewer, holds=False) == [2, 1]
    reopen_item(queue=queue, item_id=item.pk, reason="Again", actor=Actor.person(cast.manager))
    item.refresh_from_db()
    assert reviewed_rounds(item, cast.reviewer, holds=False) == [2, 1]


def test_who_annotated_an_item_reads_nothing_of_it_as_a_reviewer(cast: Cast, queue: Queue) -> None:
    add_members(
        queue=queue, users=[cast.annotator], actor=Actor.person(cast.manager), can_review=True
    )
    item = answer(queue, cast.annotator)
    Reservation.objects.create(
        queue=queue, item=item, round=1, annotator=cast.annotator, kind="review", token=item.pk,
        opened_at=item.created_at, ended_at=item.created_at, ending="released",
    )  # fmt: skip
    assert reviewed_rounds(item, cast.annotator, holds=True) == []


def test_one_who_annotates_reads_why_others_skipped_when_the_item_is_completed(
    cast: Cast, staff_manager: User, browser_of: BrowserOf
) -> None:
    """On the item's page, in its history and in the admin alike."""
    people = [cast.annotator, cast.second, staff_manager]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    onlooker = factories.make_user("Olga Onlooker")
    factories.join(cast.project, onlooker, "manager")
    item, skipper, other = queue.items.get(), *(Worker(queue, user) for user in people[:2])
    skipper.skip(skipper.claim(), "Too hard for me")
    skip = Reservation.objects.get(ending="skipped")
    pages = [url(name, cast.project, queue, item=item) for name in ("item-detail", "item-history")]
    pages.append(reverse("admin:queues_reservation_change", args=[skip.pk]))
    for page in pages:
        assert "Too hard for me" not in read(browser_of(staff_manager), page)
        assert "admin" in page or "Too hard for me" in read(browser_of(onlooker), page)
    other.submit(other.claim(), "true")
    for page in pages:
        assert "Too hard for me" in read(browser_of(staff_manager), page)


def test_what_was_opened_is_noted_once(cast: Cast, queue: Queue) -> None:
    items = list(Item.objects.values_list("pk", flat=True))
    note_opened(cast.manager, items[:1])
    note_opened(cast.manager, items)
    note_opened(cast.manager, [])
    assert ItemOpened.objects.filter(user=cast.manager).count() == 2
