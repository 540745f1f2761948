"""Time left, and what happens when it is over while somebody types. Two tabs. Refused work."""

from typing import Any

import pytest

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from queues.actions.people.members import remove_member
from queues.models import Queue, Slot
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)

PASSED = """
update queues_slot set expires_at = expires_at - make_interval(secs => %s),
       held_at = held_at - make_interval(secs => %s) where state = 'held'
"""
SLEPT = "(seconds) => { const now = Date.now; Date.now = () => now() + seconds * 1000; }"


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast, items=1)


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, queue).start()


def pass_by(tab: Tab, seconds: int) -> None:
    """As if the computer had slept: of the page's clocks only the one on the wall has moved on."""
    sql.run(PASSED, [seconds, seconds])
    tab.page.evaluate(SLEPT, seconds)
    come_back(tab)


def come_back(tab: Tab) -> None:
    tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_warning_at_five_minutes_is_seen_and_spoken_and_a_key_extends(tab: Tab) -> None:
    time, said = tab.page.locator("#ws-time"), tab.page.locator("#messages")
    expect(time).to_have_text("60 min left")
    pass_by(tab, 56 * 60)
    expect(time).to_have_text("4 min left")
    expect(said).to_have_text("4 min left on this item. Press E to extend.")
    assert said.get_attribute("role") == "status"
    tab.press("e")
    expect(time).to_have_text("60 min left")
    expect(tab.page.locator("#ws-announce")).to_have_text("Time extended: 60 min left.")


def test_who_is_removed_while_reading_finds_it_in_the_bar(
    cast: Cast, queue: Queue, tab: Tab
) -> None:
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    pass_by(tab, 10 * 60)
    expect(tab.page.locator("#ws-time")).to_have_text("No access")
    assert tab.form.is_visible()


def test_a_reservation_that_lapsed_while_typing_is_taken_up_again_by_the_next_save(
    tab: Tab,
) -> None:
    tab.saved("before")
    factories.lapse(Slot.objects.get().pk)
    pass_by(tab, 61 * 60)
    expect(tab.notice).to_contain_text("Your time on this item is over")
    tab.text.fill("before and after")
    expect(tab.notice).to_contain_text("the item is yours again")
    expect(tab.page.locator("#ws-time")).to_have_text("60 min left")
    expect(tab.word).to_have_text("Saved")
    assert Slot.objects.get().state == "held"
    tab.answer("done")
    tab.press("Control+Enter")
    expect(tab.page.get_by_role("heading", name="This queue is finished")).to_be_visible()


def test_when_the_place_is_gone_the_page_says_so_and_keeps_the_text(
    cast: Cast, queue: Queue, tab: Tab
) -> None:
    tab.answer("mine")
    expect(tab.word).to_have_text("Saved")
    factories.lapse(Slot.objects.get().pk)
    worker = Worker(queue, cast.second)
    hold = worker.claim()
    tab.text.fill("mine, typed after")
    expect(tab.notice).to_contain_text("somebody else has the place now")
    expect(tab.word).to_have_text("Saved")
    tab.press("Control+Enter")
    expect(tab.notice).to_contain_text("kept as a draft")
    expect(tab.text).to_have_value("mine, typed after")
    assert "typed after" in str(Annotation.objects.get().draft)
    worker.skip(hold)
    tab.notice.get_by_role("button", name="Continue to the next item").click()
    expect(tab.notice).to_contain_text("A place is free now")
    expect(tab.page.locator("#ws-announce")).to_contain_text("A place is free now")
    expect(tab.text).to_have_value("mine, typed after")
    tab.looked_at().press("Control+Enter")
    expect(tab.page.get_by_role("heading", name="This queue is finished")).to_be_visible()


def test_two_tabs_show_both_texts_side_by_side_and_one_is_chosen(tab: Tab) -> None:
    other = Tab(tab.page.context.new_page(), tab.queue).open()
    other.page.get_by_role("radio", name="No", exact=True).check(force=True)
    other.saved("from the other tab")
    tab.text.fill("from this tab")
    expect(tab.word).to_have_text("Not saved: changed in another tab")
    table = tab.notice.get_by_role("table")
    expect(table.get_by_role("row", name="Right No answer No")).to_be_visible()
    expect(table.get_by_role("row", name="Why from this tab from the other tab")).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(3)
    expect(tab.page.locator("#ws-alert")).to_contain_text("changed in another tab")
    tab.press("Control+Enter")
    expect(tab.notice.get_by_role("button", name="Keep what is here")).to_be_focused()
    tab.notice.get_by_role("button", name="Take the other").click()
    expect(tab.word).to_have_text("Saved")
    expect(tab.text).to_have_value("from the other tab")
    expect(tab.page.get_by_role("radio", name="No", exact=True)).to_be_checked()
    other.text.fill("and once more")
    expect(other.word).to_have_text("Saved")
    tab.text.fill("but here too")
    tab.notice.get_by_role("button", name="Keep what is here").click()
    expect(tab.word).to_have_text("Saved")
    assert "but here too" in str(Annotation.objects.get().draft)


def test_typing_after_a_submit_in_another_tab_is_told_to_be_in_vain(tab: Tab) -> None:
    other = Tab(tab.page.context.new_page(), tab.queue).open()
    tab.answer()
    tab.press("Control+Enter")
    expect(tab.page.get_by_role("heading", name="This queue is finished")).to_be_visible()
    other.text.fill("too late")
    expect(other.word).to_have_text("Not saved: submitted in another tab")
    expect(other.notice).to_contain_text("Nothing changed there")
    other.notice.get_by_role("button", name="Continue to the next item").click()
    expect(other.page.get_by_role("heading", name="This queue is finished")).to_be_visible()
