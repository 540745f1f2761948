"""A manager pauses the queue under an open item, and lets it go on: the time left stays true."""

from typing import Any

import pytest
from playwright.sync_api import Locator

from annotate_site.projects.events import SYSTEM
from queues.actions.status import pause_queue, resume_queue
from queues.models import Queue, Slot
from reviews.models import Annotation

from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect
from .test_workspace_time import pass_by

pytestmark = pytest.mark.django_db(transaction=True)

PAUSED = "Paused: your timer is stopped"


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast, items=2)


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, queue).start()


def pause(queue: Queue) -> None:
    pause_queue(queue=queue, actor=SYSTEM)


def resume(queue: Queue) -> None:
    resume_queue(queue=queue, actor=SYSTEM)


def time(tab: Tab) -> Locator:
    return tab.page.locator("#ws-time")


def said(tab: Tab) -> Locator:
    return tab.page.locator("#ws-announce")


def extend(tab: Tab) -> Locator:
    return tab.page.locator("#ws-extend")


def test_the_next_save_after_a_pause_says_that_the_time_stands_still(
    queue: Queue, tab: Tab
) -> None:
    pause(queue)
    tab.saved("typed while paused")
    expect(time(tab)).to_have_text(PAUSED)
    expect(said(tab)).to_have_text(f"{PAUSED}.")
    expect(extend(tab)).to_have_attribute("aria-disabled", "true")


def test_a_pause_found_when_the_time_would_be_over_is_told_in_place_of_the_end(
    queue: Queue, tab: Tab
) -> None:
    pause(queue)
    pass_by(tab, 61 * 60)
    expect(time(tab)).to_have_text(PAUSED)
    expect(tab.notice).to_be_empty()
    pass_by(tab, 61 * 60)
    tab.saved("and still")
    expect(time(tab)).to_have_text(PAUSED)
    assert Slot.objects.get(state="held").remaining is not None


def test_extend_while_paused_says_why_there_is_no_more_time_to_give(queue: Queue, tab: Tab) -> None:
    pause(queue)
    tab.press("e")
    expect(tab.notice).to_contain_text("The queue is paused: your timer is stopped.")
    expect(said(tab)).to_contain_text("You can extend your time when it resumes.")
    expect(time(tab)).to_have_text(PAUSED)
    assert not Annotation.objects.exists()
    resume(queue)
    extend(tab).click(force=True)  # dimmed, and yet it asks the server
    expect(said(tab)).to_have_text("Time extended: 60 min left.")
    expect(tab.notice).to_be_empty()
    expect(extend(tab)).to_have_attribute("aria-disabled", "false")


def test_a_page_opened_while_paused_counts_and_warns_once_the_queue_goes_on(
    queue: Queue, tab: Tab
) -> None:
    pass_by(tab, 50 * 60)
    expect(time(tab)).to_have_text("10 min left")
    pause(queue)
    tab.open()
    expect(said(tab)).to_contain_text("Item:")
    expect(time(tab)).to_have_text(PAUSED)
    resume(queue)
    pass_by(tab, 60)
    expect(said(tab)).to_have_text("The queue has resumed: 9 min left.")
    expect(time(tab)).to_have_text("9 min left")
    pass_by(tab, 5 * 60)
    expect(tab.page.locator(".toast")).to_have_text("4 min left on this item. Press E to extend.")
    pass_by(tab, 5 * 60)
    expect(tab.notice).to_contain_text("Your time on this item is over")


def test_a_queue_that_goes_on_with_little_time_left_warns_in_the_same_words(
    queue: Queue, tab: Tab
) -> None:
    pass_by(tab, 57 * 60)
    expect(tab.page.locator(".toast")).to_contain_text("3 min left")
    pause(queue)
    pass_by(tab, 60)
    expect(said(tab)).to_have_text(f"{PAUSED}.")
    resume(queue)
    pass_by(tab, 30)
    expect(said(tab)).to_have_text("The queue has resumed: 3 min left. Press E to extend.")


def test_what_can_be_pressed_stays_where_it_is(queue: Queue, tab: Tab) -> None:
    keys = tab.page.get_by_role("button", name="Keys")
    parts = [extend(tab), keys, tab.page.locator(".ws-count"), tab.page.locator(".ws-earlier")]
    expect(time(tab)).to_have_text("60 min left")
    before = [part.bounding_box() for part in parts]
    pause(queue)
    tab.press("e")
    expect(time(tab)).to_have_text(PAUSED)
    assert [part.bounding_box() for part in parts] == before


def test_an_open_page_sees_a_pause_within_about_a_minute_and_asks_no_more_often(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.annotator, as_it_is=True).page
    page.clock.install()
    tab, asked = Tab(page, queue).start(), []
    page.on("request", lambda one: asked.append(one) if one.url.endswith("/time/") else None)
    pause(queue)
    page.clock.fast_forward(30_000)
    expect(time(tab)).to_contain_text("min left")
    assert asked == []
    page.clock.fast_forward(40_000)
    expect(time(tab)).to_have_text(PAUSED)
    resume(queue)
    page.clock.fast_forward(80_000)
    expect(time(tab)).to_contain_text("min left")
    assert len(asked) == 2


def test_where_the_server_does_not_answer_the_page_goes_by_the_figure_it_has(tab: Tab) -> None:
    tab.page.route("**/time/", lambda route: route.abort("internetdisconnected"))
    pass_by(tab, 61 * 60)
    expect(tab.notice).to_contain_text("Your time on this item is over")
    expect(time(tab)).to_have_text("Time is over")


def test_a_reservation_that_was_ended_is_told_with_its_reason(queue: Queue, tab: Tab) -> None:
    other = Tab(tab.page.context.new_page(), queue).open()
    tab.looked_at().page.get_by_role("button", name="Skip").click()
    expect(tab.form).not_to_have_attribute("data-item", other.item)
    pass_by(other, 20)
    expect(other.notice).to_contain_text("You skipped this item in another tab")
    expect(time(other)).to_have_text("Skipped")
