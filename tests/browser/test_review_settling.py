"""Settling answers that differ in real Chromium, a remark that is missing, and where toasts are."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from queues.models import Item
from reviews.models import Review, Score

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer, reviewed_queue
from .desks import Tab
from .desks import make_queue as make_annotated_queue
from .expecting import expect
from .test_review import looked_at, open_next

pytestmark = pytest.mark.django_db(transaction=True)

SIZES: list[ViewportSize] = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
DONE = "Nothing else is waiting for you here"
# The buttons at the foot of the form of which a toast takes clicks.
COVERED = """() => [...document.querySelectorAll("#ws-form .ws-foot button")].filter((one) => {
  const box = one.getBoundingClientRect();
  const points = [[.1, .5], [.5, .5], [.9, .5], [.5, .1], [.5, .9]];
  return points.some(([x, y]) => document.elementFromPoint(
    box.x + box.width * x, box.y + box.height * y)?.closest("#messages"));
}).map((one) => one.textContent.trim())"""


@pytest.fixture
def item(cast: Cast) -> Item:
    queue = reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], items=2,
        fields=[factories.make_field(cast.project, name="Kind")],
    )  # fmt: skip
    answer(queue, cast.annotator, value="true")
    return answer(queue, cast.second, value="false")


@pytest.fixture
def page(cast: Cast, item: Item, someone: Any) -> Page:
    page: Page = someone(cast.reviewer).page
    open_next(page, item.queue)
    looked_at(page)
    return page


def test_approve_asks_once_by_keys_as_well(item: Item, page: Page) -> None:
    page.keyboard.press("Control+Enter")
    notice = page.locator("#ws-notice")
    expect(notice).to_contain_text("The answers to “Kind” differ, and no final value is chosen.")
    expect(notice.get_by_role("link")).to_have_count(0)
    assert not Review.objects.exclude(decided_at=None).exists()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(DONE)).to_be_visible()
    assert not Score.objects.filter(annotation=None).exists()


def test_an_answer_is_taken_as_the_final_value(item: Item, page: Page) -> None:
    take = page.get_by_role("group", name="Take an answer: Kind")
    take.get_by_role("button", name="Tomasz").click()
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    take.get_by_role("button", name="Amara").click()
    expect(page.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    expect(page.locator("#ws-announce")).to_contain_text(": Yes")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text(DONE)).to_be_visible()
    assert Score.objects.get(annotation=None).value is True


def test_sending_back_without_a_remark_leads_to_it_and_loses_nothing(page: Page) -> None:
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="Send back").click()
    remark = page.get_by_label("Remark", exact=True)
    expect(remark).to_be_focused()
    expect(remark).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#ws-alert")).to_have_text(
        "Remark: Write what needs to change, then send the item back."
    )
    expect(page.get_by_role("link", name="Reload")).to_have_count(0)
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    page.keyboard.type("Read the policy")
    expect(remark).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#remark-error")).to_have_count(0)
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text(DONE)).to_be_visible()
    assert Review.objects.get().remark == "Read the policy"


@pytest.mark.parametrize("size", SIZES, ids=["1440", "390"])
def test_toasts_cover_no_button_of_a_review(
    cast: Cast, item: Item, page: Page, size: ViewportSize
) -> None:
    answer(item.queue, cast.annotator, cast.second)
    page.set_viewport_size(size)
    page.keyboard.press("Control+Enter")
    page.get_by_text("press Approve again").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Approved")
    looked_at(page)
    assert page.evaluate(COVERED) == []


@pytest.mark.parametrize("size", SIZES, ids=["1440", "390"])
def test_toasts_cover_no_button_of_the_workspace(
    cast: Cast, someone: Any, size: ViewportSize
) -> None:
    tab = Tab(someone(cast.annotator, viewport=size).page, make_annotated_queue(cast)).start()
    tab.page.evaluate("import('/static/js/site.js').then(({ say }) => say('Copied. '.repeat(30)))")
    tab.page.locator(".toast").wait_for()
    assert tab.page.evaluate(COVERED) == []
