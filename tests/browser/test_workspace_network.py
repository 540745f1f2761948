"""The network comes and goes, the session ends, the tab dies: no keystroke is lost."""

from typing import Any

import pytest
from playwright.sync_api import Route

from queues.models import Queue
from reviews.models import Annotation, Score

from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast)


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, queue).start()


KEPT = "JSON.stringify(Object.entries({...sessionStorage, ...localStorage}))"


def stored() -> str:
    return str(Annotation.objects.get().draft)


REFUSED = """
for (const store of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(globalThis, store, { get() { throw new DOMException("refused"); } });
}
"""


def test_a_browser_that_refuses_its_storage_saves_and_submits_all_the_same(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    tab, wrong = Tab(someone(cast.annotator).page, queue), []
    tab.page.on("pageerror", lambda error: wrong.append(str(error)))
    tab.page.add_init_script(REFUSED)
    tab.start().saved("typed before")
    assert "typed before" in stored()
    tab.answer(" and after")  # by keys, which are on
    tab.looked_at().press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert wrong == []


def test_a_save_cut_off_in_the_middle_is_sent_again_and_is_no_conflict(tab: Tab) -> None:
    """The server has stored it, but its answer was lost; then more is typed."""
    held = tab.slowly("draft")
    tab.text.fill("first half")
    route = tab.until(held)
    route.fetch()
    tab.page.route("**/draft/", lambda again: again.abort("internetdisconnected"))
    route.abort("internetdisconnected")
    expect(tab.word).to_have_text("Not saved: no connection")
    expect(tab.notice).to_contain_text("stays on this page")
    assert "first half" in stored()
    tab.page.unroute("**/draft/")
    tab.text.fill("first half, second half")
    tab.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tab.word).to_have_text("Saved")
    expect(tab.notice).to_be_empty()
    expect(tab.page.locator("#ws-announce")).to_have_text("Saved again.")
    assert "second half" in stored()


def test_a_submit_after_a_save_whose_answer_was_lost_goes_through_at_the_first_press(
    tab: Tab,
) -> None:
    held = tab.slowly("draft")
    tab.answer("first half")
    route = tab.until(held)
    route.fetch()
    tab.page.route("**/draft/", lambda again: again.abort("internetdisconnected"))
    route.abort("internetdisconnected")
    expect(tab.word).to_have_text("Not saved: no connection")
    tab.text.fill("first half, second half")
    tab.page.unroute("**/draft/")
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert "first half, second half" in list(Score.objects.values_list("value", flat=True))


def test_what_is_typed_before_the_scripts_have_come_is_saved_as_soon_as_they_have(
    tab: Tab,
) -> None:
    scripts: list[Route] = []
    tab.page.route("**/static/js/workspace.*", lambda route: scripts.append(route))
    tab.page.goto(tab.address, wait_until="commit")
    tab.text.fill("typed early")
    tab.until(scripts)
    for route in scripts:
        route.continue_()
    expect(tab.word).to_have_text("Saved")
    expect(tab.text).to_be_focused()
    assert "typed early" in stored()


def test_offline_the_word_says_so_at_once_and_a_submit_waits_for_the_connection(tab: Tab) -> None:
    tab.answer("typed before")
    tab.page.context.set_offline(True)
    tab.text.fill("typed while offline")
    expect(tab.word).to_have_text("Not saved: no connection")
    tab.press("Control+Enter")
    expect(tab.text).to_have_value("typed while offline")
    expect(tab.count).to_have_text("0 done · 3 left")
    tab.page.context.set_offline(False)
    expect(tab.word).to_have_text("Not submitted")
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert "typed while offline" in list(Score.objects.values_list("value", flat=True))


# As in a tab that is killed, nothing of the page runs when it is left, no second try either. (What
# a page sends on its way out would pass by a route.)
KILLED = """() => {
  window.fetch = () => new Promise(() => {});
  for (const type of ["pagehide", "visibilitychange"]) {
    addEventListener(type, (event) => event.stopImmediatePropagation(), { capture: true });
  }
}"""


