"""What the workspace says is so: what did not leave, who is signed in, why a place is gone."""

import json
from typing import Any

import pytest

from annotate_site.projects.events import SYSTEM
from queues.actions.people.members import remove_member
from queues.actions.status import close_queue, reopen_queue
from queues.models import Item, Queue
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "window.dispatchEvent(new Event('online'))"
KEPT = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast)


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, queue).start()


def kept(tab: Tab) -> list[str]:
    """What the browser and the tab keep, each as a text."""
    return [json.dumps(store) for store in json.loads(tab.page.evaluate(KEPT))]


def test_skip_park_and_extend_that_did_not_leave_ask_to_be_pressed_again(tab: Tab) -> None:
    tab.saved("typed before").looked_at()
    tab.press("Escape")
    tab.page.context.set_offline(True)
    for key, said, button in (("s", "skipped", "Skip"), ("p", "parked", "Park")):
        tab.press(key)
        expect(tab.word).to_have_text(f"Not {said}: no connection")
        sentence = f"Not {said}: no connection. Press {button} again when it is back."
        expect(tab.notice).to_contain_text(sentence)
    tab.text.fill("typed while offline")
    tab.press("Escape", "s")  # what is typed cannot be saved first, and so nothing is sent
    expect(tab.notice).to_contain_text("Not skipped: no connection. Press Skip again")
    tab.page.context.set_offline(False)
    tab.page.evaluate(BACK)
    expect(tab.word).to_have_text("Not skipped")
    assert "typed while offline" in str(Annotation.objects.get().draft)
    expect(tab.notice).to_contain_text("Press Skip again when it is back.")
    expect(tab.page.locator("#ws-alert")).to_contain_text("Not skipped")
    tab.press("s")
    expect(tab.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(tab.page.locator("#ws-alert")).to_be_empty()
    expect(tab.notice).to_be_empty()
    tab.page.context.set_offline(True)
    tab.press("e")
    expect(tab.notice).to_contain_text("Not extended: no connection. Press Extend again")
    tab.page.context.set_offline(False)
    tab.press("e")
    expect(tab.notice).to_be_empty()


def test_text_typed_offline_is_there_in_a_new_tab_once_its_own_is_closed(tab: Tab) -> None:
    tab.saved("base")
    tab.page.context.set_offline(True)
    tab.text.fill("base and more")
    expect(tab.word).to_have_text("Not saved: no connection")
    assert "base and more" in kept(tab)[0]
    assert "Where is my parcel" not in "".join(kept(tab))
    context = tab.page.context
    other = Tab(context.new_page(), tab.queue)
    tab.page.close()
    context.set_offline(False)
    other.open()
    expect(other.text).to_have_value("base and more")
    expect(other.word).to_have_text("Saved")
    assert "base and more" not in kept(other)[0]
    # A tab that is still there keeps its own: nobody takes it up, and nobody drops it.
    context.set_offline(True)
    other.text.fill("written in the second")
    expect(other.word).to_have_text("Not saved: no connection")
    other.page.route("**/draft/", lambda route: route.abort("internetdisconnected"))
    context.set_offline(False)
    third = Tab(context.new_page(), tab.queue).open()
    expect(third.text).to_have_value("base and more")
    third.saved("written in the third")
    assert "written in the second" in kept(third)[0]
    expect(third.notice).to_be_empty()
    other.page.close()
    third.open()  # and once it is gone, where both have gone on, both are shown
    expect(third.notice).to_contain_text("written in the second")
    third.page.get_by_role("button", name="Take the other").click()
    expect(third.text).to_have_value("written in the second")
    expect(third.word).to_have_text("Saved")
    assert "annotate draft" not in kept(third)[0]


OLD = """() => {
  const at = (days) => JSON.stringify({answers: [], at: Date.now() - days * 86400000});
  localStorage.setItem("annotate draft 1 old 1 a", at(15));
  localStorage.setItem("annotate draft 1 new 1 b", at(13));
  localStorage.setItem("annotate draft 1 odd 1 c", "[");
}"""


def test_what_is_kept_ends_after_fourteen_days_and_on_sign_out(cast: Cast, tab: Tab) -> None:
    tab.page.route("**/draft/", lambda route: route.abort("internetdisconnected"))
    tab.text.fill("typed, and not saved")
    expect(tab.word).to_have_text("Not saved: no connection")
    tab.page.evaluate(OLD)
    other = tab.page.context.new_page()
    other.goto("/")
    browser = kept(tab)[0]
    assert [name in browser for name in (" old ", " odd ", " new ")] == [False, False, True]
    other.locator(".nav-user > summary").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_label("Password")).to_be_visible()
    # The page that is still open has heard of it: its text is for this tab alone.
    browser, own = kept(tab)
    assert "typed, and not saved" not in browser
    assert "typed, and not saved" in own
    assert " new " in browser  # of somebody else
    tab.page.unroute("**/draft/")
    tab.text.fill("typed while signed out")
    expect(tab.word).to_have_text("Not saved: you are signed out")
    assert "typed while signed out" not in kept(tab)[0]


def test_another_person_is_told_as_such_also_one_the_queue_does_not_know(
    cast: Cast, tab: Tab, someone: Any
) -> None:
    strange = someone(cast.reviewer)
    session: Any = [one for one in strange.context.cookies() if one["name"] == "sessionid"]
    own: Any = [one for one in tab.page.context.cookies() if one.get("name") == "sessionid"]
    tab.page.context.add_cookies(session)
    tab.text.fill("Amara's words")
    expect(tab.word).to_have_text("Not saved: somebody else is signed in")
    expect(tab.notice).to_contain_text("Someone else is signed in in this browser.")
    browser, in_tab = kept(tab)
    assert "Amara's words" not in browser
    assert "Amara's words" in in_tab
    tab.page.context.add_cookies(own)
    tab.page.evaluate(BACK)
    expect(tab.word).to_have_text("Saved")


def test_the_bar_names_what_is_so_and_alerts_go_with_their_cause(
    cast: Cast, queue: Queue, tab: Tab
) -> None:
    bar, alert = tab.page.locator("#ws-time"), tab.page.locator("#ws-alert")
    tab.press("1", "Control+Enter")
    expect(alert).to_contain_text("Not submitted. 2 fields")
    tab.answer("all of it")
    expect(alert).to_be_empty()
    expect(tab.notice).to_be_empty()
    expect(tab.word).to_have_text("Saved")
    close_queue(queue=queue, actor=SYSTEM)
    tab.press("Control+Enter")
    expect(tab.notice).to_contain_text("This queue was closed before your submit.")
    expect(bar).to_have_text("Closed")
    expect(tab.notice.get_by_role("button")).to_have_count(0)  # there is no next item
    reopen_queue(queue=queue, actor=SYSTEM)
    tab.open()
    tab.page.get_by_role("button", name="Start annotating").click()
    expect(tab.notice).to_contain_text("The queue was closed before your submit.")
    Item.objects.get(pk=tab.item)
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    tab.text.fill("typed after that")
    expect(bar).to_have_text("Place gone")
    expect(tab.word).to_have_text("Not saved: you no longer have access to this queue")


def test_an_active_queue_without_items_says_that_nothing_is_in_it_yet(
    cast: Cast, someone: Any
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=0)
    tab = Tab(someone(cast.annotator).page, queue).open()
    expect(tab.page.get_by_role("heading", name="Nothing is in this queue yet")).to_be_visible()
    factories.add_items(queue, [factories.make_trace(cast.project)])
    tab.page.get_by_role("button", name="Look again").click()
    expect(tab.page.locator("#ws-title")).to_be_focused()
