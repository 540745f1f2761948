"""The Progress tab in real Chromium: it renews itself and leaves everything in place."""

from typing import Any

import pytest

from annotate_site import sql
from queues.actions.assignment.claiming import claim_next

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)
TEN_SECONDS = 11_000
HIDDEN = """(hidden) => {
  Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def boxes(page: Any) -> list[Any]:
    """Where headings and cells stand."""
    cells = page.locator("#progress-live :is(h2, th, td)").all()
    return [cell.bounding_box() for cell in cells]


def polls(requests: list[Any]) -> int:
    return sum("hx-request" in one.headers for one in requests)


def test_the_figures_renew_themselves_without_moving_anything(cast: Cast, someone: Any) -> None:
    people = [cast.annotator, cast.second]
    queue = factories.make_queue(cast.project, annotators=people, items=4)
    factories.finish(claim_next(queue_id=queue.pk, user=cast.annotator).item_id)
    holds = [claim_next(queue_id=queue.pk, user=user) for user in people]
    page = someone(cast.manager, as_it_is=True).page
    asked: list[Any] = []
    page.on("request", lambda one: asked.append(one))
    page.clock.install()
    page.goto(f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/progress/")
    fold = page.locator("#burn-table")
    fold.locator("summary").click()
    release = page.get_by_role("button", name=f"Release the hold of {cast.second.name}")
    release.focus()
    before = boxes(page)
    sql.run("delete from annotate_cache")
    sql.run(
        "update queues_slot set expires_at = clock_timestamp() + interval '7 minutes 30 seconds'"
        " where state = 'held'"
    )
    page.clock.fast_forward(TEN_SECONDS)
    expect(page.locator("#reservations")).to_contain_text("7 minutes")
    expect(release).to_be_focused()
    expect(fold).to_have_attribute("open", "")
    assert boxes(page) == before
    page.evaluate(HIDDEN, True)
    factories.lapse(holds[0].slot_id)
    sql.run("delete from annotate_cache")
    for _ in range(3):
        page.clock.run_for(TEN_SECONDS)
    assert polls(asked) == 1
    page.evaluate(HIDDEN, False)  # asked at once, and not only ten seconds later
    expect(page.locator("#reservations tbody tr")).to_have_count(1)
    expect(release).to_be_focused()
    assert polls(asked) == 2
