"""The page that corrects one's own answers: nothing typed in it is lost without a question."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Dialog, Locator, Page

from annotate_site.projects.models import User
from queues.models import Item, Queue
from reviews.models import Score

from ..conftest import Cast
from ..reviews.working import Worker
from .desks import make_queue
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return make_queue(cast, annotations_required=2)


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    return submit(Worker(queue, cast.annotator))


@pytest.fixture
def page(cast: Cast, item: Item, someone: Any) -> Page:
    page: Page = someone(cast.annotator).page
    page.goto(address(item))
    return page


def submit(worker: Worker) -> Item:
    hold = worker.claim()
    worker.submit(hold, "true", "4", "because")
    return Item.objects.select_related("queue__project").get(pk=hold.item_id)


def address(item: Item, name: str = "item-correct") -> str:
    return reverse(f"reviews:{name}", args=[item.queue.project.slug, item.queue_id, item.pk])


def text(page: Page) -> Locator:
    return page.locator("textarea[name^=f-]")


def restored(page: Page) -> Locator:
    return page.get_by_text("What you typed before isn't saved yet.")


def type_into(page: Page, words: str) -> None:
    """As a person does: a browser asks nobody who has touched nothing."""
    text(page).click()
    text(page).press("ControlOrMeta+a")
    page.keyboard.type(words)


def sign_in(page: Page, user: User) -> None:
    client = Client()
    client.force_login(user)
    site, session = page.evaluate("location.origin"), client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def send_signed_out(page: Page, words: str) -> None:
    type_into(page, words)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_label("Password")).to_be_visible()


def answering(page: Page, *, leave: bool) -> list[str]:
    """The kinds of the questions that the page asks from now on, each answered like this."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if leave:
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked


def test_leaving_with_a_change_asks_and_the_text_stays(page: Page) -> None:
    asked = answering(page, leave=False)
    type_into(page, "half a correction")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(text(page)).to_have_value("half a correction")
    assert asked == ["beforeunload"]


def test_leaving_without_a_change_and_saving_ask_nothing(page: Page, item: Item) -> None:
    asked = answering(page, leave=True)
    type_into(page, "something else")
    text(page).fill("because")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(".own-answers")).to_contain_text("because")
    page.goto(address(item))
    type_into(page, "put right")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator(".own-answers")).to_contain_text("put right")
    assert asked == []


def test_a_form_with_what_was_refused_asks_as_well(page: Page) -> None:
    text(page).fill("")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("This needs an answer.")).to_be_visible()
    asked = answering(page, leave=True)
    text(page).click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(".own-answers")).to_contain_text("because")
    assert asked == ["beforeunload"]


def test_what_was_sent_while_signed_out_stands_in_the_form_again(
    cast: Cast, page: Page, item: Item
) -> None:
    send_signed_out(page, "typed for nothing?")
    sign_in(page, cast.annotator)
    page.goto(address(item))
    expect(restored(page)).to_be_visible()
    expect(text(page)).to_have_value("typed for nothing?")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator(".own-answers")).to_contain_text("typed for nothing?")
    assert Score.objects.get(value="because").superseded_at is not None
    page.goto(address(item))
    expect(text(page)).to_have_value("typed for nothing?")
    expect(restored(page)).to_be_hidden()


def test_neither_another_item_nor_another_person_is_given_the_text(
    cast: Cast, queue: Queue, page: Page, item: Item
) -> None:
    other = submit(Worker(queue, cast.annotator))
    assert submit(Worker(queue, cast.second)) == item
    send_signed_out(page, "meant for the first item")
    sign_in(page, cast.annotator)
    page.goto(address(other))
    expect(text(page)).to_have_value("because")
    sign_in(page, cast.second)
    page.goto(address(item))
    expect(text(page)).to_have_value("because")
    expect(restored(page)).to_be_hidden()


def test_an_older_text_is_not_put_over_a_later_correction(
    cast: Cast, page: Page, item: Item
) -> None:
    send_signed_out(page, "older")
    sign_in(page, cast.annotator)
    later = page.context.new_page()
    later.goto(address(item))
    type_into(later, "later")
    later.get_by_role("button", name="Save the correction").click()
    expect(later.locator(".own-answers")).to_contain_text("later")
    page.goto(address(item))
    expect(text(page)).to_have_value("later")
    expect(restored(page)).to_be_hidden()
