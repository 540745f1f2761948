"""Back and forward through one's own items; the present one is never lost on the way."""

import re
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Error, Locator

from annotate_site.projects.events import SYSTEM
from queues.actions.items.changing import remove_item
from queues.models import Queue
from reviews.actions import undoing
from reviews.models import Annotation

from ..conftest import Cast
from ..reviews.working import Worker
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    queue = make_queue(cast, items=4)
    worker = Worker(queue, cast.annotator)
    for text in ("older answer", "newer answer"):
        worker.submit(worker.claim(), "true", "4", text)
    return queue


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, queue).start()


def past(tab: Tab) -> Locator:
    return tab.page.get_by_role("region", name="An item you submitted")


def test_left_goes_back_right_returns_and_unsaved_text_stays(tab: Tab) -> None:
    held = tab.slowly("draft")
    tab.text.fill("half a thought")
    tab.press("Escape", "ArrowLeft")
    expect(past(tab)).to_contain_text("newer answer")
    expect(past(tab).locator("[data-past-title]")).to_be_focused()
    tab.press("ArrowLeft")
    expect(past(tab)).to_contain_text("older answer")
    expect(past(tab)).to_contain_text("The first you submitted")
    tab.press("Control+Enter", "s", "p", "1", "ArrowDown")  # none is meant for what is hidden
    tab.press("ArrowRight")
    expect(past(tab)).to_contain_text("newer answer")
    tab.press("ArrowRight")
    expect(past(tab)).to_be_hidden()
    expect(tab.text).to_have_value("half a thought")
    tab.has_focus("ws-title")
    tab.page.unroute("**/draft/")
    for route in held:
        with suppress(Error):  # given up meanwhile, and sent again
            route.continue_()
    expect(tab.word).to_have_text("Saved")
    expect(tab.count).to_have_text("2 done · 2 left")
    assert "half a thought" in str(Annotation.objects.get(state="draft").draft)


def test_a_click_before_htmx_has_seen_what_a_swap_brought_stays_in_the_page(tab: Tab) -> None:
    tab.text.fill("half a thought")
    tab.page.evaluate("""() => {
      const seen = document.querySelector(".ws-earlier");
      const brought = seen.cloneNode(true);  // as a swap puts it there, for a moment
      seen.replaceWith(brought);
      brought.click();
    }""")
    expect(past(tab)).to_contain_text("newer answer")
    tab.press("ArrowRight")
    expect(tab.text).to_have_value("half a thought")
    expect(tab.page).to_have_url(re.compile("/workspace/$"))


def test_a_past_item_that_cannot_be_shown_says_so_and_changes_nothing_else(
    tab: Tab,
) -> None:
    tab.saved("half a thought")
    tab.page.locator("#ws-item").focus()
    tab.press("ArrowLeft")
    expect(past(tab)).to_contain_text("newer answer")
    tab.page.context.set_offline(True)
    tab.press("ArrowLeft")
    expect(tab.page.get_by_text("Not shown: no connection")).to_be_visible()
    tab.page.context.set_offline(False)
    for one in Annotation.objects.filter(state="submitted"):
        remove_item(queue=tab.queue, item_id=one.item_id, confirmed=True, actor=SYSTEM)
    tab.press("ArrowLeft")
    expect(tab.page.get_by_text("What you were reading has been undone")).to_be_visible()
    expect(past(tab)).to_be_hidden()
    expect(tab.text).to_have_value("half a thought")
    expect(tab.word).to_have_text("Saved")
    expect(tab.notice).to_be_empty()


def test_a_past_item_offers_correct_and_undo_where_they_work(
    tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "UNDO_FOR", timedelta(hours=1))
    tab.page.get_by_role("link", name="Back through the items you submitted").click()
    expect(past(tab).get_by_role("link", name="Correct your answers")).to_be_visible()
    undo = past(tab).get_by_role("button", name="Undo this submit")
    tab.press("ArrowLeft")
    expect(past(tab)).to_contain_text("older answer")
    expect(undo).to_be_hidden()
    tab.press("ArrowRight")
    expect(past(tab)).to_contain_text("newer answer")
    undo.click()
    expect(past(tab)).to_be_hidden()
    expect(tab.text).to_have_value("newer answer")
    expect(tab.notice).to_contain_text("Undone")
    expect(tab.count).to_have_text("1 done · 3 left")


def test_correcting_a_past_item_leads_back_to_the_present_one(tab: Tab) -> None:
    present = tab.item
    tab.page.get_by_role("link", name="Back through the items you submitted").click()
    correct = past(tab).get_by_role("link", name="Correct your answers")
    correct.click()
    tab.page.get_by_role("link", name="Cancel").click()
    expect(tab.form).to_have_attribute("data-item", present)
    expect(tab.page.locator("#ws-announce")).to_contain_text("Item: ")  # its scripts have come
    tab.page.get_by_role("link", name="Back through the items you submitted").click()
    correct.click()
    tab.page.locator("textarea[name^=f-]").fill("put right")
    tab.page.get_by_role("button", name="Save the correction").click()
    expect(tab.form).to_have_attribute("data-item", present)
    expect(tab.page.get_by_text("Your answers are corrected.")).to_be_visible()


def test_escape_returns_and_arrows_stay_with_texts_and_sliders(tab: Tab) -> None:
    tab.text.fill("word")
    tab.press("ArrowLeft")
    expect(past(tab)).to_be_hidden()
    tab.page.locator("#ws-item").focus()
    tab.press("ArrowLeft")
    expect(past(tab)).to_be_visible()
    tab.press("Escape")
    expect(past(tab)).to_be_hidden()
    expect(tab.page.locator("#ws-item")).to_be_focused()
