"""Parking at the limit brings the one parked first, and says so."""

import pytest

from .. import factories
from ..conftest import Cast
from .pages import Desk

pytestmark = pytest.mark.django_db
SAID = "You can have 2 items open here, and nothing new comes now: this is the one that you parked"


def test_at_the_limit_the_item_parked_first_comes_back_with_a_word(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=3, open_limit=2)
    desk = Desk.of(queue, cast.annotator)
    second = desk.post(desk.start(), "park").content.decode()
    assert SAID not in second
    first_again = desk.post(second, "park").content.decode()
    assert SAID in first_again
    assert queue.items.earliest("seq").title in first_again
