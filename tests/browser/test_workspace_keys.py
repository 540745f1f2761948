"""The keys: each row of the sheet does what it says; none acts where somebody types."""

from typing import Any

import pytest

from queues.models import Queue
from reviews.keys import WORKSPACE
from reviews.models import Score

from .. import factories
from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

KEYDOWN = """({target, ...init}) => {
  const event = new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...init});
  if (init.altGraph) event.getModifierState = (key) => key === 'AltGraph';
  (target ? document.querySelector(target) : document.activeElement).dispatchEvent(event);
  return event.defaultPrevented;
}"""


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast)


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, queue).start()


def keydown(tab: Tab, key: str, **more: Any) -> bool:
    """A key as a layout or an input method tells it; whether the page took it."""
    taken: bool = tab.page.evaluate(KEYDOWN, {"key": key, **more})
    return taken


def test_a_whole_item_is_done_by_keyboard_alone(tab: Tab) -> None:
    """Nothing is clicked and nothing focused by the test; the sheet is opened on the way."""
    tab.has_focus("ws-title")
    tab.press("?")
    sheet = tab.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    tab.press("s", "1", "Escape")
    expect(sheet).to_be_hidden()
    tab.press("2", "ArrowDown")
    tab.is_at("Helpful")
    tab.press("5", "ArrowUp")
    tab.is_at("Right")
    tab.press("a")
    tab.is_at("Why")
    tab.has_focus("ws-title")
    tab.press("Enter")
    tab.has_focus("Why")
    tab.page.keyboard.type("By keys: s p 1 ?")
    tab.press("Enter")
    tab.page.keyboard.type("a second line")
    expect(tab.text).to_have_value("By keys: s p 1 ?\na second line")
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    tab.has_focus("ws-title")
    values = list(Score.objects.order_by("id").values_list("value", flat=True))
    assert values[:2] == [False, 5]


def test_every_row_of_the_sheet_that_names_a_control_has_it_with_its_cap(tab: Tab) -> None:
    """Undo, and forward through past items, are there when there is something to undo or to see."""
    caps = tab.page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('[data-action]')].map((one) =>"
        " [one.dataset.action, [one.getAttribute('aria-keyshortcuts'),"
        "  [...one.querySelectorAll('kbd')].map((cap) => cap.textContent).join(' ')]]))"
    )
    told = {key.does: [key.aria, " ".join(key.caps)] for key in WORKSPACE if not key.own}
    for does in ("submit", "skip", "park", "extend", "guidelines", "back"):
        assert caps[does] == told[does]
    assert caps["keys"][0] == "?"
    tab.press("s")
    expect(tab.page.get_by_role("button", name="Undo")).to_have_attribute("aria-keyshortcuts", "U")


def checked(tab: Tab) -> list[str]:
    """What is chosen, as field and value."""
    found: list[str] = tab.page.evaluate(
        "() => [...document.querySelectorAll('#ws-form .answer :checked')].map((one) => {"
        "  const name = one.closest('.answer').querySelector('.answer-name');"
        "  return `${name.textContent.trim()}: ${one.value}`; })"
    )
    return found


SCROLLED = "() => document.getElementById('ws-item').scrollTop > 0"


def test_space_scrolls_an_item_that_has_just_come_and_answers_nothing(
    cast: Cast, someone: Any
) -> None:
    """By a page load, by a swap, and when it is opened again."""
    queue = make_queue(cast, items=0)
    long = "\n\n".join(f"Paragraph {number}" for number in range(200))
    inputs = {"messages": [{"role": "user", "content": long}]}
    factories.add_items(queue, [factories.make_trace(cast.project, inputs=inputs) for _ in "12"])
    tab = Tab(someone(cast.annotator).page, queue).start()
    for way in ("loaded", "swapped", "loaded again"):
        if way == "swapped":
            tab.press("1", "ArrowDown", "4", "ArrowDown", "Enter")
            tab.page.keyboard.type("because")
            tab.looked_at().press("Control+Enter")
            expect(tab.count).to_have_text("1 done · 1 left")
        elif way == "loaded again":
            tab.open()
        tab.has_focus("ws-title")
        tab.looked_at().press("Space")
        tab.page.wait_for_function(SCROLLED)
        assert checked(tab) == [], way