def test_what_a_killed_tab_had_not_sent_is_there_when_it_is_opened_again(tab: Tab) -> None:
    """Nothing reaches the server, not even on leaving; the tab's own storage has it."""
    tab.page.route("**/draft/", lambda route: route.abort("internetdisconnected"))
    tab.text.fill("only in this tab")
    expect(tab.word).to_have_text("Not saved: no connection")
    kept = tab.page.evaluate(KEPT)
    assert "only in this tab" in kept
    assert "Where is my parcel" not in kept
    tab.page.evaluate(KILLED)
    tab.page.goto("about:blank")
    assert not Annotation.objects.exists()
    tab.page.unroute("**/draft/")
    tab.open()
    expect(tab.text).to_have_value("only in this tab")
    expect(tab.word).to_have_text("Saved")
    assert "only in this tab" in stored()
    assert "only in this tab" not in tab.page.evaluate(KEPT)


def test_the_browsers_back_button_saves_on_the_way_out(tab: Tab) -> None:
    tab.page.goto("/")
    tab.open()
    tab.text.fill("typed and left at once")
    tab.page.go_back()
    expect(tab.page.get_by_role("heading", name="My work")).to_be_visible()
    tab.page.go_forward()
    expect(tab.text).to_have_value("typed and left at once")
    expect(tab.word).to_have_text("Saved")
    assert "left at once" in stored()


def test_a_page_that_is_signed_out_goes_on_after_signing_in_in_another_tab(
    cast: Cast, tab: Tab
) -> None:
    session: Any = [one for one in tab.page.context.cookies() if one.get("name") == "sessionid"]
    tab.page.context.clear_cookies()
    tab.answer("typed while signed out")
    expect(tab.word).to_have_text("Not saved: you are signed out")
    link = tab.page.get_by_role("link", name="Sign in in a new tab")
    tab.press("Control+Enter")
    expect(tab.text).to_have_value("typed while signed out")
    with tab.page.context.expect_page() as opened:
        link.click()
    other = opened.value
    expect(other.get_by_label("Password")).to_be_visible()  # its page has a CSRF cookie of its own
    tab.page.context.add_cookies(session)
    other.close()
    tab.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(tab.word).to_have_text("Not submitted")
    assert "typed while signed out" in stored()
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")


def test_a_submit_after_the_session_has_ended_keeps_the_text_and_the_word(tab: Tab) -> None:
    """The CSRF cookie outlives the session: the submit is answered by the way to the sign-in."""
    session: Any = [one for one in tab.page.context.cookies() if one.get("name") == "sessionid"]
    tab.page.context.clear_cookies(name="sessionid")
    tab.answer("typed while signed out")
    with tab.page.expect_response("**/submit/"):
        tab.press("Control+Enter")
    expect(tab.page.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    expect(tab.word).to_have_text("Not submitted: you are signed out")
    assert "typed while signed out" in tab.page.evaluate(KEPT)
    tab.page.context.add_cookies(session)
    tab.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(tab.word).to_have_text("Not submitted")
    assert "typed while signed out" in stored()


def test_a_submit_after_signing_in_again_is_sent_with_the_new_token(cast: Cast, tab: Tab) -> None:
    """The page has saved nothing since, and so knows nothing of it."""
    tab.answer()
    expect(tab.word).to_have_text("Saved")
    page = tab.page.context.new_page()
    tab.page.context.clear_cookies(name="csrftoken")
    page.goto(tab.address)  # sets a new CSRF cookie
    page.close()
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")


@pytest.mark.parametrize("who", ["second", "stranger"])
def test_somebody_else_at_the_same_browser_gets_nothing_of_the_text(
    cast: Cast, tab: Tab, someone: Any, who: str
) -> None:
    other = someone(getattr(cast, who))
    session: Any = [one for one in other.context.cookies() if one["name"] == "sessionid"]
    tab.page.context.add_cookies(session)
    tab.text.fill("Amara's words")
    expect(tab.word).to_have_text("Not saved: somebody else is signed in")
    expect(tab.text).to_have_value("Amara's words")
    assert not Annotation.objects.exists()
