"""The workspace in real Chromium: keys, the true word, and the swap."""

from typing import Any

import pytest

from queues.models import Queue
from reviews.models import Annotation, Score

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "rating", name="Helpful"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator], items=3,
        guidelines="Judge the answer.",
    )  # fmt: skip


@pytest.fixture
def page(cast: Cast, queue: Queue, someone: Any) -> Any:
    """The annotator's tab, with the first item open."""
    page = someone(cast.annotator).page
    page.goto(f"/p/{cast.project.slug}/annotate/queues/{queue.pk}/workspace/")
    page.get_by_role("button", name="Start annotating").click()
    expect(page.locator("#ws-title")).to_be_focused()
    return page


def answer_by_keys(page: Any, text: str) -> None:
    """Digit, down, digit, down, into it, text; the first is for the first field."""
    page.keyboard.press("1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("4")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type(text)


def test_an_item_is_done_by_keyboard_alone_and_the_next_comes_without_a_page_load(
    page: Any,
) -> None:
    page.evaluate("window.sameWindow = true")
    answer_by_keys(page, "because")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ws-count")).to_have_text("1 done · 2 left")
    assert page.evaluate("window.sameWindow") is True
    values = list(Score.objects.order_by("id").values_list("value", flat=True))
    assert values == [True, 4, "because"]
    expect(page.locator("#ws-form [name^=f-]:checked")).to_have_count(0)


def test_the_word_is_true_while_the_network_comes_and_goes(page: Any) -> None:
    word = page.locator("#ws-saved")
    page.keyboard.press("1")
    expect(word).to_have_text("Saved")
    assert Annotation.objects.get().version == 1
    page.context.set_offline(True)
    page.locator("textarea").first.fill("typed while offline")
    expect(word).to_contain_text("Not saved")
    page.context.set_offline(False)
    expect(word).to_have_text("Saved")
    assert "typed while offline" in str(Annotation.objects.get().draft)


def test_what_was_typed_is_there_after_a_reload(page: Any) -> None:
    page.locator("textarea").first.fill("half a thought")
    expect(page.locator("#ws-saved")).to_have_text("Saved")
    page.reload()
    expect(page.locator("textarea").first).to_have_value("half a thought")


def test_a_missing_answer_takes_the_focus_and_keeps_the_rest(page: Any) -> None:
    page.locator("textarea").first.fill("reason")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#ws-notice")).to_contain_text("2 fields still need an answer")
    expect(page.locator("textarea").first).to_have_value("reason")
    focused = page.evaluate("document.activeElement.closest('.answer') !== null")
    assert focused


def test_pressing_submit_twice_never_submits_the_next_item(page: Any) -> None:
    answer_by_keys(page, "once")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ws-count")).to_have_text("1 done · 2 left")
    expect(page.locator("#ws-form")).not_to_have_attribute("data-new", "")  # it may be meant now
    assert Annotation.objects.filter(state="submitted").count() == 1


def test_skip_and_guidelines_have_keys(page: Any, queue: Queue) -> None:
    page.keyboard.press("g")
    expect(page.locator("#guidelines")).to_be_visible()
    page.keyboard.press("g")
    expect(page.locator("#guidelines")).to_be_hidden()
    page.keyboard.press("s")
    expect(page.locator(".ws-count")).to_have_text("0 done · 2 left")
    assert queue.items.filter(status="skipped").count() == 1


def test_keys_typed_into_a_text_are_text(page: Any, queue: Queue) -> None:
    page.locator("textarea").first.click()
    page.keyboard.type("skip g s p 1?")
    expect(page.locator("textarea").first).to_have_value("skip g s p 1?")
    assert queue.items.filter(status="skipped").count() == 0