def test_the_current_field_is_a_place_of_its_own(tab: Tab) -> None:
    """↑ and ↓ move it, digits answer it, from wherever the hands are; nothing takes the focus."""
    said = tab.page.locator("#ws-announce")
    tab.is_at("Right")
    tab.press("2")
    expect(said).to_have_text("Right: No")
    tab.press("ArrowDown")
    expect(said).to_have_text("Helpful, 2 of 3, not answered")
    tab.has_focus("ws-title")
    for place in ("#ws-item p", ".ws-queue"):  # a click into the item, and one beside it
        tab.page.locator(place).first.click()
        tab.press("3" if place == "#ws-item p" else "4")
    assert checked(tab) == ["Right: false", "Helpful: 4"]
    tab.page.locator("#ws-extend").focus()
    tab.press("5", "ArrowUp", "1")
    tab.has_focus("ws-extend")
    assert checked(tab) == ["Right: true", "Helpful: 5"]
    tab.press("ArrowUp")  # before the first there is none
    tab.is_at("Right")
    tab.press("a", "9")  # a text, which no digit answers
    tab.is_at("Why")
    tab.text.fill("because")
    expect(tab.word).to_have_text("Saved")
    tab.press("Escape", "a")
    expect(said).to_have_text("Every field has an answer.")
    tab.open()  # of an item with all its answers, the first of all
    tab.is_at("Right")
    assert checked(tab) == ["Right: true", "Helpful: 5"]


def test_enter_goes_into_the_current_field_and_escape_comes_out(tab: Tab) -> None:
    tab.press("ArrowDown", "Enter")
    tab.has_focus("Helpful")
    assert checked(tab) == []
    tab.press("ArrowRight")  # its own key: the radio button after
    assert checked(tab) == ["Helpful: 2"]
    tab.press("Escape")
    tab.has_focus("ws-title")
    tab.is_at("Helpful")
    tab.press("ArrowDown", "Enter")
    tab.has_focus("Why")
    tab.page.keyboard.type("1a")
    tab.press("Escape")
    tab.has_focus("ws-title")
    expect(tab.text).to_have_value("1a")
    tab.page.keyboard.press("Tab")
    tab.page.locator(
        "#ws-form [data-key='2']"
    ).first.focus()  # as by Tab: the focus makes it current
    tab.is_at("Right")
    tab.press(
        "ArrowDown", "Space"
    )  # its own keys; ↓ chooses the first, which Space leaves as it is
    assert checked(tab)[0].startswith("Right:")
    tab.is_at("Right")
    assert tab.page.locator("[role=application]").count() == 0


def test_a_click_on_an_option_gives_the_focus_back_to_the_item(tab: Tab) -> None:
    tab.page.get_by_role("radio", name="4", exact=True).locator("xpath=..").click()
    tab.has_focus("ws-title")
    tab.is_at("Helpful")
    tab.press("5")
    assert checked(tab) == ["Helpful: 5"]
    clear = tab.page.locator("#ws-form .answer", has_text="Helpful").locator("[data-clear]")
    clear.click()
    tab.has_focus("ws-title")
    tab.press("Space")
    assert checked(tab) == []
    tab.text.click()
    tab.has_focus("Why")


def test_in_a_slider_the_arrows_are_its_own(cast: Cast, someone: Any) -> None:
    settings = {"min": 0, "max": 10, "step": 1, "widget": "slider"}
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "number", name="Share", settings=settings),
    ]
    queue = factories.make_queue(cast.project, fields=fields, annotators=[cast.annotator], items=1)
    tab = Tab(someone(cast.annotator).page, queue).start()
    tab.press("a", "Enter", "End", "ArrowLeft")
    expect(tab.page.get_by_role("textbox", name="Share")).to_have_value("9")
    tab.is_at("Share")
    tab.press("Escape", "ArrowUp", "1")
    assert checked(tab) == ["Right: true"]


