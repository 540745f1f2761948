"""The way in by a link where the site sends mail, in a browser; axe reports nothing on it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page
from pytest_django import Settings

from annotate_site.jobs.outbox import drain
from annotate_site.projects.models import User
from queues.actions.people.links import make_link

from .. import factories
from ..conftest import Cast
from .expecting import expect
from .reading import is_dressed

pytestmark = pytest.mark.django_db(transaction=True)


def axe_reports_nothing(page: Page) -> None:
    is_dressed(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
        assert Axe().run(page).response["violations"] == []


def test_a_stranger_confirms_an_address_by_mail_and_lands_in_the_queue(
    cast: Cast, someone: Any, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example.org", "a@example.org"
    cache.clear()
    queue = factories.make_queue(cast.project, by=cast.manager, items=1, name="Refunds")
    token = make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))[1]
    page = someone().page
    page.goto(f"/join/{token}/")
    page.get_by_label("E-mail").fill("nora@example.org")
    axe_reports_nothing(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    axe_reports_nothing(page)
    page = follow_mail(someone)
    expect(page.get_by_text("nora@example.org, is confirmed")).to_be_visible()
    axe_reports_nothing(page)
    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Create account and join").click()
    expect(page.get_by_role("heading", name="Refunds", level=1)).to_be_visible()
    assert queue.members.filter(user=User.objects.get(email="nora@example.org")).exists()
    page = follow_mail(someone)
    expect(page.get_by_role("link", name="Sign in to join")).to_be_visible()
    axe_reports_nothing(page)


def follow_mail(someone: Any) -> Page:
    """The page that the last mail leads to, in another browser."""
    drain()
    found = re.search(r"http://[^/]+(/\S+)", str(mail.outbox[-1].body))
    assert found
    page: Page = someone().page
    page.goto(found[1])
    return page
