"""Find in the item, and its trees by keyboard, in real Chromium."""

from typing import Any

import pytest
from playwright.sync_api import Page

from queues.models import Queue

from ..conftest import Cast
from .expecting import expect
from .reading import conversation, is_dressed, make_queue, open_workspace

pytestmark = pytest.mark.django_db(transaction=True)
NO_HIGHLIGHTS = "Object.defineProperty(CSS, 'highlights', {value: undefined})"


@pytest.fixture
def queue(cast: Cast) -> Queue:
    verdict = {"by": {"name": "Ada", "odd.key": {"back\\slash": [1, "two"]}}, "score": 0.5}
    contents: list[dict[str, Any]] = [
        {"messages": conversation(12), "verdict": verdict},
        {"messages": conversation(4)},
    ]
    return make_queue(cast, *contents)


@pytest.fixture
def page(cast: Cast, queue: Queue, someone: Any) -> Page:
    return open_workspace(someone(cast.annotator).page, queue)


def find(page: Page, text: str) -> None:
    page.keyboard.press("/")
    expect(page.locator("[data-find-text]")).to_be_focused()
    page.keyboard.type(text)


def is_here(page: Page, text: str) -> None:
    """The match that is shown now is this text, or comes to be."""
    page.wait_for_function(
        "text => [...(CSS.highlights.get('find-here') ?? [])][0]?.toString() === text", arg=text
    )


def in_sight(page: Page) -> bool:
    seen: bool = page.evaluate("""() => {
      const place = [...CSS.highlights.get("find-here")][0].getBoundingClientRect();
      const item = document.getElementById("ws-item").getBoundingClientRect();
      const bar = document.querySelector("[data-find]").getBoundingClientRect();
      return place.height > 0 && place.top >= bar.bottom && place.bottom <= item.bottom;
    }""")
    return seen


def test_matches_are_counted_visited_in_turn_and_unfolded(page: Page) -> None:
    find(page, "zfa04y")
    count = page.locator("[data-find-count]")
    expect(count).to_have_text("1 of 1")
    assert page.locator(".tool").first.evaluate("tool => tool.open")
    is_here(page, "ZFA04Y")
    assert in_sight(page)
    page.locator("[data-find-text]").fill("what else")
    expect(count).to_have_text("1 of 2")
    page.keyboard.press("Enter")
    expect(count).to_have_text("2 of 2")
    page.keyboard.press("Enter")
    expect(count).to_have_text("1 of 2")
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text("2 of 2")
    assert in_sight(page)
    assert count.get_attribute("role") == "status"


def test_a_match_may_cross_words_in_bold_and_nothing_is_written_into_the_page(page: Page) -> None:
    is_dressed(page)
    before = page.locator("[data-reading]").inner_html()
    find(page, "it failed")
    expect(page.locator("[data-find-count]")).to_have_text("1 of 1")
    is_here(page, "It failed")
    assert page.locator("[data-reading]").inner_html() == before
    page.locator("[data-find-text]").fill("<b>nowhere")
    expect(page.locator("[data-find-count]")).to_have_text("No match")


def test_closing_gives_the_focus_back_and_the_next_item_starts_afresh(page: Page) -> None:
    find(page, "flight")
    expect(page.locator("[data-find-count]")).to_contain_text("1 of")
    page.keyboard.press("Escape")
    expect(page.locator("[data-find]")).to_be_hidden()
    expect(page.locator("[data-find-open]")).to_be_focused()
    assert page.evaluate("CSS.highlights.size") == 0
    find(page, "flight")
    page.locator("#ws-form:not([data-new]) [data-action=skip]").click()
    expect(page.locator(".ws-count")).to_have_text("0 done · 1 left")
    expect(page.locator("[data-find]")).to_be_hidden()
    assert page.evaluate("CSS.highlights.size") == 0


def test_the_raw_view_is_searched_while_it_is_shown(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.locator("[data-raw-text]")).to_be_visible()
    find(page, '"tool_calls"')
    expect(page.locator("[data-find-count]")).to_have_text("1 of 2")


def test_without_highlights_a_match_is_shown_and_slow_typing_keeps_every_letter(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.annotator).page
    page.add_init_script(NO_HIGHLIGHTS)
    open_workspace(page, queue)
    page.keyboard.press("/")
    page.keyboard.type("zfa04", delay=200)
    expect(page.locator("[data-find-text]")).to_have_value("zfa04")
    expect(page.locator("[data-find-count]")).to_have_text("1 of 1")
    expect(page.get_by_text("ZFA04Y").first).to_be_in_viewport()


# ---- Trees -------------------------------------------------------------------------------------


def focused(page: Page) -> str:
    text: str = page.evaluate("document.activeElement.querySelector('.json-key')?.textContent")
    return text


def test_a_tree_is_walked_folded_and_opened_by_arrows(page: Page) -> None:
    tree = page.locator(".reading-section .json").last
    tree.locator("summary").first.focus()
    assert focused(page) == "by"
    page.keyboard.press("ArrowLeft")
    expect(tree.get_by_text("Ada")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    assert focused(page) == "score"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_text("Ada")).to_be_visible()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "name"
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "by"
    page.keyboard.press("End")
    assert focused(page) == "score"
    assert tree.locator("[tabindex='0']").count() == 1
    assert page.locator(".answer :checked").count() == 0


def test_each_branch_is_as_tall_as_a_finger_needs(page: Page) -> None:
    """24 pixels. axe asks it only of the one that is in the tab order."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    tree = page.locator(".reading-section .json").last
    boxes = [one.bounding_box() for one in tree.locator("summary").all()]
    assert [box for box in boxes if box and box["height"] >= 24] == boxes != []


def test_the_path_of_a_key_is_copied_by_key_and_by_click_with_its_type_told(page: Page) -> None:
    tree = page.locator(".reading-section .json").last
    tree.locator("summary").first.focus()
    page.keyboard.press("ArrowDown")
    expect(tree.locator(".row-tools")).to_contain_text("string")
    page.keyboard.press("c")
    page.wait_for_function("async () => await navigator.clipboard.readText() === 'verdict.by.name'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(tree.locator(".row-tools")).to_contain_text("list")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(tree.locator(".row-tools")).to_contain_text("string")
    tree.locator(".row-tools button").click()
    path = "verdict.by.odd\\\\.key.back\\\\\\\\slash.1"
    page.wait_for_function(f"async () => await navigator.clipboard.readText() === '{path}'")
