"""A submit that does not arrive: never called saved, and sent again where that is safe."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route

from queues.models import Queue
from reviews.models import Score

from ..conftest import Cast
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast)


@pytest.fixture
def tab(cast: Cast, queue: Queue, someone: Any) -> Tab:
    """Its clock can be put forward."""
    page = someone(cast.annotator, as_it_is=True).page
    page.clock.install()
    return Tab(page, queue).start()


class Busy:
    """Answers so many submits with 503, as a server that waits for a lock; -1: all of them."""

    def __init__(self, tab: Tab, times: int) -> None:
        self.left, self.sent = times, list[dict[str, list[str]]]()
        tab.page.route("**/submit/", self.answer)

    def answer(self, route: Route) -> None:
        self.sent.append(parse_qs(route.request.post_data))
        if self.left == 0:
            return route.continue_()
        self.left -= 1
        route.fulfill(status=503, headers={"Retry-After": "1"}, body="Busy")


def test_an_offline_submit_is_not_submitted_until_it_is_pressed_again(tab: Tab) -> None:
    tab.answer("typed before")
    expect(tab.word).to_have_text("Saved")
    tab.page.context.set_offline(True)
    tab.press("Control+Enter")
    expect(tab.word).to_have_text("Not submitted: no connection")
    tab.page.context.set_offline(False)
    expect(tab.word).to_have_text("Not submitted")
    said = "Not submitted: no connection. Press Submit again when it is back."
    expect(tab.notice).to_contain_text(said)
    with tab.page.expect_response("**/draft/"):
        tab.text.fill("typed after")
    expect(tab.word).to_have_text("Not submitted")
    expect(tab.notice).to_contain_text(said)
    expect(tab.count).to_have_text("0 done · 3 left")
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
    expect(tab.notice).to_be_empty()
    assert "typed after" in list(Score.objects.values_list("value", flat=True))


def test_a_submit_that_met_503_is_sent_again_with_the_same_submission_id(tab: Tab) -> None:
    busy = Busy(tab, 2)
    tab.answer("sent three times")
    tab.press("Control+Enter")
    expect(tab.word).to_have_text("Submitting")
    tab.press_at_once("s", "p", "Control+Enter")
    tab.page.keyboard.type(" and more")
    expect(tab.text).to_have_value("sent three times")
    expect(tab.count).to_have_text("1 done · 2 left")
    assert len(busy.sent) == 3
    assert busy.sent[0] == busy.sent[1] == busy.sent[2]
    assert list(Score.objects.order_by("id").values_list("value", flat=True)) == [
        True, 4, "sent three times",
    ]  # fmt: skip


def test_after_ten_seconds_of_503_it_says_that_nothing_was_submitted(tab: Tab) -> None:
    busy = Busy(tab, -1)
    tab.answer("not taken")
    tab.press("Control+Enter")
    expect(tab.word).to_have_text("Submitting")
    tab.page.clock.fast_forward(11_000)
    expect(tab.word).to_have_text("Not submitted: the server isn't responding")
    assert len(busy.sent) > 1
    expect(tab.text).to_be_editable()
    tab.text.fill("not taken, and typed on")
    expect(tab.word).to_have_text("Not submitted")
    tab.page.unroute("**/submit/")
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")
