"""From item to form by keyboard: few stops, a link past them, and copying still within reach."""

from typing import Any

import pytest
from playwright.sync_api import Page

from queues.models import Queue

from ..conftest import Cast
from .expecting import expect
from .reading import conversation, make_queue, open_workspace

pytestmark = pytest.mark.django_db(transaction=True)
STOPS = """() => [...document.querySelectorAll("#ws-item :is(a, button, summary, [tabindex])")]
  .filter((one) => one.tabIndex >= 0 && one.checkVisibility()).map((one) => one.outerHTML)"""


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast, {"messages": conversation(300)}, {"messages": conversation(4)})


@pytest.fixture
def page(cast: Cast, queue: Queue, someone: Any) -> Page:
    return open_workspace(someone(cast.annotator).page, queue)


def test_three_hundred_messages_are_not_three_hundred_tab_stops(page: Page) -> None:
    expect(page.locator("[data-copy-code]").first).to_be_attached()
    stops = page.evaluate(STOPS)
    assert sum("data-copy-turn" in stop for stop in stops) == 1
    assert len(stops) <= 12, stops  # one is the copy of the system text, open the first time


def test_arrows_lead_from_one_copy_button_to_the_next_and_tab_comes_back_to_it(
    page: Page,
) -> None:
    copies = page.locator("#ws-item [data-copy-turn]")
    copies.first.focus()
    expect(copies.first).to_have_accessible_name("Copy this message")
    page.keyboard.press("ArrowDown")
    expect(copies.nth(1)).to_be_focused()
    expect(copies.nth(1)).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("It failed.")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(copies.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(copies.first).to_be_focused()


def test_the_first_stop_of_the_item_leads_to_the_form(page: Page) -> None:
    page.locator("#ws-item").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the form")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the form")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#ws-form :focus")).to_be_visible()
