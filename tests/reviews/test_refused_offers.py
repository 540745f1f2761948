"""Work that was not taken: Continue is offered where a place is free, and nowhere else."""

import pytest

from reviews.my_history.listing import OwnFilter, own_work

from .. import factories
from ..conftest import Cast
from .pages import Desk
from .working import Worker

pytestmark = pytest.mark.django_db


def test_continue_is_offered_only_while_a_place_is_free(cast: Cast) -> None:
    queue = factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=2, annotations_required=1
    )
    me, other = Worker(queue, cast.annotator), Worker(queue, cast.second)
    hold = me.claim()
    me.save(hold, "true")
    factories.lapse(hold.slot_id)
    factories.mark_refused(hold.token)
    desk = Desk.of(queue, cast.annotator)
    page = desk.client.get(desk.url("own-work")).content.decode()
    assert [one.has_place for one in own_work(queue, cast.annotator, OwnFilter()).rows] == [True]
    assert "A place is free again: you can submit it now." in page
    assert "Continue with" in page
    other.submit(other.pick(queue.items.get(pk=hold.item_id)), "false")
    page = desk.client.get(desk.url("own-work")).content.decode()
    assert [one.has_place for one in own_work(queue, cast.annotator, OwnFilter()).rows] == [False]
    assert "It had all its answers." in page
    assert "Continue with" not in page
