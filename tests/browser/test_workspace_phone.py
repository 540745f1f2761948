"""One hand, 320 px, 200 % zoom: item first, the form a sheet, submit always in sight."""

from typing import Any

import pytest
from playwright.sync_api import Page

from queues.models import Queue

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge, answer, reviewed_queue
from .desks import Tab, is_still, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}  # of 1280 x 800
KEYBOARD = 300  # pixels that it takes


@pytest.fixture
def queue(cast: Cast) -> Queue:
    queue = make_queue(cast, items=0)
    turns = [{"role": "user", "content": "A long question that goes on. " * 60}]
    traces = [factories.make_trace(cast.project, inputs={"messages": turns}) for _ in range(2)]
    factories.add_items(queue, traces)
    return queue


@pytest.fixture
def phone(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return with_sheet(Tab(someone(cast.annotator, **PHONE).page, queue).start())


def with_sheet(tab: Tab) -> Tab:
    """Its script is fetched where the window is narrow, and comes when it may."""
    tab.page.evaluate("async () => { await import('/static/js/sheet.js'); }")
    return tab


def height(tab: Tab) -> float:
    box = tab.form.bounding_box()
    assert box
    return box["height"]


def in_sight(page: Page, selector: str) -> bool:
    """Whole, within the window, and covered by nothing."""
    seen: bool = page.evaluate(
        """(selector) => {
          const box = document.querySelector(selector).getBoundingClientRect();
          const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight + 1
            && box.right <= innerWidth + 1 && Boolean(at?.closest(selector));
        }""",
        selector,
    )
    return seen


def as_wide_as_the_window(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return wide


def swipe(page: Page, by: int) -> None:
    """From the handle, with a finger."""
    box = page.locator(".ws-handle").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    cdp = page.context.new_cdp_session(page)
    at = [{"x": x, "y": y + by * step} for step in (0, 0.3, 0.6, 1)]
    for kind, points in (
        ("touchStart", at[:1]), ("touchMove", at[1:2]), ("touchMove", at[2:3]),
        ("touchMove", at[3:]), ("touchEnd", []),
    ):  # fmt: skip
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_sheet_peeks_with_the_first_unanswered_field_and_submit(phone: Tab) -> None:
    page = phone.page
    assert height(phone) == pytest.approx(97, abs=2)
    assert as_wide_as_the_window(page)
    assert in_sight(page, "[data-action=submit]")
    assert page.locator("kbd:visible").count() == 0
    page.evaluate("window.scrollTo(0, 600)")
    assert in_sight(page, "[data-action=submit]")
    page.get_by_role("radio", name="Yes", exact=True).tap()
    expect(page.get_by_role("group", name="Helpful")).to_be_visible()
    expect(page.get_by_role("group", name="Right")).to_be_hidden()
    assert height(phone) == pytest.approx(97, abs=2)


def test_it_opens_by_handle_tap_and_swipe_and_closes_again(phone: Tab) -> None:
    handle = phone.page.get_by_role("button", name="All fields")
    handle.tap()
    expect(handle).to_have_attribute("aria-expanded", "true")
    assert height(phone) > 300
    assert in_sight(phone.page, "[data-action=submit]")
    handle.tap()
    expect(handle).to_have_attribute("aria-expanded", "false")
    phone.page.locator(".answer > legend").first.tap()
    expect(handle).to_have_attribute("aria-expanded", "true")
    handle.tap()
    swipe(phone.page, -120)
    expect(handle).to_have_attribute("aria-expanded", "true")
    swipe(phone.page, 120)
    expect(handle).to_have_attribute("aria-expanded", "false")


def test_the_remark_of_an_item_that_was_sent_back_is_seen_at_once(cast: Cast, someone: Any) -> None:
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer])
    item, judge = answer(queue, cast.annotator), Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item, form=judge.form(item, "Look again"))
    tab = Tab(someone(cast.annotator, **PHONE).page, queue).start()
    expect(tab.page.get_by_role("region", name="Sent back")).to_be_in_viewport()
    expect(tab.page.get_by_role("button", name="All fields")).to_have_attribute(
        "aria-expanded", "true"
    )


def test_an_item_is_done_with_a_thumb_and_what_is_missing_opens_the_sheet(phone: Tab) -> None:
    page = phone.page
    page.get_by_role("radio", name="Yes", exact=True).tap()
    page.get_by_role("button", name="Submit and next").tap()
    expect(phone.notice).to_contain_text("2 fields still need")
    expect(phone.form).to_have_attribute("data-open", "")
    page.locator("#ws-form .step").nth(3).tap()
    phone.text.tap()
    page.keyboard.type("fine")
    page.get_by_role("button", name="Submit and next").tap()
    expect(phone.count).to_have_text("1 done · 1 left")
    assert page.evaluate("scrollY") == 0
    assert height(phone) == pytest.approx(97, abs=2)


def test_a_keyboard_on_the_screen_hides_neither_the_text_nor_submit(phone: Tab) -> None:
    page = phone.page
    page.get_by_role("button", name="All fields").tap()
    phone.text.tap()
    page.set_viewport_size({"width": 320, "height": 640 - KEYBOARD})
    page.wait_for_function(
        "() => document.activeElement.getBoundingClientRect().bottom < innerHeight"
    )
    assert in_sight(page, "#ws-form textarea[name^=f-]")
    assert in_sight(page, "[data-action=submit]")


@pytest.mark.parametrize("options", [PHONE, ZOOMED], ids=["320px", "zoomed"])
def test_nothing_is_cut_off_or_covered(
    cast: Cast, queue: Queue, someone: Any, options: dict[str, Any]
) -> None:
    tab = with_sheet(Tab(someone(cast.annotator, **options).page, queue).start())
    for selector in ("[data-action=submit]", "[data-action=skip]", ".ws-count", ".ws-earlier"):
        assert in_sight(tab.page, selector), selector
    tab.page.get_by_role("button", name="All fields").click()
    assert in_sight(tab.page, "[data-action=submit]")
    tab.text.scroll_into_view_if_needed()
    assert in_sight(tab.page, "#ws-form textarea[name^=f-]")
    assert as_wide_as_the_window(tab.page)
    tab.answer()
    tab.page.get_by_role("button", name="Submit and next").click()
    expect(tab.count).to_have_text("1 done · 1 left")
    is_still(tab.page)
    tab.page.get_by_role("link", name="Back through the items you submitted").click()
    expect(tab.page.get_by_role("region", name="An item you submitted")).to_be_visible()
    assert as_wide_as_the_window(tab.page)
    tab.page.get_by_role("link", name="Back to the current item").click()
    expect(tab.form).to_be_visible()
