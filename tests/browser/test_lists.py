"""Browsing and picking, guidelines and history in real Chromium."""

from typing import Any

import pytest

from annotate_site.projects.events import Actor
from queues.actions.settings import change_settings
from queues.models import Queue, QueueMember, Reservation
from reviews.models import Score

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    queue = factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator], guidelines="Be fair."
    )
    factories.add_items(
        queue,
        [factories.make_trace(cast.project, f"Question {n}", name=f"Order {n}") for n in (1, 2, 3)],
    )
    return queue


def path(cast: Cast, queue: Queue, end: str = "") -> str:
    return f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/{end}"


def test_an_item_is_looked_at_and_picked_by_keyboard(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    present = Worker(queue, cast.annotator).claim()
    page = someone(cast.annotator).page
    page.goto(path(cast, queue))
    page.evaluate("window.sameWindow = true")
    panel, names = page.locator("#browse-panel"), page.locator("[data-browse-item]")
    expect(panel).to_be_hidden()
    names.first.focus()
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("Question 1")
    page.keyboard.press("ArrowDown")
    expect(panel).to_contain_text("Question 2")
    expect(names.nth(1)).to_be_focused()
    expect(page.locator("tr[aria-current=true]")).to_contain_text("Order 2")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(names.nth(1)).to_be_focused()
    assert page.evaluate("window.sameWindow") is True
    assert Reservation.objects.count() == 1
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    panel.get_by_role("button", name="Annotate Question 2").press("Enter")
    expect(page.locator(".ws-title h2")).to_have_text("Question 2")
    assert Reservation.objects.get(token=present.token).parked_at is not None


def test_on_a_phone_the_preview_lies_over_the_list_and_gives_the_focus_back(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(
        cast.annotator, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    ).page
    page.goto(path(cast, queue))
    page.locator("[data-browse-item]").nth(2).tap()
    panel = page.locator("#browse-panel")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("Question 3")
    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.get_by_role("button", name="Close the preview").tap()
    expect(panel).to_be_hidden()
    expect(page.locator("[data-browse-item]").nth(2)).to_be_focused()


def test_guidelines_are_marked_when_changed_and_stay_as_they_were_left(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    member = QueueMember.objects.get(queue=queue, user=cast.annotator)
    page = someone(cast.annotator).page
    with page.expect_response("**/guidelines/"):  # what one has never read stands open, and is read
        page.goto(path(cast, queue, "workspace/"))
    rail, mark = page.locator("#guidelines"), page.locator("[data-guidelines-mark]")
    page.get_by_role("button", name="Start annotating").click()
    expect(page.locator("#ws-title")).to_be_focused()
    expect(rail).to_be_hidden()
    actor = Actor.person(cast.manager)
    change_settings(queue=queue, settings={"guidelines": "Be fair and brief."}, actor=actor)
    page.reload()
    expect(mark).to_have_text("Changed since you last read them")
    expect(page.locator("#ws-title")).to_be_focused()
    with page.expect_response("**/guidelines/"):
        page.keyboard.press("g")
    expect(rail.locator("ins")).to_have_text(" and brief")
    expect(mark).to_have_count(0)
    expect(page.locator("[data-guidelines]")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("s")
    expect(page.locator(".ws-title h2")).to_have_text("Question 2")
    expect(rail).to_be_visible()  # in the next item too, and no longer marked
    expect(rail.locator("ins")).to_have_count(0)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.reload()
    expect(rail).to_be_hidden()  # where it would lie on the item it waits to be asked for
    expect(page.locator("[data-guidelines]")).to_have_attribute("aria-expanded", "false")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(rail).to_be_visible()
    with page.expect_response("**/guidelines/"):
        page.get_by_role("button", name="Close the guidelines").click()
    page.reload()
    expect(rail).to_be_hidden()
    member.refresh_from_db()
    assert (member.guidelines_open, member.guidelines_read_at is not None) == (False, True)


def test_an_answer_is_found_in_the_history_and_corrected(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true", "the parcel is lost")
    worker.submit(worker.claim(), "false", "no reason")
    page = someone(cast.annotator).page
    page.goto("/")
    page.get_by_role("link", name="2 done by me").click()
    page.get_by_role("searchbox").fill("PARCEL")
    page.keyboard.press("Enter")
    expect(page.locator(".own-work tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Question 1", exact=True).click()
    expect(page.locator(".own-answers")).to_contain_text("the parcel is lost")
    page.get_by_role("link", name="Correct your answers").click()
    page.locator("textarea").first.fill("the parcel was found")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator(".own-answers")).to_contain_text("the parcel was found")
    assert Score.objects.get(value="the parcel is lost").superseded_at is not None
