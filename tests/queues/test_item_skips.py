"""Skips of an item, cleared by a manager."""

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.items.changing import clear_skips, remove_item
from queues.errors import NothingToClaim, WrongState
from queues.models import Item, Queue

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=2, annotations_required=2
    )


@pytest.fixture
def item(queue: Queue) -> Item:
    return queue.items.order_by("seq")[0]


def skip(item: Item, user: User) -> None:
    hold = pick_item(queue_id=item.queue_id, item_id=item.pk, user=user)
    skip_item(queue=item.queue, item_id=item.pk, user=user, token=hold.token, reason="No idea")


def test_cleared_skips_give_the_item_back_to_whoever_skipped(
    cast: Cast, queue: Queue, item: Item
) -> None:
    for one in queue.items.all():
        skip(one, cast.annotator)
    with pytest.raises(NothingToClaim):
        claim_next(queue_id=queue.pk, user=cast.annotator)
    sql.run("update queues_slot set returned_at = returned_at - interval '1 hour'")
    assert Item.objects.get(pk=item.pk).status == "skipped"
    assert clear_skips(queue=queue, item_id=item.pk, actor=SYSTEM) == 1
    assert Item.objects.get(pk=item.pk).status == "pending"
    assert claim_next(queue_id=queue.pk, user=cast.annotator).item_id == item.pk


def test_clearing_skips_is_told_once_each(cast: Cast, queue: Queue, item: Item) -> None:
    skip(item, cast.annotator)
    skip(item, cast.second)
    assert clear_skips(queue=queue, item_id=item.pk, actor=SYSTEM) == 2
    assert clear_skips(queue=queue, item_id=item.pk, actor=SYSTEM) == 0
    assert Event.objects.filter(attribute="skip", to_value="cleared").count() == 2


def test_skips_of_a_removed_item_stay(cast: Cast, queue: Queue, item: Item) -> None:
    skip(item, cast.annotator)
    remove_item(queue=queue, item_id=item.pk, confirmed=False, actor=SYSTEM)
    with pytest.raises(WrongState):
        clear_skips(queue=queue, item_id=item.pk, actor=SYSTEM)