@pytest.mark.parametrize(
    "more", [{"altGraph": True}, {"ctrlKey": True, "altKey": True}, {"altKey": True}]
)
def test_alt_gr_passes(tab: Tab, more: dict[str, Any]) -> None:
    """On German layouts it types { [ ] } @, and Enter with it is no submit."""
    for key, code in (("{", "Digit7"), ("7", "Digit7"), ("s", "KeyS"), ("Enter", "Enter")):
        assert not keydown(tab, key, code=code, **more)
    expect(tab.page.locator("#ws-form :checked")).to_have_count(0)
    expect(tab.count).to_have_text("0 done · 3 left")


def test_what_an_input_method_composes_is_no_key(tab: Tab) -> None:
    tab.text.focus()
    for more in ({"isComposing": True}, {"keyCode": 229}):
        assert not keydown(tab, "Enter", ctrlKey=True, **more)
        assert not keydown(tab, "s", target="#ws-item", **more)
    cdp = tab.page.context.new_cdp_session(tab.page)
    cdp.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    cdp.send("Input.insertText", {"text": "日本"})
    expect(tab.text).to_have_value("日本")
    expect(tab.word).to_have_text("Saved")
    expect(tab.count).to_have_text("0 done · 3 left")


def test_layouts_without_latin_letters_or_bare_digits_go_by_the_place_of_the_key(tab: Tab) -> None:
    assert keydown(tab, "é", code="Digit2")  # French: the bare key is no digit
    expect(tab.page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    assert not keydown(tab, "!", code="Digit1", shiftKey=True)  # English: no digit either
    assert keydown(tab, "п", code="KeyG", target="#ws-item")  # Russian
    expect(tab.page.locator("#guidelines")).to_be_visible()


def test_enter_in_a_box_of_one_line_neither_submits_nor_skips(cast: Cast, someone: Any) -> None:
    field = factories.make_field(cast.project, "integer", name="Count")
    queue = factories.make_queue(cast.project, fields=[field], annotators=[cast.annotator], items=2)
    tab = Tab(someone(cast.annotator).page, queue).start()
    tab.press("Enter")
    tab.page.keyboard.type("3")
    tab.press("Enter")
    expect(tab.word).to_have_text("Saved")
    expect(tab.count).to_have_text("0 done · 2 left")
    assert not queue.items.exclude(status__in=("in_progress", "pending")).exists()


def test_keys_can_be_switched_off_for_speech_and_screen_readers(tab: Tab) -> None:
    tab.press("?")
    tab.page.get_by_label("Use keys").uncheck()
    tab.press("Escape")
    tab.page.locator("#ws-form [data-key='1']").first.focus()
    tab.press("2", "g", "ArrowDown")  # the arrow is the radio button's own again
    expect(tab.page.locator("#guidelines")).to_be_hidden()
    expect(tab.page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    assert [key for key in ("r", "/") if keydown(tab, key, target="#ws-item")] == []
    expect(tab.page.locator("[data-find]")).to_be_hidden()
    tab.page.get_by_role("button", name="Keys").click()
    tab.page.get_by_label("Use keys").check()
    tab.press("Escape")
    assert [key for key in ("r", "/") if keydown(tab, key, target="#ws-item")] == ["r", "/"]


def test_a_pressed_control_pulses_unless_motion_is_to_be_reduced(tab: Tab) -> None:
    tab.page.evaluate("""() => document.addEventListener("animationstart", (event) => {
      window.pulses = [...(window.pulses ?? []), event.animationName];
    })""")
    tab.press("g")
    tab.page.wait_for_function("() => window.pulses?.includes('pressed')")
    tab.page.emulate_media(reduced_motion="reduce")
    tab.page.evaluate("window.pulses = []")
    tab.press("g")
    expect(tab.page.locator("#guidelines")).to_be_hidden()
    assert tab.page.evaluate("window.pulses") == []
