"""Who holds what, and what waits for a manager: lists, counts, release, permissions."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.keeping import park_hold
from queues.actions.holds.reviewing import open_review
from queues.actions.people.members import remove_member, set_rights
from queues.actions.status import archive_queue, close_queue, pause_queue
from queues.models import Item, ItemOpened, Queue, QueueMember, Reservation, Slot
from queues.queries.attention import Kind, attention_counts, attention_of
from queues.queries.holds import live_holds

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


def matters(queue: Queue) -> dict[str, int]:
    """How many of each kind; the counts that badges show must say the same."""
    found = {str(one.kind): one.total for one in attention_of(queue.pk)}
    assert attention_counts([queue.pk]).get(queue.pk, 0) == sum(found.values())
    return found


def reviewed(cast: Cast, **more: Any) -> tuple[Queue, Item]:
    """A queue with one item that waits for review, annotated by the annotator."""
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], items=1, requires_review=True, **more
    )
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    return queue, queue.items.get()


# --- reservations


def test_every_live_hold_is_listed_and_no_other(cast: Cast) -> None:
    people = [cast.annotator, cast.second, cast.manager]
    queue = factories.make_queue(cast.project, annotators=people, items=4)
    first, second, third = (Worker(queue, user) for user in people)
    parked = first.claim()
    park_hold(user=cast.annotator, item_id=parked.item_id, token=parked.token)
    second.save(second.claim(), "true")
    factories.lapse(third.claim().slot_id)
    holds, total = live_holds(queue)
    assert total == 2
    assert [(one.holder, one.parked, one.drafted, one.stopped) for one in holds] == [
        (cast.annotator.pk, True, False, False),
        (cast.second.pk, False, True, False),
    ]
    assert {one.left_words for one in holds} == {"59 minutes"}


def test_a_review_is_listed_and_a_pause_stops_the_time_of_annotators(cast: Cast) -> None:
    queue, item = reviewed(cast, reviewers=[cast.reviewer])
    factories.add_items(queue, [factories.make_trace(cast.project)])
    open_review(queue=queue, item_id=item.pk, user=cast.reviewer)
    claim_next(queue_id=queue.pk, user=cast.annotator)
    pause_queue(queue=queue, actor=SYSTEM)
    shown = {one.holder: (one.slot is None, one.stopped) for one in live_holds(queue)[0]}
    assert shown == {cast.reviewer.pk: (True, False), cast.annotator.pk: (False, True)}


def test_viewers_read_the_list_and_managers_act(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    claim_next(queue_id=queue.pk, user=cast.annotator)
    address = url("queue-progress", cast.project, queue)
    assert "Release" in read(browser_of(cast.manager), address)
    page = read(browser_of(cast.viewer), address)
    assert cast.annotator.name in page
    assert "Release" not in page
    own = read(browser_of(cast.annotator), address)
    assert "Open now" not in own
    assert "Release" not in own
    assert browser_of(cast.stranger).get(address).status_code == 404


def test_nothing_typed_is_shown(cast: Cast, browser_of: BrowserOf) -> None:
    fields = [factories.make_field(cast.project, "text")]
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1, fields=fields)
    worker = Worker(queue, cast.annotator)
    worker.save(worker.claim(), "a secret thought")
    page = read(browser_of(cast.manager), url("queue-progress", cast.project, queue))
    assert "draft saved" in page
    assert "secret" not in page


def test_a_manager_ends_a_review(cast: Cast, browser_of: BrowserOf) -> None:
    queue, item = reviewed(cast, reviewers=[cast.reviewer])
    open_review(queue=queue, item_id=item.pk, user=cast.reviewer)
    address = url("review-end", cast.project, queue, item=item)
    stale = browser_of(cast.manager).post(address, {"holder": cast.second.pk})
    assert told(stale) == ["This review had already ended; nothing was changed."]
    assert browser_of(cast.viewer).post(address).status_code == 403
    ended = browser_of(cast.manager).post(address, {"holder": cast.reviewer.pk})
    assert told(ended) == ["The review has ended; its draft is kept. Others may open it."]
    assert Reservation.objects.get(kind="review").ending == "released"


# --- attention


def test_an_item_that_everybody_skipped_waits_for_the_manager(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=2)
    item = queue.items.order_by("seq")[0]
    for user in people:
        assert matters(queue) == {}
        worker = Worker(queue, user)
        worker.skip(worker.pick(item))
    assert matters(queue) == {"skipped": 1}
    (found,) = attention_of(queue.pk)
    assert [row.item for row in found.rows] == [item.pk]
    queue.members.create(user=cast.manager, can_annotate=True)
    assert matters(queue) == {}


def test_skipped_by_one_submitted_by_the_other_and_one_place_left(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1, annotations_required=2)
    first, second = (Worker(queue, user) for user in people)
    first.submit(first.claim(), "true")
    assert matters(queue) == {}
    second.skip(second.claim())
    assert matters(queue) == {"skipped": 1}


def test_an_item_that_somebody_has_open_needs_nobody(cast: Cast) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    first, second = (Worker(queue, user) for user in people)
    first.skip(first.claim())
    hold = second.claim()
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    queue.members.filter(user=cast.second).update(can_annotate=False)  # so nobody is left
    assert "skipped" not in matters(queue)
    factories.lapse(hold.slot_id)  # and nobody has noted it yet
    assert matters(queue)["skipped"] == 1


def test_whoever_has_seen_the_answers_is_nobody_to_annotate(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=1)
    ItemOpened.objects.create(item=queue.items.get(), user=cast.annotator)
    assert matters(queue) == {}
    ItemOpened.objects.create(item=queue.items.get(), user=cast.second)
    assert matters(queue) == {"skipped": 1}


def test_fewer_people_than_annotations_are_told_as_long_as_it_lasts(cast: Cast) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], items=1, annotations_required=2
    )
    assert matters(queue) == {"short": 1}
    queue.members.create(user=cast.second, can_annotate=True)
    assert matters(queue) == {}


def test_nobody_is_left_to_review(cast: Cast) -> None:
    queue, _ = reviewed(cast)
    assert matters(queue) == {"reviewer": 1}
    rights: dict[str, Any] = {
        "queue": queue,
        "can_annotate": True,
        "can_review": True,
        "actor": SYSTEM,
    }
    set_rights(user=cast.annotator, **rights)
    assert matters(queue) == {"reviewer": 1}  # who annotated it is nobody to review it
    queue.members.create(user=cast.reviewer, can_review=True)
    assert matters(queue) == {}
    User.objects.filter(pk=cast.reviewer.pk).update(is_active=False)
    assert matters(queue) == {"reviewer": 1}


@pytest.mark.breaks_promises  # a round without slots
def test_refused_work_waits_to_be_accepted_as_long_as_its_round_lasts(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1)
    hold = claim_next(queue_id=queue.pk, user=cast.annotator)
    factories.mark_refused(hold.token)
    assert matters(queue) == {"refused": 1}
    assert attention_of(queue.pk)[0].rows[0].person == cast.annotator.name
    close_queue(queue=queue, actor=SYSTEM)
    assert matters(queue) == {"refused": 1}
    archive_queue(queue=queue, actor=SYSTEM)
    assert matters(queue) == {}
    assert Queue.objects.get(pk=queue.pk).archived_at
    Queue.objects.filter(pk=queue.pk).update(archived_at=None)
    Item.objects.filter(queue=queue).update(round=2)
    assert matters(queue) == {}


@pytest.mark.breaks_promises  # the actions would free the place
@pytest.mark.parametrize("gone", ["away", "removed", "deactivated", "no right"])
def test_a_place_kept_for_somebody_who_is_not_there(cast: Cast, gone: str) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=1)
    sql.run(
        "update queues_slot set assigned_to_id = %s, bound_at = clock_timestamp(),"
        " bound_why = 'manager' where queue_id = %s",
        [cast.second.pk, queue.pk],
    )
    assert matters(queue) == {}
    member = QueueMember.objects.filter(queue=queue, user=cast.second)
    now = sql.clock()
    {
        "away": lambda: member.update(away_at=now),
        "removed": lambda: member.update(removed_at=now),
        "deactivated": lambda: User.objects.filter(pk=cast.second.pk).update(is_active=False),
        "no right": lambda: member.update(can_annotate=False),
    }[gone]()
    assert matters(queue) == {"bound": 1}


def test_holds_about_to_lapse_and_closed_queues_need_nobody(cast: Cast) -> None:
    people = [cast.annotator]
    queue = factories.make_queue(cast.project, annotators=people, items=2)
    worker = Worker(queue, cast.annotator)
    worker.skip(worker.claim())
    assert matters(queue) == {"skipped": 1}
    hold = worker.claim()
    sql.run(
        "update queues_slot set expires_at = clock_timestamp() + interval '1 minute'"
        " where id = %s", [hold.slot_id],
    )  # fmt: skip
    assert matters(queue) == {"skipped": 1}
    close_queue(queue=queue, actor=Actor.person(cast.manager))
    assert matters(queue) == {}


def test_badges_count_what_the_page_lists_for_managers_alone(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator], items=1, annotations_required=2
    )
    worker = Worker(queue, cast.annotator)
    worker.skip(worker.claim())
    address = url("queue-attention", cast.project, queue)
    page = read(browser_of(cast.manager), address)
    for kind in (Kind.SHORT, Kind.SKIPPED):
        assert str(kind.label) in page
    assert 'Attention <span class="count">2</span>' in page
    overview = url("queue-list", cast.project)
    assert "2 need attention" in read(browser_of(cast.manager), overview)
    quiet = factories.make_queue(cast.project, annotators=[cast.annotator])
    detail = read(browser_of(cast.manager), url("queue-detail", cast.project, quiet))
    assert "Attention</a>" in detail  # there before anything needs it
    for user in (cast.viewer, cast.annotator):
        assert "attention/" not in read(browser_of(user), url("queue-detail", cast.project, queue))
        assert "need attention" not in read(browser_of(user), overview)
        assert browser_of(user).get(address).status_code == 403


def test_attention_costs_one_statement_however_much_needs_it(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    queues = [factories.make_queue(cast.project, items=3) for _ in range(3)]
    with django_assert_num_queries(1):
        assert attention_counts([queue.pk for queue in queues]) == {queue.pk: 1 for queue in queues}
    with django_assert_num_queries(1):
        attention_of(queues[0].pk)
    with django_assert_num_queries(0):
        assert attention_counts([]) == {}
    assert attention_counts([uuid4()]) == {}
    assert Slot.objects.filter(state="free").count() == 9
