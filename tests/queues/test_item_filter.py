"""What the list of a queue's items can be narrowed to, and by whom."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.binding import bind_slots
from queues.actions.assignment.claiming import pick_item
from queues.actions.items.changing import change_priority
from queues.models import Item, Queue
from queues.queries.effective import effective_items
from queues.queries.item_filter import ItemFilter, chosen_items

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .pages import read, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=4, annotations_required=2,
        fields=[factories.make_field(cast.project, "boolean"),
                factories.make_field(cast.project, "text", name="Why")],
    )  # fmt: skip


@pytest.fixture
def items(queue: Queue) -> list[Item]:
    return list(queue.items.order_by("seq"))


def found(queue: Queue, query: str) -> list[int]:
    """The places of the items that the list shows."""
    wanted = ItemFilter.of(QueryDict(query))
    items = list(queue.items.order_by("seq").values_list("pk", flat=True))
    picked = wanted.apply(queue.items.present(), effective_items([queue.pk]), queue)
    return sorted(items.index(pk) for pk in picked.values_list("pk", flat=True))


def test_by_person_are_what_they_did_what_they_have_and_what_is_assigned_to_them(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    person = cast.annotator
    factories.submit_slot(pick_item(queue_id=queue.pk, item_id=items[0].pk, user=person).slot_id)
    lapsed = pick_item(queue_id=queue.pk, item_id=items[3].pk, user=person)
    factories.lapse(lapsed.slot_id)
    pick_item(queue_id=queue.pk, item_id=items[1].pk, user=person)
    bind_slots(queue=queue, item_id=items[2].pk, users=[person], actor=SYSTEM)
    assert found(queue, f"person={person.pk}") == [0, 1, 2]
    assert found(queue, f"person={cast.second.pk}") == []


def test_by_rank(queue: Queue, items: list[Item]) -> None:
    change_priority(queue=queue, item_ids=[items[1].pk], priority=5, actor=SYSTEM)
    change_priority(queue=queue, item_ids=[items[2].pk], priority=-5, actor=SYSTEM)
    ranks = [found(queue, f"rank={rank}") for rank in ("raised", "normal", "lowered")]
    assert ranks == [[1], [0, 3], [2]]


def submit(queue: Queue, user: User, item: Item, value: str, why: str) -> None:
    worker = Worker(queue, user)
    worker.submit(pick_item(queue_id=queue.pk, item_id=item.pk, user=user), value, why)


def test_answers_differ_in_what_can_be_compared_and_only_of_completed_items(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    for item, other in ((items[0], "false"), (items[1], "true")):
        submit(queue, cast.annotator, item, "true", "One reason")
        submit(queue, cast.second, item, other, "Another reason")
    submit(queue, cast.annotator, items[2], "true", "Once")
    assert found(queue, "show=differ") == [0]
    assert found(queue, "show=differ&status=completed") == [0]


def test_needs_attention_is_what_the_attention_tab_lists(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    assert found(queue, "show=need") == []
    hold = pick_item(queue_id=queue.pk, item_id=items[2].pk, user=cast.annotator)
    factories.mark_refused(hold.token)
    assert found(queue, "show=need") == [2]


def test_what_means_nothing_is_passed_over(queue: Queue) -> None:
    assert found(queue, f"person=x&rank=high&show=yes&batch={'9' * 60}") == [0, 1, 2, 3]


def test_all_that_match_are_chosen(cast: Cast, queue: Queue, items: list[Item]) -> None:
    change_priority(queue=queue, item_ids=[items[1].pk], priority=5, actor=SYSTEM)
    other = str(items[3].pk)
    assert chosen_items(queue, QueryDict(f"all=1&rank=raised&item={other}")) == [items[1].pk]
    assert chosen_items(queue, QueryDict(f"rank=raised&item={other}")) == [items[3].pk]


def test_an_annotators_list_is_not_narrowed_by_whose_answers_are_in(
    cast: Cast, browser_of: BrowserOf, queue: Queue, items: list[Item]
) -> None:
    submit(queue, cast.second, items[0], "true", "Because")
    mine = browser_of(cast.annotator)
    for query in (f"person={cast.second.pk}", "show=differ", "show=need", "rank=raised"):
        page = read(mine, f"{url('queue-detail', cast.project, queue)}?{query}")
        assert "4 items" in page, query
        assert 'name="person"' not in page


def test_a_viewer_is_not_offered_what_waits_for_managers(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    page = read(browser_of(cast.viewer), f"{url('queue-detail', cast.project, queue)}?show=need")
    assert '"need"' not in page
    assert 'name="person"' in page
    assert "4 items" in page
