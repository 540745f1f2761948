"""A review in real Chromium: what is typed is saved, wherever it stands; the keys decide."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from annotate_site.projects.events import SYSTEM
from queues.actions.people.members import add_members
from queues.models import Item, Queue
from reviews.models import Annotation, Review, Score

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge, answer, lapse, reviewed_queue
from ..reviews.review_pages import url
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(cast: Cast) -> Item:
    queue = reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], items=2,
        fields=[factories.make_field(cast.project, name="Right")], guidelines="Judge the answer.",
    )  # fmt: skip
    answer(queue, cast.annotator)
    return answer(queue, cast.second)


def looked_at(page: Page) -> None:
    """It has been there long enough for a decision to be meant for it, as its scripts know."""
    expect(page.locator("#ws-form")).not_to_have_attribute("data-new", "")


@pytest.fixture
def page(cast: Cast, item: Item, someone: Any) -> Page:
    """The reviewer's tab, with the item open."""
    page: Page = someone(cast.reviewer).page
    open_next(page, item.queue)
    return page


def open_next(page: Page, queue: Queue) -> None:
    page.goto(url("review-list", queue))
    page.get_by_role("button", name="Review the next item").click()
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    looked_at(page)


def test_remarks_are_saved_as_one_types_and_reach_their_author(
    cast: Cast, item: Item, page: Page, someone: Any
) -> None:
    page.locator(".rv-remark summary").first.click()
    page.locator(".rv-remark textarea").first.fill("Read the policy")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    page.get_by_label("Remark", exact=True).fill("Look at both again")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    draft = Review.objects.get(item=item).draft
    assert draft["remark"] == "Look at both again"
    page.reload()
    expect(page.locator(".rv-remark textarea").first).to_have_value("Read the policy")
    looked_at(page)
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("Nothing else is waiting for you here")).to_be_visible()
    author = someone(cast.annotator).page
    author.goto(f"/p/{cast.project.slug}/annotate/queues/{item.queue_id}/workspace/")
    author.get_by_role("button", name="Start annotating").click()
    expect(author.get_by_text("Look at both again")).to_be_visible()
    expect(author.get_by_text("Read the policy")).to_be_visible()
    expect(author.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    assert Annotation.objects.filter(item=item, round=1).count() == 2


def test_a_final_value_and_ctrl_enter_approve_in_one_go(item: Item, page: Page) -> None:
    page.get_by_text("Final values").click()
    page.get_by_role("radio", name="No", exact=True).check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing else is waiting for you here")).to_be_visible()
    item.refresh_from_db()
    assert (item.status, item.review_state) == ("completed", "approved")
    assert Score.objects.get(annotation=None).value is False


def test_more_time_is_a_key_away(item: Item, page: Page) -> None:
    page.locator(".ws-item").focus()
    page.keyboard.press("e")
    expect(page.locator("#ws-announce")).to_contain_text("Time extended")


def test_a_save_after_a_lapse_says_who_has_the_item_now(cast: Cast, item: Item, page: Page) -> None:
    lapse(item)
    add_members(queue=item.queue, users=[cast.member], actor=SYSTEM, can_review=True)
    Judge(item.queue, cast.member).open(item)
    page.get_by_label("Remark", exact=True).fill("Too late")
    expect(page.locator("#ws-notice")).to_contain_text("Meera Pillai is reviewing it. What you")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    assert Review.objects.get(item=item).draft["remark"] == "Too late"


def test_a_save_whose_answer_is_lost_is_sent_again_and_is_no_conflict(
    item: Item, page: Page
) -> None:
    remark, word = page.get_by_label("Remark", exact=True), page.locator("#ws-saved")
    held: list[Route] = []
    page.route("**/draft/", lambda route: held.append(route))
    remark.fill("first half ")
    while not held:
        page.wait_for_timeout(20)
    held[0].fetch()
    held[0].abort("internetdisconnected")
    page.unroute("**/draft/")
    expect(word).to_have_text("Not saved: no connection")
    assert Review.objects.get(item=item).draft["remark"] == "first half "
    remark.fill("first half, second half")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(word).to_have_text("Saved")
    expect(page.locator("#ws-notice")).to_be_empty()
    assert Review.objects.get(item=item).draft["remark"] == "first half, second half"


def test_two_texts_of_two_tabs_stand_side_by_side(item: Item, page: Page) -> None:
    other, saved = page.context.new_page(), "Needs a source"
    other.goto(page.url)
    looked_at(other)
    other.locator(".rv-remark summary").first.click()
    other.get_by_label("Remark on Right by Amara").fill(saved)
    expect(other.locator("#ws-saved")).to_have_text("Saved")
    page.get_by_label("Remark", exact=True).fill("Look again")
    both = page.get_by_role("group", name="Both texts")
    expect(both.get_by_role("row", name="Remark on Right by Amara")).to_contain_text(saved)
    page.get_by_role("button", name="Take the other").click()
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    expect(page.get_by_label("Remark on Right by Amara")).to_have_value(saved)
    expect(page.get_by_label("Remark on Right by Amara")).to_be_visible()


def test_the_keys_of_a_review_are_in_a_sheet_of_its_own(page: Page) -> None:
    sheet = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(sheet).to_contain_text("Approve, also while typing")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(sheet).to_contain_text("Find in the item")


def test_enter_in_a_box_of_one_line_neither_decides_nor_puts_back(cast: Cast, someone: Any) -> None:
    field = factories.make_field(cast.project, "integer", name="Count")
    queue = reviewed_queue(cast.project, [cast.annotator], [cast.reviewer], fields=[field])
    item, page = answer(queue, cast.annotator, value="3"), someone(cast.reviewer).page
    open_next(page, queue)
    page.get_by_text("Final values").click()
    page.get_by_role("textbox", name="Count", exact=True).fill("4")
    page.keyboard.press("Enter")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    expect(page).to_have_url(re.compile(url("item-review", queue, item)))
    assert Review.objects.get(item=item).decision == ""
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nothing else is waiting for you here")).to_be_visible()
    assert Score.objects.get(annotation=None).value == 4


# Presses Approve once more at the moment at which the next item is there, and tells on the body
# what became of it.
PRESS_AGAIN = """
const click = () => document.querySelector("[data-action=submit]").click();
const key = () => document.body.dispatchEvent(
  new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true, cancelable: true}));
new MutationObserver((changes, eyes) => {
  if (!document.getElementById("ws-announce")?.textContent) return;
  eyes.disconnect();
  %s();
  document.body.dataset.again = document.body.hasAttribute("data-swapping") ? "taken" : "let go";
}).observe(document, {subtree: true, childList: true});
"""


@pytest.mark.parametrize("press", ["click", "key"])
def test_a_second_quick_press_does_not_decide_the_next_item(
    cast: Cast, item: Item, page: Page, press: str
) -> None:
    following = answer(item.queue, cast.annotator, cast.second)
    page.add_init_script(PRESS_AGAIN % press)
    if press == "click":
        page.get_by_role("button", name="Approve").click()
    else:
        page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_have_attribute("data-again", "let go")
    looked_at(page)
    expect(page).to_have_url(re.compile(url("item-review", item.queue, following)))
    assert [one.item_id for one in Review.objects.exclude(decided_at=None)] == [item.pk]
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing else is waiting for you here")).to_be_visible()
    assert Review.objects.filter(item=following, decision="approved").exists()


POINTED = """() => {
  const form = document.getElementById("ws-form");
  form.removeAttribute("data-new");
  const before = getComputedStyle(form.querySelector("[data-action=submit]")).pointerEvents;
  form.setAttribute("data-new", "");
  return [before, getComputedStyle(form.querySelector("[data-action=submit]")).pointerEvents];
}"""


def test_before_its_scripts_have_come_a_page_takes_no_click_for_a_moment_either(page: Page) -> None:
    page.route("**/static/js/workspace.*", lambda route: route.abort("internetdisconnected"))
    page.reload()
    expect(page.locator("#ws-form")).to_have_attribute("data-new", "")
    assert page.evaluate(POINTED) == ["auto", "none"]
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("is waiting for review again. Your draft is kept.")).to_be_visible()
