"""Reading by keyboard: the item scrolls wherever the focus is, and answers stay as they are."""

from typing import Any

import pytest
from playwright.sync_api import Page

from .. import factories
from ..conftest import Cast
from ..reviews.judging import answer, reviewed_queue
from ..reviews.review_pages import url
from .expecting import expect
from .reading import add, calls, make_queue, open_workspace, says

pytestmark = pytest.mark.django_db(transaction=True)

FACTS = "Rule {0}: nobody refunds a basic ticket without a reason. " * 30
MESSAGES = [
    says("system", "# Policy\n\n" + "A long rule of the house. " * 60), says("user", "Change it."),
    *calls(1, "get_flight", {"price": 12}), *calls(2, "book", "Error: no such card"),
    *[says("assistant" if n % 2 else "user", FACTS.format(n)) for n in range(8)],
    *calls(3, "refund", "Error: too late"),
]  # fmt: skip


def top(page: Page) -> float:
    found: float = page.evaluate("() => document.getElementById('ws-item').scrollTop")
    return found


def press(page: Page, *keys: str) -> float:
    """One after the other; where the item is scrolled to then."""
    for key in keys:
        page.keyboard.press(key)
    return top(page)


def nothing_is_answered(page: Page) -> None:
    expect(page.locator("#ws-form :checked")).to_have_count(0)
    expect(page.locator("#ws-saved")).to_have_text("")


def here(page: Page) -> str:
    """What the focus is on: the class of a message, or its id."""
    found: str = page.evaluate(
        "() => document.activeElement.getAttribute('aria-label')"
        " ?? (document.activeElement.id || document.activeElement.className)"
    )
    return found


@pytest.fixture
def page(cast: Cast, someone: Any) -> Page:
    content = {"messages": MESSAGES, "verdict": {"a": {"b": {"c": 1}}}}
    queue = make_queue(cast, content, guidelines="Judge " * 3000)
    return open_workspace(someone(cast.annotator).page, queue)


def test_every_scrolling_key_scrolls_the_item_from_wherever_the_hands_are(page: Page) -> None:
    for focus in ("#ws-title", "#ws-form .answer [data-clear]", ".ws-queue", "#ws-extend"):
        if focus == ".ws-queue":
            page.locator(focus).click()  # the focus is on nothing
        elif focus != "#ws-form .answer [data-clear]":
            page.locator(focus).focus()
        assert press(page, "Home") == 0
        lines = press(page, "j", "j")
        assert 0 < lines < press(page, "PageDown"), focus
        press(page, "PageUp", "k")
        assert 0 < press(page, "k") + 1 <= lines, focus
        assert press(page, "End") > 2000, focus
        assert press(page, "Shift+Space" if focus != "#ws-extend" else "PageUp") > 0
    nothing_is_answered(page)
    # What scrolls or acts by itself keeps its keys.
    press(page, "Home", "g")
    page.locator("#guidelines").focus()
    assert press(page, "PageDown", "Space", "ArrowDown") == 0
    page.wait_for_function("() => document.getElementById('guidelines').scrollTop > 0")
    page.locator("#ws-form [type=radio]").first.focus()
    assert press(page, "PageDown") > 0
    assert press(page, "Home") == 0
    press(page, "Space")  # a radio button that has the focus is answered by it, as everywhere
    expect(page.locator("#ws-form :checked")).to_have_count(1)


def test_messages_failed_steps_and_folds_have_keys(page: Page) -> None:
    page.keyboard.press("n")
    page.wait_for_function("() => document.activeElement.matches('.turn')")
    first = here(page)
    assert press(page, "n", "n") > 0
    assert here(page).startswith("Message")
    assert here(page) != first
    press(page, "Shift+n", "Shift+n")
    assert here(page) == first
    assert press(page, "Space") > 0  # the focus is on a message: it scrolls
    names = []
    for _ in range(3):
        press(page, "w")
        page.wait_for_function("() => document.activeElement.closest('[data-failure]')")
        expect(page.locator("[data-failure]:focus")).to_be_in_viewport()
        names.append(page.locator("[data-failure]:focus").inner_text().split("\n")[0])
    expect(page.locator("#ws-announce")).to_have_text("Failed step 1 of 2")
    assert len(set(names)) == 2
    press(page, "x")
    expect(page.locator("#ws-item .reading details:not([open])")).to_have_count(0)
    expect(page.get_by_role("button", name="Open all")).to_have_attribute("aria-pressed", "true")
    press(page, "x")
    expect(page.locator("#ws-item .reading details[open]")).to_have_count(0)
    page.get_by_role("button", name="Open all").click()
    expect(page.locator("#ws-item .reading details:not([open])")).to_have_count(0)
    nothing_is_answered(page)


def test_a_review_is_read_and_decided_by_keyboard_alone(cast: Cast, someone: Any) -> None:
    """Scrolled, remarked upon, a final value chosen, sent back, by keys; nothing is clicked."""
    queue = reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], items=0,
        fields=[factories.make_field(cast.project, name="Right")],
    )  # fmt: skip
    trace = factories.make_trace(cast.project, inputs={}, outputs={"messages": MESSAGES})
    add(queue, [trace])
    item = answer(queue, cast.annotator)
    page = someone(cast.reviewer).page
    page.goto(url("item-review", queue, item))
    expect(page.get_by_role("button", name="Review this item")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ws-title")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("1")  # no field is in sight
    expect(page.locator("#ws-form .answer :checked")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Remark", exact=True)).to_be_focused()
    page.keyboard.type("Look at the second call.")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#ws-form .answer[data-current]")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#ws-announce")).to_have_text("Right: No")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#ws-form [data-current]")).to_contain_text("Remark")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    page.keyboard.press("b")
    page.wait_for_url(url("review-list", queue))
    item.refresh_from_db()
    assert item.round == 2
