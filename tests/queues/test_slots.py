"""Slots that are made later take their place in the order."""

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.items.required import change_required

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("active", [True, False])
def test_one_more_is_served_first_where_people_are_past_it_and_in_order_in_a_draft(
    cast: Cast, active: bool
) -> None:
    queue = factories.make_queue(cast.project, items=1, active=active)
    change_required(queue=queue, required=2, raise_completed=False, actor=SYSTEM)
    first, second = queue.items.get().slots.order_by("pk")
    assert first.returned_at is None
    assert (second.returned_at is not None) is active
