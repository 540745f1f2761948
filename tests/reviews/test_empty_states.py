"""The pages that stand where there is no item: why, and what to do now."""

from collections.abc import Callable
from typing import Any

import pytest

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.people.members import add_members, remove_member, set_away
from queues.actions.status import archive_queue, close_queue, pause_queue
from queues.models import Queue
from reviews.workspace.empty_states import ENDS, End, end_of

from .. import factories
from ..conftest import Cast
from .judging import answer, reviewed_queue
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db


def make(cast: Cast, **more: Any) -> Queue:
    settings: dict[str, Any] = {"annotators": [cast.annotator, cast.second], "items": 1} | more
    return factories.make_queue(cast.project, **settings)


def told(queue: Queue, user: User, *, ask: bool = True) -> tuple[End, str]:
    """The end page after Next, or as it stands."""
    desk = Desk.of(queue, user)
    headers = {"HX-Request": "true"}
    response = (
        desk.client.post(desk.url("workspace"), headers=headers)
        if ask
        else desk.client.get(desk.url("workspace"))
    )
    return response.context["end"], response.content.decode()


STOPS: list[tuple[str, Callable[[Queue], object]]] = [
    ("paused", lambda queue: pause_queue(queue=queue, actor=SYSTEM)),
    ("closed", lambda queue: close_queue(queue=queue, actor=SYSTEM)),
    ("archived", lambda queue: archive_queue(queue=queue, actor=SYSTEM)),
]


@pytest.mark.parametrize("ask", [True, False])
@pytest.mark.parametrize(("reason", "stop"), STOPS)
def test_a_queue_that_hands_out_nothing_says_why(
    cast: Cast, reason: str, stop: Callable[[Queue], object], ask: bool
) -> None:
    queue = make(cast)
    stop(queue)
    end, page = told(queue, cast.annotator, ask=ask)
    assert end.reason == reason
    assert ENDS[reason][0] in page


def test_a_queue_that_has_not_started_says_so(cast: Cast) -> None:
    end, page = told(make(cast, active=False), cast.annotator)
    assert (end.reason, end.again) == ("not_open", True)
    assert "hasn&#x27;t started yet" in page


def test_a_queue_that_completed_by_itself_is_finished(cast: Cast) -> None:
    queue = make(cast)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    end, page = told(queue, cast.annotator)
    assert (end.reason, end.first) == ("finished", "")
    assert "My answers here: 1 submitted" in page


def test_what_colleagues_hold_names_the_earliest_end_and_nobody(cast: Cast) -> None:
    queue = make(cast)
    Worker(queue, cast.second).claim()
    end, page = told(queue, cast.annotator)
    assert (end.reason, end.first) == ("others_hold", "again")
    assert "in 59 minutes" in page
    assert cast.second.name not in page


def test_who_has_done_his_share_is_led_to_other_queues_with_work_for_him(cast: Cast) -> None:
    queue = make(cast, annotations_required=2)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    waiting, away = make(cast, name="Waits"), make(cast, name="Away")
    set_away(queue=away, user=cast.annotator, away=True, actor=SYSTEM)
    pause_queue(queue=make(cast, name="Paused"), actor=SYSTEM)
    make(cast, name="Not mine", annotators=[cast.second])
    end, page = told(queue, cast.annotator)
    assert (end.reason, [one.pk for one in end.others]) == ("share_done", [waiting.pk])
    assert "Next queue: Waits" in page
    assert page.count("button primary") == 1


def test_parked_items_come_first_with_their_time(cast: Cast) -> None:
    queue = make(cast, items=2)
    worker, desk = Worker(queue, cast.annotator), Desk.of(queue, cast.annotator)
    desk.post(desk.start(), "park")
    worker.submit(worker.claim(), "true")
    end, page = told(queue, cast.annotator)
    assert (end.reason, end.first) == ("share_done", "parked")
    assert [one.left for one in end.parked] == ["59 minutes"]
    assert desk.url("item-pick", end.parked[0].pk) in page
    pause_queue(queue=queue, actor=SYSTEM)
    end, page = told(queue, cast.annotator, ask=False)
    assert (end.reason, [one.left for one in end.parked]) == ("paused", [""])
    assert "its timer is stopped" in page


def test_who_reviews_here_is_led_to_what_waits(cast: Cast) -> None:
    queue = reviewed_queue(cast.project, [cast.second], [cast.annotator], items=1)
    add_members(queue=queue, users=[cast.annotator], actor=SYSTEM, can_annotate=True)
    answer(queue, cast.second)
    end, page = told(queue, cast.annotator)
    assert (end.to_review, end.first) == (1, "review")
    assert "Review 1 item" in page


def test_who_was_taken_out_is_told_so(cast: Cast) -> None:
    queue = make(cast)
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    desk = Desk.of(queue, cast.annotator)
    response = desk.client.get(desk.url("workspace"))
    assert response.status_code == 403
    assert "You were removed from this queue." in response.content.decode()
    other = Desk.of(make(cast, annotators=[cast.second]), cast.annotator)
    assert "taken out" not in other.client.get(other.url("workspace")).content.decode()


@pytest.mark.parametrize("queues", [1, 3])
def test_it_takes_as_many_statements_for_one_other_queue_as_for_three(
    cast: Cast, django_assert_num_queries: object, queues: int
) -> None:
    assert callable(django_assert_num_queries)
    queue = make(cast)
    for _ in range(queues):
        make(cast)
    with django_assert_num_queries(6):
        assert len(end_of(queue, cast.annotator, "share_done").others) == queues
