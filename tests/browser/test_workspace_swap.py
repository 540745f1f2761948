"""At the moment of the swap: the wrong item is never submitted, and nothing moves."""

from typing import Any

import pytest
from playwright.sync_api import Page

from queues.models import Queue
from reviews.models import Annotation

from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def optional(cast: Cast) -> Queue:
    """Every field may stay empty: whatever is sent would be taken."""
    queue = make_queue(cast)
    queue.queue_fields.update(required=False)
    return queue


@pytest.fixture
def tab(cast: Cast, optional: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, optional).start()


def submitted() -> list[Any]:
    found = Annotation.objects.filter(state="submitted").order_by("submitted_at")
    return [str(one.item_id) for one in found]


CLICK = "document.querySelector('[data-action=submit]').click()"
PRESS = """document.body.dispatchEvent(new KeyboardEvent("keydown", {
  key: "Enter", code: "Enter", ctrlKey: true, bubbles: true, cancelable: true,
}))"""


def at_the_swap(page: Page, act: str) -> None:
    """Does this at the moment when the next item is there, however long it takes to come."""
    page.evaluate(
        """() => document.addEventListener("htmx:afterSettle", ({ target }) => {
          if (window.again || target.id !== "workspace") return;
          ACT;
          window.again = true;
        })""".replace("ACT", act)
    )


def test_the_second_click_of_a_double_click_does_not_submit_the_next_item(tab: Tab) -> None:
    first, button = tab.item, tab.page.get_by_role("button", name="Submit and next")
    at_the_swap(tab.page, CLICK)
    button.click()
    tab.page.wait_for_function("() => window.again")
    expect(tab.form).not_to_have_attribute("aria-busy", "true")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert submitted() == [first]


def test_a_key_held_down_or_pressed_twice_submits_one_item(tab: Tab) -> None:
    first, page = tab.item, tab.page
    at_the_swap(page, PRESS)
    page.keyboard.down("Control")
    page.keyboard.down("Enter")
    for _ in range(5):
        page.keyboard.down("Enter")  # repeats
    page.wait_for_function("() => window.again")
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    expect(tab.form).not_to_have_attribute("aria-busy", "true")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert submitted() == [first]


def test_while_a_slow_swap_is_under_way_keys_and_clicks_are_dead(tab: Tab) -> None:
    first, held = tab.item, tab.slowly("submit")
    tab.text.fill("sent")  # to be saved while the submit is under way, which is no time for it
    tab.press("Control+Enter")
    route = tab.until(held)
    expect(tab.word).to_have_text("Sending")
    tab.press_at_once("Control+Enter", "s", "p", "g", "ArrowLeft")
    tab.page.get_by_role("button", name="Skip").click()
    tab.text.focus()
    tab.page.keyboard.type(" and more")
    expect(tab.text).to_have_value("sent")
    route.continue_()
    expect(tab.count).to_have_text("1 done · 2 left")
    assert (len(held), submitted()) == (1, [first])
    assert optional_is_open(tab)


def optional_is_open(tab: Tab) -> bool:
    return not tab.queue.items.filter(status="skipped").exists()


def test_a_submit_whose_answer_is_lost_is_sent_again_and_counts_once(tab: Tab) -> None:
    first, held = tab.item, tab.slowly("submit")
    tab.slowly("draft")  # the save that would find out
    tab.press("Control+Enter")
    route = tab.until(held)
    route.fetch()
    route.abort("internetdisconnected")
    tab.page.unroute("**/submit/")
    expect(tab.word).to_have_text("Not submitted: no connection")
    assert tab.item == first
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert submitted() == [first]


@pytest.mark.parametrize(
    ("more", "word", "said"),
    [
        ("", "Saved", "Your answers were submitted: this item is done."),
        (" more", "Not saved: submitted before", "What you changed since isn't saved"),
    ],
)
def test_a_submit_that_arrived_without_an_answer_is_found_out_by_the_next_save(
    tab: Tab, more: str, word: str, said: str
) -> None:
    tab.text.fill("sent once")
    first, held = tab.item, tab.slowly("submit")
    saves = tab.slowly("draft")
    tab.press("Control+Enter")
    route = tab.until(held)
    route.fetch()
    route.abort("internetdisconnected")
    expect(tab.word).to_have_text("Not submitted: no connection")
    if more:
        tab.text.fill(f"sent once{more}")
    tab.until(saves).continue_()
    expect(tab.notice).to_contain_text(said)
    expect(tab.word).to_have_text(word)
    assert submitted() == [first]
    tab.page.unroute("**/submit/")
    tab.notice.get_by_role("button", name="Continue to the next item").click()
    expect(tab.count).to_have_text("1 done · 2 left")
    expect(tab.text).to_have_value("")


def test_a_submit_from_a_stale_tab_changes_nothing(cast: Cast, tab: Tab, someone: Any) -> None:
    other = Tab(tab.page.context.new_page(), tab.queue).open()
    assert other.item == tab.item
    first = tab.item
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    other.looked_at().press("Control+Enter")
    expect(other.notice).to_contain_text("You have submitted this item already")
    assert submitted() == [first]
    other.notice.get_by_role("button", name="Continue to the next item").click()
    expect(other.form).to_have_attribute("data-item", tab.item)


def test_park_and_skip_save_what_was_just_typed(cast: Cast, tab: Tab) -> None:
    first = tab.item
    tab.text.fill("half a thought")
    tab.page.get_by_role("button", name="Park").click()
    expect(tab.form).not_to_have_attribute("data-item", first)
    assert "half a thought" in str(Annotation.objects.get(item__id=first).draft)


def test_nothing_moves_when_the_next_item_comes(tab: Tab) -> None:
    parts = [".ws-saved", ".ws-time", ".ws-keys", ".ws-foot", ".ws-fields", "#ws-item", ".ws-title"]
    before = places(tab, parts)
    tab.saved("x")
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert places(tab, parts) == before


def places(tab: Tab, parts: list[str]) -> dict[str, list[int]]:
    """Where each part stands and how wide it is, to the pixel, once the clock tells the time."""
    expect(tab.page.locator(".ws-time")).to_contain_text("min left")
    boxes = {part: tab.page.locator(part).bounding_box() for part in parts}
    return {
        part: [round(box[side]) for side in ("x", "y", "width")]
        for part, box in boxes.items()
        if box
    }


def test_the_end_page_has_the_focus_and_undo_leads_back(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast, items=1)
    tab = Tab(someone(cast.annotator).page, queue).start()
    tab.answer()
    tab.press("Control+Enter")
    title = tab.page.get_by_role("heading", name="This queue is finished")
    expect(title).to_be_focused()
    tab.press("u")
    expect(tab.notice).to_contain_text("Undone")
    expect(tab.text).to_have_value("because")
    assert Queue.objects.get(pk=queue.pk).status == "active"
