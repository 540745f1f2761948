"""A ranking is moved by buttons, keys and dragging; the order it begins with is no answer."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Route

from fields.models import Field
from queues.models import Queue
from reviews.models import Annotation, Score

from .. import factories
from ..conftest import Cast
from .desks import Tab
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    field = factories.make_field(cast.project, "ranking", name="Order")
    fields = [factories.make_field(cast.project, name="Right"), field]
    return factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator], items=2)


@pytest.fixture
def tab(cast: Cast, someone: Any, queue: Queue) -> Tab:
    return with_its_script(Tab(someone(cast.annotator).page, queue).start())


def with_its_script(tab: Tab) -> Tab:
    """The script of rankings comes after the others; a second import awaits the first."""
    tab.page.evaluate("import('/static/js/ranking.js')")
    return tab


def answer(tab: Tab) -> Locator:
    return tab.page.locator(".answer", has=tab.page.locator("[data-ranking]"))


def has_order(tab: Tab, *labels: str) -> None:
    expect(answer(tab).locator(".choice-text")).to_have_text(labels)


def button(tab: Tab, name: str) -> Locator:
    return answer(tab).get_by_role("button", name=name)


def stored() -> list[str]:
    """The order in the draft."""
    values: dict[str, list[str]] = Annotation.objects.get().draft["values"]
    return next(given for given in values.values() if len(given) > 1)


def test_the_order_it_begins_with_is_no_answer(tab: Tab) -> None:
    has_order(tab, "Tone", "Facts", "Policy")
    expect(answer(tab)).not_to_have_attribute("data-answered", "")
    tab.page.get_by_role("radio", name="Yes").check()
    tab.press("Control+Enter")
    expect(answer(tab).locator(".answer-error")).to_have_text("This needs an answer.")
    button(tab, "Use this order").click()
    expect(answer(tab).locator(".answer-error")).to_have_count(0)
    expect(answer(tab).get_by_text("This order is your answer", exact=True)).to_be_visible()
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 1 left")
    assert ["tone", "facts", "policy"] in Score.objects.values_list("value", flat=True)


def test_buttons_move_a_row_which_keeps_the_focus(tab: Tab) -> None:
    button(tab, "Move Policy up").click()
    has_order(tab, "Tone", "Policy", "Facts")
    expect(button(tab, "Move Policy up")).to_be_focused()
    expect(answer(tab).locator("[data-rank-said]")).to_have_text("Policy: place 2 of 3")
    tab.press("Enter", "Enter")  # at the top it moves no further
    has_order(tab, "Policy", "Tone", "Facts")
    expect(button(tab, "Move Policy up")).to_have_attribute("aria-disabled", "true")
    expect(tab.word).to_have_text("Saved")
    assert stored() == ["policy", "tone", "facts"]


def test_keys_move_the_row_that_has_the_focus(tab: Tab) -> None:
    button(tab, "Move Tone down").focus()
    tab.press("Alt+ArrowDown")
    has_order(tab, "Facts", "Tone", "Policy")
    tab.press("3")
    has_order(tab, "Facts", "Policy", "Tone")
    tab.press("1", "9")
    has_order(tab, "Tone", "Facts", "Policy")
    expect(answer(tab)).to_have_attribute("data-answered", "")
    expect(tab.page.locator("#ws-form :checked:not(option)")).to_have_count(0)


def test_arriving_in_a_ranking_answers_nothing(tab: Tab) -> None:
    """The list has the focus and no button, so that no key meant to scroll moves a row."""
    tab.page.get_by_role("radio", name="Yes").focus()
    tab.press("Escape", "ArrowDown", "Enter")
    expect(answer(tab).locator(".ranks")).to_be_focused()
    tab.press("Space", "1", "Enter", "PageDown")
    expect(answer(tab)).not_to_have_attribute("data-answered", "")
    tab.press("ArrowUp")
    tab.has_focus("ws-title")


def test_a_row_is_dragged(tab: Tab) -> None:
    grip = answer(tab).locator("[data-rank-grip]").first
    last = answer(tab).locator(".rank").last.bounding_box()
    start = grip.bounding_box()
    assert start
    assert last
    mouse = tab.page.mouse
    mouse.move(start["x"] + 5, start["y"] + 5)
    mouse.down()
    mouse.move(start["x"] + 5, last["y"] + last["height"], steps=8)
    expect(answer(tab)).not_to_have_attribute("data-answered", "")
    mouse.up()
    has_order(tab, "Facts", "Policy", "Tone")
    expect(tab.word).to_have_text("Saved")
    assert stored() == ["facts", "policy", "tone"]


def test_clear_takes_the_answer_back(tab: Tab) -> None:
    button(tab, "Move Policy up").click()
    button(tab, "Clear the answer: Order").click()
    has_order(tab, "Tone", "Facts", "Policy")
    expect(answer(tab)).not_to_have_attribute("data-answered", "")
    expect(answer(tab).locator(".ranks")).to_be_focused()
    expect(tab.word).to_have_text("Saved")
    assert stored() == ["", "", ""]


def test_a_move_while_a_save_is_under_way_is_saved_too(tab: Tab) -> None:
    """The same options in another order are another answer."""
    waiting: list[Route] = []
    tab.page.route("**/draft/", lambda route: waiting.append(route), times=1)
    with tab.page.expect_request("**/draft/"):
        button(tab, "Move Policy up").click()
    button(tab, "Move Tone down").click()
    waiting.pop().continue_()
    expect(tab.word).to_have_text("Saved")
    assert stored() == ["policy", "tone", "facts"]


def test_a_draft_comes_back_in_its_order(tab: Tab) -> None:
    button(tab, "Move Policy up").click()
    expect(tab.word).to_have_text("Saved")
    tab.page.reload()
    expect(answer(tab)).to_have_attribute("data-answered", "")
    has_order(tab, "Tone", "Policy", "Facts")


def test_what_was_not_sent_comes_back_in_its_order(tab: Tab) -> None:
    tab.page.route("**/draft/", lambda route: route.abort("internetdisconnected"))
    button(tab, "Move Policy up").click()
    expect(tab.word).to_contain_text("Not saved")
    tab.page.once("dialog", lambda dialog: dialog.accept())
    tab.page.reload()
    expect(answer(tab)).to_have_attribute("data-answered", "")
    has_order(tab, "Tone", "Policy", "Facts")


def test_two_tabs_show_both_orders_in_words(tab: Tab) -> None:
    other = with_its_script(Tab(tab.page.context.new_page(), tab.queue).open())
    button(other, "Move Policy up").click()
    expect(other.word).to_have_text("Saved")
    button(tab, "Move Facts up").click()
    rows = tab.notice.get_by_role("row")
    expect(rows.last).to_have_text("OrderFacts, Tone, PolicyTone, Policy, Facts")
    tab.page.get_by_role("button", name="Take the other").click()
    expect(tab.word).to_have_text("Saved")
    has_order(tab, "Tone", "Policy", "Facts")
    assert stored() == ["tone", "policy", "facts"]


def test_a_touch_drags_by_the_handle(cast: Cast, someone: Any, queue: Queue) -> None:
    page = someone(
        cast.annotator, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    ).page
    tab = with_its_script(Tab(page, queue).start())
    page.locator("[data-sheet]").click()
    grip = answer(tab).locator("[data-rank-grip]").last
    grip.scroll_into_view_if_needed()
    first, start = answer(tab).locator(".rank").first.bounding_box(), grip.bounding_box()
    assert first
    assert start
    cdp = page.context.new_cdp_session(page)
    x, points = start["x"] + 8, [start["y"] + 8, start["y"] - 30, first["y"] + 2]
    for kind, y in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(answer(tab)).to_have_attribute("data-answered", "")
    has_order(tab, "Policy", "Tone", "Facts")


def test_it_is_answered_without_scripts(cast: Cast, someone: Any, queue: Queue) -> None:
    page = someone(cast.annotator, java_script_enabled=False).page
    tab = Tab(page, queue)
    tab.open()
    page.get_by_role("button", name="Start annotating").click()
    expect(answer(tab).locator(".ranks")).to_be_hidden()
    page.get_by_role("radio", name="Yes").check()
    for place, label in enumerate(("Policy", "Tone", "Tone"), 1):
        page.get_by_label(f"Order, place {place}").select_option(label=label)
    page.get_by_role("button", name="Submit").click()
    expect(answer(tab).locator(".answer-error")).to_have_text("“Tone” is chosen twice.")
    page.get_by_label("Order, place 3").select_option(label="Facts")
    page.get_by_role("button", name="Submit").click()
    expect(tab.count).to_have_text("1 done · 1 left")
    assert ["policy", "tone", "facts"] in Score.objects.values_list("value", flat=True)


def test_a_ranking_is_made_with_the_preview_alive(cast: Cast, someone: Any) -> None:
    page = someone(cast.manager).page
    page.goto(reverse("fields:field-create", args=[cast.project.slug]))
    page.get_by_role("radio", name="Ranking").check()
    page.get_by_label("Name", exact=True).fill("Order")
    page.get_by_label("Label of option 1").fill("Tone")
    page.get_by_label("Label of option 2").fill("Facts")
    preview = page.locator("#field-preview")
    expect(preview.locator(".rank")).to_have_count(2)
    page.get_by_role("button", name="Try this answer").click()
    expect(preview.get_by_text("This needs an answer.")).to_be_visible()
    preview.get_by_role("button", name="Move Facts up").click()
    page.get_by_role("button", name="Try this answer").click()
    expect(preview.get_by_text("Accepted: 1. Facts, 2. Tone")).to_be_visible()
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("heading", name="Order", exact=True)).to_be_visible()
    assert [one["value"] for one in Field.objects.get().settings["options"]] == ["tone", "facts"]
