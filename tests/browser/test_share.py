"""Sharing a queue in real Chromium: one press makes the link and copies it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from queues.actions.people.links import make_link
from queues.models import Queue, ShareLink

from .. import factories
from ..conftest import Cast
from .expecting import expect

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, by=cast.manager, items=1, name="Refunds")


def path(queue: Queue, end: str = "") -> str:
    return f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/{end}"


def test_an_invitation_link_is_made_and_copied_at_one_press(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager).page
    page.goto(path(queue))
    page.get_by_role("link", name="Share", exact=True).press("Enter")
    dialog = page.get_by_role("dialog", name="Share Refunds")
    expect(dialog.get_by_role("button", name="Copy invitation link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("Invitation link copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://[^/]+/join/[\w-]{43}/", copied)
    expect(dialog.get_by_label("Invitation link", exact=True)).to_have_value(copied)
    expect(dialog.get_by_role("button", name="Copy invitation link")).to_be_focused()
    expect(dialog.locator("#share-links")).to_contain_text("0 joined")
    link = ShareLink.objects.get()
    assert link.max_uses is None
    assert link.expires_at - link.created_at > timedelta(days=13, hours=23)
    dialog.get_by_role("button", name="Copy the address for members").click()
    expect(dialog.get_by_role("status")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith(path(queue))
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Share", exact=True)).to_be_focused()


def test_a_site_without_https_copies_as_well(cast: Cast, queue: Queue, someone: Any) -> None:
    """Browsers give such a page no clipboard; here it is put aside for the test alone."""
    page = someone(cast.manager).page
    page.add_init_script(
        "globalThis.aside = navigator.clipboard;"
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    )
    page.goto(path(queue))
    page.get_by_role("link", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share Refunds")
    dialog.get_by_role("button", name="Copy the address for members").click()
    expect(dialog.get_by_role("status")).to_contain_text("Copied")
    assert page.evaluate("aside.readText()").endswith(path(queue))
    dialog.get_by_role("button", name="Copy invitation link").click()
    expect(dialog.get_by_role("status").last).to_contain_text("Invitation link copied")
    link = dialog.get_by_label("Invitation link", exact=True).input_value()
    assert page.evaluate("aside.readText()") == link


def test_terms_that_are_refused_make_no_link_and_an_earlier_link_is_revoked(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    make_link(queue=queue, by=cast.manager, lasting=timedelta(days=2), max_uses=5)
    page = someone(cast.manager).page
    page.goto(path(queue, "settings/"))
    page.get_by_role("link", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#share-links")).to_contain_text("0 of 5 joined")
    dialog.get_by_text("Works for 14 days").click()
    days = dialog.get_by_label("Days it works")
    days.evaluate("(box) => { box.form.noValidate = true; box.value = 400; }")
    dialog.get_by_role("button", name="Copy invitation link").click()
    expect(days).to_have_attribute("aria-invalid", "true")
    assert ShareLink.objects.count() == 1
    page.on("dialog", lambda asked: asked.accept())
    dialog.get_by_role("button", name="Revoke").click()
    expect(dialog.locator("#share-links")).to_contain_text("Revoked")
    assert ShareLink.objects.filter(revoked_at=None).count() == 0


def test_on_a_phone_the_buttons_of_the_head_fit_one_line(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager, **PHONE).page
    page.goto(path(queue))
    assert page.locator(".page-head .actions").bounding_box()["height"] <= 44
    page.get_by_label("More about Refunds").tap()
    expect(page.locator(".page-head").get_by_role("link", name="Export")).to_be_visible()


def test_without_scripts_the_link_is_shown_on_a_page(
    cast: Cast, queue: Queue, someone: Any
) -> None:
    page = someone(cast.manager, java_script_enabled=False).page
    page.goto(path(queue))
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("button", name="Copy invitation link").click()
    expect(page.get_by_label("Invitation link", exact=True)).to_have_value(re.compile("/join/"))
    expect(page.get_by_text("You won't see this link again")).to_be_visible()
