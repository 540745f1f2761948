"""The list of reservations in real Chromium: it renews itself and leaves everything in place."""

from typing import Any

import pytest

from annotate_site import sql
from queues.actions.assignment.claiming import claim_next

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)
HALF_A_MINUTE = 30_000


def boxes(page: Any) -> list[Any]:
    """Where headings and cells stand."""
    cells = page.locator("#reservations h2, #reservations th, #reservations td").all()
    return [cell.bounding_box() for cell in cells]


def test_the_list_renews_itself_without_moving_anything(cast: Cast, someone: Any) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=3)
    holds = [claim_next(queue_id=queue.pk, user=user) for user in people]
    page = someone(cast.manager, as_it_is=True).page
    page.clock.install()
    page.goto(f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/reservations/")
    release = page.get_by_role("button", name=f"Release the hold of {cast.second.name}")
    release.focus()
    before = boxes(page)
    sql.run(
        "update queues_slot set expires_at = clock_timestamp() + interval '7 minutes 30 seconds'"
        " where state = 'held'"
    )
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(page.locator("#reservations")).to_contain_text("7 minutes")
    expect(release).to_be_focused()
    assert boxes(page) == before
    factories.lapse(holds[0].slot_id)
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(page.locator("#reservations tbody tr")).to_have_count(1)
    expect(release).to_be_focused()
