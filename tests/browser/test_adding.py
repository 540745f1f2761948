"""From an empty queue to its items, and the tree of what annotators see, in real Chromium."""

from typing import Any

import pytest
from playwright.sync_api import Page

from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)
OUTPUTS = {"model": {"text": "nine", "is_correct": False}}


@pytest.fixture
def queue(cast: Cast) -> Queue:
    factories.make_queue(cast.project, name="Another")
    for number in (1, 2, 3):
        factories.make_trace(
            cast.project, inputs={"question": f"Question {number}"}, outputs=OUTPUTS
        )
    return factories.make_queue(cast.project, by=cast.manager, name="Airline agent")


def path(queue: Queue) -> str:
    return f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/"


def test_from_choose_traces_the_queue_stays_chosen_to_the_end(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager).page
    page.goto(path(queue))
    page.get_by_role("link", name="Choose traces").click()
    expect(page.get_by_role("region", name="Adding to a queue")).to_contain_text("Airline agent")
    page.get_by_role("link", name="Only those in no queue").click()
    page.locator("[data-bulk-item]").first.check()
    page.get_by_role("button", name="Add to Airline agent").click()
    expect(page.get_by_role("heading", name="Add to Airline agent")).to_be_visible()
    page.get_by_role("button", name="Add 1 trace").click()
    expect(page.get_by_role("heading", name="Airline agent", level=1)).to_be_visible()
    assert queue.items.count() == 1
    page.get_by_label("More about Airline agent").click()
    page.get_by_role("link", name="Add traces").click()
    expect(page.locator(".ticked-off")).to_have_count(1)
    page.get_by_role("link", name="Add all 3", exact=True).click()
    page.get_by_role("button", name="Add 3 traces").click()
    expect(page.get_by_text("2 traces added to Airline agent. 1 already there.")).to_be_visible()


def tree(page: Page) -> tuple[Any, Any, Any]:
    outputs = page.get_by_role("group", name="Outputs that annotators see")
    return (
        outputs.get_by_role("checkbox", name="model in"),
        outputs.get_by_role("checkbox", name="model: text"),
        outputs.get_by_role("checkbox", name="model: is_correct"),
    )


def press(page: Page, box: Any) -> None:
    """Space on it, and the preview that follows."""
    with page.expect_response("**/queues/add/"):
        box.press("Space")


def test_the_tree_has_three_states_by_keyboard_and_what_is_unticked_is_not_added(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager).page
    page.goto(f"/p/{cast.project.slug}/annotate/queues/add/?all=1&for={queue.pk}")
    top, text, key = tree(page)
    expect(top).to_be_checked()
    press(page, key)
    expect(key).not_to_be_checked()
    expect(top).to_be_checked(indeterminate=True)
    expect(page.locator("#preview")).not_to_contain_text("is_correct")
    press(page, top)  # from half to whole, and then to none
    expect(key).to_be_checked()
    press(page, top)
    expect(text).not_to_be_checked()
    expect(top).not_to_be_checked()
    press(page, text)
    expect(top).to_be_checked(indeterminate=True)
    page.get_by_role("button", name="Add 3 traces").click()
    expect(page.get_by_text("3 traces added")).to_be_visible()
    shown = {str(item.snapshot["outputs"]) for item in queue.items.all()}
    assert shown == {str({"model": {"text": "nine"}})}


def test_without_scripts_a_box_that_is_emptied_is_left_out_too(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager, java_script_enabled=False).page
    page.goto(f"/p/{cast.project.slug}/annotate/queues/add/?all=1&for={queue.pk}")
    _, _, key = tree(page)
    key.uncheck()
    page.get_by_role("button", name="Add 3 traces").click()
    expect(page.get_by_text("3 traces added")).to_be_visible()
    assert all("is_correct" not in str(item.snapshot) for item in queue.items.all())


def test_at_320_pixels_every_tab_and_every_page_is_in_sight(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager, viewport={"width": 320, "height": 640}).page
    page.goto(path(queue))
    for name in ("Main", "Airline agent"):
        links = page.get_by_role("navigation", name=name).get_by_role("link")
        assert links.count() >= 4
        for link in links.all():
            box = link.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_figure_is_beside_its_word(cast: Cast, queue: Queue, someone: Any) -> None:
    page = someone(cast.manager).page
    page.goto(f"{path(queue)}progress/")
    table = page.get_by_role("table", name="Items by status")
    assert table.bounding_box()["width"] <= 420
    page.goto(f"/p/{cast.project.slug}/people/")
    cells = page.locator("td.main .sub")
    heights = {round(cell.bounding_box()["height"]) for cell in cells.all()}
    assert len(heights) == 1  # no address is broken while there is room beside it
