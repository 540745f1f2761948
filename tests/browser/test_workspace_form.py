"""The form: what is missing, what a reviewer said, and what a screen reader is told."""

from typing import Any

import pytest

from queues.models import Item, Queue
from reviews.models import Annotation

from .. import factories
from ..conftest import Cast
from ..reviews.judging import Judge
from ..reviews.working import Worker
from .desks import Tab, make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tab(cast: Cast, someone: Any) -> Tab:
    return Tab(someone(cast.annotator).page, make_queue(cast)).start()


def test_what_is_missing_takes_the_focus_and_is_said_at_the_field_and_aloud(tab: Tab) -> None:
    tab.press("1")
    tab.text.fill("reason")
    tab.press("Control+Enter")
    group = tab.page.get_by_role("group", name="Helpful")
    expect(group).to_have_accessible_description("This needs an answer.")
    expect(group).to_have_accessible_name("Helpful Required Needs an answer")
    tab.has_focus("Helpful")
    said = tab.page.locator("#ws-alert")
    expect(said).to_have_text(
        "Not submitted. 1 field still needs an answer. Nothing is lost."
        " Helpful: This needs an answer."
    )
    assert said.get_attribute("role") == "alert"
    expect(tab.text).to_have_value("reason")
    expect(tab.word).to_have_text("Saved")
    tab.press("4")
    expect(group.get_by_text("This needs an answer.")).to_be_hidden()
    tab.press("Control+Enter")
    expect(tab.count).to_have_text("1 done · 2 left")


def test_a_note_that_is_too_long_is_said_at_the_note_until_it_is_shortened(
    cast: Cast, someone: Any
) -> None:
    queue = make_queue(cast)
    queue.queue_fields.update(allow_note=True)
    tab = Tab(someone(cast.annotator).page, queue).start()
    group = tab.page.get_by_role("group", name="Right")
    note = tab.page.get_by_label("Note on Right")
    group.get_by_text("Add a note").click()
    note.fill("x" * 5000)
    tab.looked_at().page.get_by_role("button", name="Submit and next").click()
    sentence = group.get_by_text("A note takes 4,000 characters at most; this one has 5,000.")
    expect(sentence).to_be_visible()
    expect(note).to_have_accessible_description(
        "A note takes 4,000 characters at most; this one has 5,000."
    )
    expect(note).to_have_value("x" * 5000)
    note.fill("short")
    expect(sentence).to_be_hidden()
    expect(group.get_by_text("This needs an answer.")).to_be_visible()
    expect(group).to_have_accessible_name("Right Required Needs a change")
    group.locator("[data-key='1']").check(force=True)
    expect(group.get_by_text("This needs an answer.")).to_be_hidden()
    expect(group).to_have_accessible_name("Right Required Answered")
    expect(tab.word).to_have_text("Saved")


def test_a_field_that_was_added_meanwhile_is_asked_and_nothing_is_lost(
    cast: Cast, tab: Tab
) -> None:
    added = factories.make_field(cast.project, name="Polite")
    tab.queue.queue_fields.create(field=added, order=9, required=True)
    tab.answer("kept")
    tab.press("Control+Enter")
    expect(tab.page.get_by_role("group", name="Polite")).to_be_visible()
    tab.has_focus("Polite")
    expect(tab.text).to_have_value("kept")


def test_a_screen_reader_finds_regions_names_and_live_places(tab: Tab) -> None:
    page = tab.page
    expect(page.get_by_role("region", name="Item", exact=True)).to_be_visible()
    expect(page.get_by_role("form", name="Your answers")).to_be_visible()
    expect(page.get_by_role("group", name="Right Required Not answered")).to_be_visible()
    title = page.locator(".ws-title h2").inner_text()
    expect(page.locator("#ws-announce")).to_have_text(f"Item: {title}.")
    tab.press("1")
    expect(page.get_by_role("group", name="Right Required Answered")).to_be_visible()
    for name in ("Skip", "Park", "Submit and next", "Extend the time", "Guidelines", "Keys (?)"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="4", exact=True)).to_have_count(1)
    expect(page.get_by_role("textbox", name="Why")).to_be_visible()
    # A word that changes at every save would be read at every save.
    assert tab.word.get_attribute("role") is None
    tab.answer()
    tab.press("Control+Enter")
    expect(page.locator("#ws-announce")).to_contain_text("Next item: ")


def test_an_item_that_was_sent_back_begins_with_the_remark_whatever_is_unanswered(
    cast: Cast, someone: Any
) -> None:
    queue = make_queue(cast, items=1, reviewers=[cast.reviewer], requires_review=True)
    queue.queue_fields.update(required=False)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true", "4", "")
    send_back(queue, cast, "Look again", "Say why.")
    low: Any = {"width": 1280, "height": 420}
    tab = Tab(someone(cast.annotator, viewport=low).page, queue).start()
    tab.has_focus("ws-title")
    expect(tab.page.get_by_role("region", name="Sent back")).to_be_in_viewport()
    announced = tab.page.locator("#ws-announce")
    expect(announced).to_contain_text("Sent back by a reviewer.")


def test_remarks_stand_at_the_fields_they_speak_of(cast: Cast, someone: Any) -> None:
    queue = make_queue(cast, items=1, reviewers=[cast.reviewer], requires_review=True)
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true", "4", "because")
    send_back(queue, cast, "Look again", "Which policy?")
    tab = Tab(someone(cast.annotator).page, queue).start()
    expect(tab.page.get_by_role("region", name="Sent back")).to_contain_text("Look again")
    expect(tab.text).to_have_value("because")
    expect(tab.text).to_have_accessible_description("Reviewer: Which policy?")
    expect(tab.page.get_by_text("Which policy?")).to_have_count(1)
    tab.looked_at().press("Control+Enter")
    expect(tab.page.get_by_role("heading", name="You've done your share")).to_be_visible()


def send_back(queue: Queue, cast: Cast, remark: str, on_text: str) -> None:
    item = Item.objects.get(queue=queue)
    mine = Annotation.objects.get(item=item)
    field = queue.queue_fields.get(field__name="Why").field_id
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    judge.reject(item, form=judge.form(item, remark, 0, **{f"{mine.pk}:{field}": on_text}))


def test_a_reason_is_asked_where_the_queue_wants_one(cast: Cast, someone: Any) -> None:
    tab = Tab(someone(cast.annotator).page, make_queue(cast, skip_reason_required=True)).start()
    tab.press("s")
    dialog = tab.page.get_by_role("dialog", name="Why are you skipping this item?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Skip this item").click()
    expect(dialog.get_by_text("Write a reason")).to_be_visible()
    reason = dialog.get_by_label("Reason")
    expect(reason).to_be_focused()
    reason.fill("Not my subject")
    dialog.get_by_role("button", name="Skip this item").click()
    expect(tab.count).to_have_text("0 done · 2 left")
